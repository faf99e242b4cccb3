#include "tests/desktop-client/pam/harness.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace doorward::tests {
namespace {

constexpr const char* k_services = "/run/pam-services";

char* copy_of(const std::string& text) {
    auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
    std::memcpy(copy, text.c_str(), text.size() + 1);
    return copy;
}

int converse(int count, const pam_message** messages, pam_response** responses, void* data) {
    auto& person = *static_cast<Person*>(data);
    *responses = nullptr;
    if (count != 1) return PAM_CONV_ERR;
    const pam_message& message = *messages[0];
    person.styles.push_back(message.msg_style);
    if (message.msg_style == PAM_TEXT_INFO) person.infos.emplace_back(message.msg);
    if (message.msg_style == PAM_ERROR_MSG) person.errors.emplace_back(message.msg);
    if (message.msg_style == PAM_TEXT_INFO || message.msg_style == PAM_ERROR_MSG) return PAM_SUCCESS;

    person.prompts.emplace_back(message.msg);
    if (person.manner == Person::Manner::Interrupts) return PAM_CONV_ERR;
    if (person.manner == Person::Manner::RefusesVisibleText && message.msg_style != PAM_PROMPT_ECHO_OFF) {
        return PAM_CONV_ERR;
    }
    if (person.manner == Person::Manner::NoResponseArray) return PAM_SUCCESS;
    *responses = static_cast<pam_response*>(std::calloc(1, sizeof(pam_response)));
    if (person.manner == Person::Manner::NoResponseText) return PAM_SUCCESS;
    (*responses)->resp = copy_of(person.answer);
    return PAM_SUCCESS;
}

void write_service(const std::string& name, const std::string& options, bool permit_others) {
    std::ofstream file(std::filesystem::path(k_services) / name);
    for (const char* type : {"auth", "account", "session", "password"}) {
        file << type << " [success=done ignore=ignore default=die] " << PAM_MODULE << ' ' << options << '\n';
        file << type << " required " << (permit_others ? "pam_permit.so" : "pam_deny.so") << '\n';
    }
}

}  // namespace

void prepare_pam() {
    static bool done = false;
    if (done) return;
    done = true;
    std::ofstream("/etc/passwd", std::ios::app) << "msp-nik:x:52001:52001::/home/msp-nik:/bin/bash\n"
                                                   "nina:x:1234:1234::/home/nina:/bin/bash\n"
                                                   "below:x:51999:51999::/:/bin/sh\nabove:x:60000:60000::/:/bin/sh\n"
                                                   "first:x:52000:52000::/:/bin/sh\nlast:x:59999:59999::/:/bin/sh\n";
    std::filesystem::create_directory(k_services);
    std::filesystem::create_directory("/run/doorward");
    write_service("stack", "", true);
    write_service("sshd", "", true);
    write_service("badly", "fail_open", true);
    write_service("other", "", false);
}

Application::Application(const std::string& service, const char* user, Person& person)
    : m_conversation{converse, &person} {
    prepare_pam();
    REQUIRE(pam_start_confdir(service.c_str(), user, &m_conversation, k_services, &m_handle) == PAM_SUCCESS);
}

Application::Application(const std::string& service, const char* user, const pam_conv* conversation) {
    prepare_pam();
    REQUIRE(pam_start_confdir(service.c_str(), user, conversation, k_services, &m_handle) == PAM_SUCCESS);
}

Application::~Application() {
    pam_end(m_handle, m_status);
}

}  // namespace doorward::tests
