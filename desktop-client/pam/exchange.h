#pragma once
#include "desktop-client/ipc/message.h"

#include <security/pam_modules.h>

namespace doorward::pam {

// One phase of a managed user, from connecting to the agent to its verdict, as a PAM return code. Whatever goes
// wrong is a denial; only the agent can say PAM_SUCCESS, or PAM_IGNORE for a name that is not Doorward's after all.
[[nodiscard]] int run_phase(pam_handle_t* handle, ipc::Phase phase, const char* user, int flags) noexcept;

}  // namespace doorward::pam
