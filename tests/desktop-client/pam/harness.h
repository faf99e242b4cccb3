#pragma once
#include "tests/desktop-client/ipc/fake_agent.h"

#include <security/pam_appl.h>

#include <functional>
#include <string>
#include <vector>

namespace doorward::tests {

// Puts the users of these tests into the private /etc/passwd and a service file "stack" (and "sshd", "badly") that
// loads the module just built.
void prepare_pam();

inline constexpr const char* k_managed = "msp-nik";  // uid 52001
inline constexpr const char* k_local = "nina";       // uid 1234

// What a conversation function saw and what it shall do.
struct Person {
    enum class Manner {
        Answers,
        Interrupts,          // PAM_CONV_ERR, as on Ctrl-C
        NoResponseArray,     // success, but no array
        NoResponseText,      // an array without a text
        RefusesVisibleText,  // like sshd's password method
    };
    Manner manner = Manner::Answers;
    std::string answer = "12345678";
    std::vector<std::string> prompts;
    std::vector<std::string> infos;
    std::vector<std::string> errors;
    std::vector<int> styles;
};

class Application {
public:
    Application(const std::string& service, const char* user, Person& person);
    Application(const std::string& service, const char* user, const pam_conv* conversation);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    [[nodiscard]] int authenticate(int flags = 0) { return m_status = pam_authenticate(m_handle, flags); }
    [[nodiscard]] int account() { return m_status = pam_acct_mgmt(m_handle, 0); }
    [[nodiscard]] int open_session() { return m_status = pam_open_session(m_handle, 0); }
    [[nodiscard]] int close_session() { return m_status = pam_close_session(m_handle, 0); }
    [[nodiscard]] int set_credentials() { return m_status = pam_setcred(m_handle, PAM_ESTABLISH_CRED); }
    [[nodiscard]] int change_password() { return m_status = pam_chauthtok(m_handle, 0); }
    [[nodiscard]] pam_handle_t* handle() { return m_handle; }

private:
    pam_conv m_conversation{};
    pam_handle_t* m_handle = nullptr;
    int m_status = PAM_SUCCESS;
};

inline constexpr const char* k_pam_socket = ipc::k_socket_path;

}  // namespace doorward::tests
