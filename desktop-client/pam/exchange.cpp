#include "desktop-client/pam/exchange.h"

#include "desktop-client/ipc/client.h"
#include "desktop-client/pam/conversation.h"

#include <security/pam_ext.h>
#include <syslog.h>

namespace doorward::pam {
namespace {

enum class Verdict : std::uint8_t {
    Granted,
    NotMine,
    AuthenticationFailed,
    MaximumTries,
    AccountUnavailable,
    Unavailable
};

int code_for(ipc::Phase phase, Verdict verdict) noexcept {
    if (verdict == Verdict::Granted) return PAM_SUCCESS;
    if (verdict == Verdict::NotMine) return PAM_IGNORE;
    const bool session = phase == ipc::Phase::OpenSession || phase == ipc::Phase::CloseSession;
    if (session) return PAM_SESSION_ERR;
    const bool account = phase == ipc::Phase::Account;
    switch (verdict) {
        case Verdict::MaximumTries:
            return account ? PAM_PERM_DENIED : PAM_MAXTRIES;
        case Verdict::AccountUnavailable:
            return account ? PAM_ACCT_EXPIRED : PAM_AUTHINFO_UNAVAIL;
        case Verdict::Unavailable:
            return PAM_AUTHINFO_UNAVAIL;
        default:
            return account ? PAM_PERM_DENIED : PAM_AUTH_ERR;
    }
}

Verdict verdict_of(ipc::DeniedReason reason) noexcept {
    switch (reason) {
        case ipc::DeniedReason::AuthenticationFailed:
            return Verdict::AuthenticationFailed;
        case ipc::DeniedReason::MaximumTries:
            return Verdict::MaximumTries;
        case ipc::DeniedReason::AccountUnavailable:
            return Verdict::AccountUnavailable;
        case ipc::DeniedReason::Unavailable:
            break;
    }
    return Verdict::Unavailable;
}

std::string_view item(const pam_handle_t* handle, int type) noexcept {
    const void* value = nullptr;
    if (pam_get_item(handle, type, &value) != PAM_SUCCESS || value == nullptr) return {};
    return static_cast<const char*>(value);
}

template <std::size_t Capacity>
bool assign(ipc::Text<Capacity>& target, std::string_view value) noexcept {
    const auto text = ipc::Text<Capacity>::from(value);
    if (text) target = *text;
    return text.has_value();
}

// False if a value is too long to be told to the agent: then it cannot decide on it, so nobody comes in by it.
bool describe(const pam_handle_t* handle, const char* user, ipc::Begin& begin) noexcept {
    return assign(begin.user, user) && assign(begin.service, item(handle, PAM_SERVICE)) &&
           assign(begin.terminal, item(handle, PAM_TTY)) && assign(begin.remote_host, item(handle, PAM_RHOST)) &&
           assign(begin.remote_user, item(handle, PAM_RUSER));
}

Verdict trouble(pam_handle_t* handle, ipc::Error error) noexcept {
    const std::string_view reason = ipc::to_string(error);
    const int priority = error == ipc::Error::UntrustedServer ? LOG_ALERT : LOG_ERR;
    pam_syslog(handle, priority, "denied: %.*s", static_cast<int>(reason.size()), reason.data());
    return Verdict::Unavailable;
}

Verdict converse(pam_handle_t* handle, ipc::Client& client, const Speaker& speaker, bool silent) noexcept {
    for (;;) {
        const auto message = client.receive();
        if (!message) return trouble(handle, message.error());
        if (const auto* prompt = std::get_if<ipc::Prompt>(&*message)) {
            const auto answer = speaker.ask(*prompt);
            const auto sent = answer ? client.send(*answer) : client.send(ipc::Abort{});
            if (!answer) return Verdict::AuthenticationFailed;
            if (!sent) return trouble(handle, sent.error());
        } else if (const auto* info = std::get_if<ipc::Info>(&*message)) {
            if (!silent) speaker.tell(PAM_TEXT_INFO, info->text.c_str());
        } else if (const auto* denied = std::get_if<ipc::Denied>(&*message)) {
            if (!silent) speaker.tell(PAM_ERROR_MSG, denied->text.c_str());
            return verdict_of(denied->reason);
        } else if (std::holds_alternative<ipc::Granted>(*message)) {
            return Verdict::Granted;
        } else if (std::holds_alternative<ipc::NotMine>(*message)) {
            return Verdict::NotMine;
        } else {
            return trouble(handle, ipc::Error::BadType);
        }
    }
}

}  // namespace

int run_phase(pam_handle_t* handle, ipc::Phase phase, const char* user, int flags) noexcept {
    ipc::Begin begin;
    begin.phase = phase;
    if (!describe(handle, user, begin)) {
        pam_syslog(handle, LOG_ERR, "denied: user, service, terminal or remote host is too long");
        return code_for(phase, Verdict::AuthenticationFailed);
    }
    const Speaker speaker(handle, begin.service.view());
    begin.conversation = speaker.kind();

    auto client = ipc::Client::connect(ipc::k_socket_path);
    if (!client) return code_for(phase, trouble(handle, client.error()));
    if (const auto sent = client->send(begin); !sent) return code_for(phase, trouble(handle, sent.error()));
    return code_for(phase, converse(handle, *client, speaker, (static_cast<unsigned>(flags) & PAM_SILENT) != 0));
}

}  // namespace doorward::pam
