#include "desktop-client/agent/ipc/pam_server.h"

#include "crypto/secret_bytes.h"
#include "desktop-client/agent/ipc/pam_conversation.h"
#include "platform/log.h"

#include <chrono>
#include <optional>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"pam"};
constexpr uid_t k_root = 0;
constexpr auto k_begin_deadline = 2s;

bool is_managed(uid_t user) {
    return user >= k_first_managed_uid && user <= k_last_managed_uid;
}

ipc::ServerMessage denied(ipc::DeniedReason reason, std::string_view text) {
    return ipc::Denied{.reason = reason, .text = ipc::Sentence::from(text).value_or(ipc::Sentence())};
}

ipc::ServerMessage answer_of(SignInVerdict verdict) {
    // One sentence, whatever it was.
    constexpr std::string_view k_refused = "Sign-in refused. Try the next code, or type ?, or ask your administrator.";
    switch (verdict) {
        case SignInVerdict::Granted:
            return ipc::Granted{};
        case SignInVerdict::Denied:
            return denied(ipc::DeniedReason::AuthenticationFailed, k_refused);
        case SignInVerdict::GivenUp:
            return denied(ipc::DeniedReason::MaximumTries, k_refused);
        case SignInVerdict::Unavailable:
            break;
    }
    return denied(ipc::DeniedReason::Unavailable, "This workstation cannot decide on sign-ins right now.");
}

ipc::ServerMessage answer_of(const std::expected<void, SessionError>& result, const PamCall& call) {
    if (result) return ipc::Granted{};
    k_log.info("refused", {{LogField::Account, call.account},
                           {LogField::Service, call.service},
                           {LogField::Reason, to_string(result.error())}});
    return denied(ipc::DeniedReason::AccountUnavailable,
                  "This account opens only after an approval by phone or an offline code.");
}

}  // namespace

std::expected<void, platform::UnixSocketError> PamServer::listen(asio::any_io_executor executor,
                                                                 const std::filesystem::path& path) {
    platform::UnixListenerOptions options;
    options.path = path;
    options.mode = 0666;
    options.frame_limit = ipc::k_max_payload;
    auto listener =
        platform::UnixListener::open(std::move(executor), std::move(options),
                                     [this](Connection connection) { return serve(std::move(connection)); });
    if (!listener) return std::unexpected(listener.error());
    m_listener = std::move(*listener);
    return {};
}

void PamServer::stop() {
    if (m_listener) m_listener->stop();
}

asio::awaitable<void> PamServer::serve(Connection connection) {
    const uid_t user = connection->peer().user;
    if (user != k_root && !is_managed(user)) co_return;
    auto frame = co_await connection->receive(k_begin_deadline);
    if (!frame) co_return;
    const auto message = ipc::decode_client_message(std::as_bytes(std::span(*frame)));
    const auto* begin = message ? std::get_if<ipc::Begin>(&*message) : nullptr;
    if (begin == nullptr) {
        k_log.warning("malformed", {{LogField::Source, std::to_string(connection->peer().process)}});
        co_return;
    }
    const ipc::ServerMessage verdict = co_await answer(connection, *begin);
    co_await send_message(connection, verdict);
}

asio::awaitable<ipc::ServerMessage> PamServer::answer(Connection connection, ipc::Begin begin) {
    const platform::PeerCredentials peer = connection->peer();
    const bool is_self = begin.phase == ipc::Phase::ReauthenticateSelf;
    if (peer.user != k_root && !is_self) {
        k_log.warning("verb_refused", {{LogField::Source, std::to_string(peer.user)}});
        co_return answer_of(SignInVerdict::Unavailable);
    }
    PamCall call{.chain = m_processes.ancestry(peer.process),
                 .account = std::string(begin.user.view()),
                 .service = std::string(begin.service.view()),
                 .terminal = std::string(begin.terminal.view()),
                 .remote_host = std::string(begin.remote_host.view())};
    const auto identity = m_accounts.identity(call.account);
    if (!identity || call.chain.empty()) co_return answer_of(SignInVerdict::Unavailable);
    if (!*identity) co_return ipc::NotMine{};
    if (is_self && peer.user != (*identity)->uid) co_return answer_of(SignInVerdict::Unavailable);

    switch (begin.phase) {
        case ipc::Phase::Authenticate:
        case ipc::Phase::ReauthenticateSelf: {
            const auto talk = std::make_shared<PamConversation>(connection, begin.conversation);
            if (is_self) co_return answer_of(co_await m_sign_in.reauthenticate(std::move(call), talk));
            co_return answer_of(co_await m_sign_in.authenticate(std::move(call), talk));
        }
        case ipc::Phase::Account: {
            auto work = m_sessions.admit(call);
            const auto result = co_await with_heartbeats(connection, std::move(work));
            co_return answer_of(result, call);
        }
        case ipc::Phase::OpenSession:
            co_return answer_of(m_sessions.open_session(call), call);
        case ipc::Phase::CloseSession: {
            auto work = m_sessions.close_session(std::move(call));
            co_await with_heartbeats(connection, std::move(work));
            co_return ipc::Granted{};
        }
    }
    co_return answer_of(SignInVerdict::Unavailable);
}

}  // namespace doorward::agent
