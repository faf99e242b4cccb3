#include "desktop-client/pam/conversation.h"

#include <cstdlib>
#include <cstring>

namespace doorward::pam {
namespace {

// libpam's answers are malloc'ed and ours to free, and to wipe before.
class Responses {
public:
    Responses() noexcept = default;
    Responses(const Responses&) = delete;
    Responses& operator=(const Responses&) = delete;
    ~Responses() {
        if (m_first == nullptr) return;
        if (m_first->resp != nullptr) {
            explicit_bzero(m_first->resp, std::strlen(m_first->resp));
            free(m_first->resp);
        }
        free(m_first);
    }
    [[nodiscard]] pam_response** out() noexcept { return &m_first; }
    [[nodiscard]] const char* text() const noexcept { return m_first == nullptr ? nullptr : m_first->resp; }

private:
    pam_response* m_first = nullptr;
};

int speak(const pam_conv& conversation, int style, const char* text, Responses& responses) noexcept {
    const pam_message message{style, text};
    const pam_message* messages = &message;
    return conversation.conv(1, &messages, responses.out(), conversation.appdata_ptr);
}

}  // namespace

Speaker::Speaker(const pam_handle_t* handle, std::string_view service) noexcept {
    const void* item = nullptr;
    if (pam_get_item(handle, PAM_CONV, &item) != PAM_SUCCESS || item == nullptr) return;
    const auto* conversation = static_cast<const pam_conv*>(item);
    if (conversation->conv == nullptr) return;
    m_conversation = conversation;
    // OpenSSH's conversation for the plain password method carries no context of its own, that of
    // keyboard-interactive always does. Taking the former for the latter would ring a phone for every guess that a
    // password scanner makes; the other way round only a code works.
    const bool typed_before = service == "sshd" && conversation->appdata_ptr == nullptr;
    m_kind = typed_before ? ipc::Conversation::PasswordOnly : ipc::Conversation::Interactive;
}

std::optional<ipc::Answer> Speaker::ask(const ipc::Prompt& prompt) const noexcept {
    if (m_conversation == nullptr) return std::nullopt;
    const bool visible = prompt.echo == ipc::Echo::On && m_kind == ipc::Conversation::Interactive;
    Responses responses;
    const int style = visible ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF;
    if (speak(*m_conversation, style, prompt.text.c_str(), responses) != PAM_SUCCESS) return std::nullopt;
    if (responses.text() == nullptr) return std::nullopt;
    const auto text = ipc::Typed::from(responses.text());
    if (!text) return std::nullopt;
    return ipc::Answer{*text};
}

void Speaker::tell(int style, const char* text) const noexcept {
    if (m_conversation == nullptr || *text == '\0') return;
    Responses responses;
    static_cast<void>(speak(*m_conversation, style, text, responses));
}

}  // namespace doorward::pam
