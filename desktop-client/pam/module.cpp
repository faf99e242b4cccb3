// pam_doorward.so: asks the agent, and stays dumb. Never sets PAM_USER or PAM_AUTHTOK, reads no environment, starts
// no thread or process. Built without exceptions. Who is not managed gets PAM_IGNORE before anything else happens; only
// where the agent let in somebody else on the same handle they are refused.
#include "desktop-client/pam/exchange.h"
#include "desktop-client/pam/managed.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <syslog.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

using doorward::ipc::Phase;
using doorward::pam::Ownership;

namespace {

struct Subject {
    const char* user = nullptr;
    Ownership ownership = Ownership::Unknown;
};

Subject subject_named(pam_handle_t* handle, const char* user) noexcept {
    if (user == nullptr || *user == '\0') return {.user = user, .ownership = Ownership::NotManaged};
    const Subject subject{.user = user, .ownership = doorward::pam::ownership_of(user)};
    if (subject.ownership == Ownership::Unknown) pam_syslog(handle, LOG_ALERT, "denied: cannot look up the user");
    return subject;
}

Subject current_subject(pam_handle_t* handle) noexcept {
    const void* user = nullptr;
    if (pam_get_item(handle, PAM_USER, &user) != PAM_SUCCESS) return {};
    return subject_named(handle, static_cast<const char*>(user));
}

constexpr const char* k_authenticated = "doorward_authenticated";

void forget(pam_handle_t*, void* user, int) noexcept {
    std::free(user);
}

// Whose sign-in the agent granted, for as long as this handle lives.
bool remember_authenticated(pam_handle_t* handle, const char* user) noexcept {
    char* copy = strdup(user);
    if (copy == nullptr) return false;
    if (pam_set_data(handle, k_authenticated, copy, forget) == PAM_SUCCESS) return true;
    std::free(copy);
    return false;
}

// Another module may have changed the name since. The session phase cannot be judged by this: sudo opens it for the
// user that its command runs as.
bool is_still_the_authenticated(pam_handle_t* handle, const char* user) noexcept {
    const void* authenticated = nullptr;
    if (pam_get_data(handle, k_authenticated, &authenticated) != PAM_SUCCESS || authenticated == nullptr) return true;
    if (user != nullptr && std::strcmp(static_cast<const char*>(authenticated), user) == 0) return true;
    pam_syslog(handle, LOG_ALERT, "denied: another user than the one who was authenticated");
    return false;
}

// The module has no options: one that it does not know may have been meant as a restriction.
bool without_options(pam_handle_t* handle, int count, const char** options) noexcept {
    if (count == 0) return true;
    pam_syslog(handle, LOG_ALERT, "denied: unknown option \"%s\" in the PAM configuration", options[0]);
    return false;
}

int run(pam_handle_t* handle, const Subject& subject, Phase phase, int flags, int denial, int count,
        const char** options) noexcept {
    if (subject.ownership == Ownership::NotManaged) return PAM_IGNORE;
    if (subject.ownership == Ownership::Unknown) return denial;
    if (!without_options(handle, count, options)) return denial;
    return doorward::pam::run_phase(handle, phase, subject.user, flags);
}

}  // namespace

#define DOORWARD_PAM extern "C" __attribute__((visibility("default"))) int

DOORWARD_PAM pam_sm_authenticate(pam_handle_t* handle, int flags, int count, const char** options) {
    const char* user = nullptr;
    pam_set_data(handle, k_authenticated, nullptr, nullptr);
    if (pam_get_user(handle, &user, nullptr) != PAM_SUCCESS) return PAM_AUTH_ERR;
    // A screen locker runs as the person it locks out; any other caller that is not root has no business here.
    const Phase phase = geteuid() == 0 ? Phase::Authenticate : Phase::ReauthenticateSelf;
    const int code = run(handle, subject_named(handle, user), phase, flags, PAM_AUTH_ERR, count, options);
    return code == PAM_SUCCESS && !remember_authenticated(handle, user) ? PAM_AUTH_ERR : code;
}

DOORWARD_PAM pam_sm_setcred(pam_handle_t* handle, int, int, const char**) {
    return current_subject(handle).ownership == Ownership::Managed ? PAM_SUCCESS : PAM_IGNORE;
}

DOORWARD_PAM pam_sm_acct_mgmt(pam_handle_t* handle, int flags, int count, const char** options) {
    const Subject subject = current_subject(handle);
    if (!is_still_the_authenticated(handle, subject.user)) return PAM_PERM_DENIED;
    return run(handle, subject, Phase::Account, flags, PAM_PERM_DENIED, count, options);
}

DOORWARD_PAM pam_sm_open_session(pam_handle_t* handle, int flags, int count, const char** options) {
    return run(handle, current_subject(handle), Phase::OpenSession, flags, PAM_SESSION_ERR, count, options);
}

// Never a failure: that would keep the modules after us from closing what they opened. The agent finds the end of a
// session by itself where it was not told.
DOORWARD_PAM pam_sm_close_session(pam_handle_t* handle, int flags, int count, const char** options) {
    const int code = run(handle, current_subject(handle), Phase::CloseSession, flags, PAM_SESSION_ERR, count, options);
    return code == PAM_IGNORE ? PAM_IGNORE : PAM_SUCCESS;
}

// Nobody chooses the password of a managed account.
DOORWARD_PAM pam_sm_chauthtok(pam_handle_t* handle, int, int, const char**) {
    return current_subject(handle).ownership == Ownership::NotManaged ? PAM_IGNORE : PAM_AUTHTOK_ERR;
}
