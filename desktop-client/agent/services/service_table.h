#pragma once

#include <cstdint>
#include <string_view>

namespace doorward::agent {

/// What a PAM service may do with a managed account.
enum class ServiceAccess : std::uint8_t {
    SignIn,          ///< a fresh grant: sshd, login, a display manager, and whatever is not listed
    SignInOrInside,  ///< a fresh grant, or nothing more inside a live session: su
    InsideSession,   ///< only while a session is live, from inside it or with a grant: sudo, polkit
    LiveSession,     ///< only while a session is live; is none itself: the user's service manager
    Never,           ///< what runs with nobody there: cron, at
};

[[nodiscard]] ServiceAccess access_of(std::string_view service);

}  // namespace doorward::agent
