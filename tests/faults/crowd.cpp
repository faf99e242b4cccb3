// One code typed in many places at the same moment: each place is a process of its own with its own PAM.
//
// usage: crowd SERVICE ACCOUNT PLACES    reads the code from standard input; all places wait until the last one is
// ready.
//                                        Says how many came in.
#include <security/pam_appl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Code {
    std::string digits;
};

int type_code(int count, const pam_message** messages, pam_response** responses, void* data) {
    auto* const answers =
        static_cast<pam_response*>(std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
    if (answers == nullptr) return PAM_BUF_ERR;
    for (int i = 0; i < count; ++i) {
        const int style = messages[i]->msg_style;
        if (style == PAM_PROMPT_ECHO_ON || style == PAM_PROMPT_ECHO_OFF)
            answers[i].resp = strdup(static_cast<const Code*>(data)->digits.c_str());
    }
    *responses = answers;
    return PAM_SUCCESS;
}

// Says by a byte that it is ready, and starts when the other pipe ends.
[[noreturn]] void be_one_place(const char* service, const char* account, Code& code, int ready, int start) {
    const pam_conv conversation{type_code, &code};
    pam_handle_t* handle = nullptr;
    if (pam_start(service, account, &conversation, &handle) != PAM_SUCCESS) _exit(2);
    char nothing = 0;
    if (write(ready, &nothing, 1) != 1 || read(start, &nothing, 1) != 0) _exit(2);
    const int result = pam_authenticate(handle, 0);
    pam_end(handle, result);
    _exit(result == PAM_SUCCESS ? 0 : 1);
}

}  // namespace

int main(int count, char** words) {
    int places = 0;
    if (count == 4) std::from_chars(words[3], words[3] + std::strlen(words[3]), places);
    Code code;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar())
        code.digits += static_cast<char>(c);
    std::array<int, 2> ready{};
    std::array<int, 2> start{};
    if (places < 1 || code.digits.empty() || pipe(ready.data()) != 0 || pipe(start.data()) != 0) {
        std::fputs("usage: crowd SERVICE ACCOUNT PLACES, and a code on standard input\n", stderr);
        return 2;
    }
    for (int i = 0; i < places; ++i) {
        const pid_t child = fork();
        if (child < 0) return 2;
        if (child == 0) {
            close(start[1]);
            be_one_place(words[1], words[2], code, ready[1], start[0]);
        }
    }
    close(ready[1]);
    char nothing = 0;
    for (int i = 0; i < places; ++i) {
        if (read(ready[0], &nothing, 1) != 1) return 2;
    }
    close(start[1]);
    int successes = 0;
    int status = 0;
    while (wait(&status) > 0) {
        if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
            std::fprintf(stderr, "crowd: a place ended with status %d\n", status);
            return 2;
        }
        if (WEXITSTATUS(status) == 0) ++successes;
    }
    std::printf("%d\n", successes);
    return 0;
}
