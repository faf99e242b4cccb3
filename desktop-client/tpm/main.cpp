// Started by the agent for one question at a time, so that a workstation without a TPM never loads what talks to one.
// Secrets come by standard input and go by standard output, both of them pipes of the agent.
#include "crypto/initialise.h"
#include "desktop-client/tpm/tpm.h"

#include <CLI/CLI.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

namespace {

namespace crypto = doorward::crypto;
namespace tpm = doorward::tpm;

// The exit status says which; the agent reads it.
int fail(tpm::TpmError error) {
    std::fprintf(stderr, "%s\n", std::string(to_string(error)).c_str());
    switch (error) {
        case tpm::TpmError::NoTpm:
            return 3;
        case tpm::TpmError::Missing:
            return 4;
        case tpm::TpmError::Refused:
            return 5;
        case tpm::TpmError::Failed:
            break;
    }
    return EXIT_FAILURE;
}

crypto::SecretBytes read_input() {
    constexpr std::size_t k_limit = 4096;
    crypto::SecretBytes buffer = crypto::SecretBytes::zeroed(k_limit);
    const auto space = buffer.writable_bytes();
    std::size_t size = 0;
    while (size < space.size()) {
        const ssize_t got = ::read(STDIN_FILENO, space.data() + size, space.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    return crypto::SecretBytes::copy_of(space.first(size));
}

int write_output(crypto::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return EXIT_FAILURE;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return EXIT_SUCCESS;
}

int answer(tpm::Tpm& device, const std::string& verb) {
    if (verb == "seal") {
        const auto sealed = device.seal(read_input().bytes());
        return sealed ? write_output(*sealed) : fail(sealed.error());
    }
    if (verb == "unseal") {
        const auto secret = device.unseal(read_input().bytes());
        return secret ? write_output(secret->bytes()) : fail(secret.error());
    }
    const auto value = verb == "count" ? device.count() : device.counter();
    return value ? write_output(crypto::as_bytes(std::to_string(*value))) : fail(value.error());
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Seals the agent's store key in this workstation's TPM, and counts there. Started by doorward-agent."};
    std::string tcti;
    std::string verb;
    app.add_option("--tcti", tcti, "How the TPM is reached, as tpm2-tss writes it")->required();
    app.add_option("verb", verb)->required()->check(CLI::IsMember({"seal", "unseal", "counter", "count"}));
    CLI11_PARSE(app, argc, argv);

    prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &none);
    // What went wrong is said once, by the exit status.
    setenv("TSS2_LOG", "all+none", 1);
    if (!doorward::crypto::initialise()) return EXIT_FAILURE;
    auto device = tpm::Tpm::open(tcti);
    if (!device) return fail(device.error());
    return answer(*device, verb);
}
