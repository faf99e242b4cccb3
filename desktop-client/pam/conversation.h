#pragma once
#include "desktop-client/ipc/message.h"

#include <security/pam_appl.h>

#include <optional>

namespace doorward::pam {

// What the application gave us to talk to the person with. It is other people's code: nothing it returns is trusted
// to be there, short, or meant.
class Speaker {
public:
    Speaker(const pam_handle_t* handle, std::string_view service) noexcept;

    [[nodiscard]] ipc::Conversation kind() const noexcept { return m_kind; }
    // Nothing if there was no answer (Ctrl-C, end of input, no terminal) or one that no person types.
    [[nodiscard]] std::optional<ipc::Answer> ask(const ipc::Prompt& prompt) const noexcept;
    // Best effort: many applications lose such texts.
    void tell(int style, const char* text) const noexcept;

private:
    const pam_conv* m_conversation = nullptr;
    ipc::Conversation m_kind = ipc::Conversation::None;
};

}  // namespace doorward::pam
