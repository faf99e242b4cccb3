#include "desktop-client/agent/services/tpm_tool.h"

#include "platform/log.h"
#include "platform/process.h"

#include <charconv>

namespace doorward::agent {
namespace {

const platform::Logger k_log{"tpm"};

// What doorward-tpm says by its exit status.
constexpr int k_no_counter = 4;
constexpr int k_not_its_own = 5;
constexpr std::size_t k_longest_secret = 128;

}  // namespace

std::string_view to_string(TpmError error) {
    switch (error) {
        case TpmError::Unavailable:
            return "unavailable";
        case TpmError::Missing:
            return "missing";
        case TpmError::Refused:
            return "refused";
    }
    return "unknown";
}

std::expected<TpmTool::Answer, TpmError> TpmTool::ask(const Question& question) const {
    platform::ProcessOptions options;
    options.arguments = {m_program, "--tcti", m_tcti, std::string(question.verb)};
    options.standard_input = question.input;
    options.secret_output = question.secret_output;
    auto done = platform::run_process(options);
    if (done && done->succeeded()) {
        return Answer{.text = std::move(done->standard_output), .secret_size = done->secret_size};
    }
    k_log.error("failed", {{platform::LogField::Service, question.verb},
                           {platform::LogField::Reason,
                            done ? std::string_view(done->standard_error) : platform::to_string(done.error())}});
    if (done && done->exit_status == k_no_counter) return std::unexpected(TpmError::Missing);
    if (done && done->exit_status == k_not_its_own) return std::unexpected(TpmError::Refused);
    return std::unexpected(TpmError::Unavailable);
}

std::expected<crypto::Bytes, TpmError> TpmTool::seal(crypto::ByteView secret) const {
    const auto answer = ask({.verb = "seal", .input = secret, .secret_output = {}});
    if (!answer) return std::unexpected(answer.error());
    return crypto::Bytes(answer->text.begin(), answer->text.end());
}

std::expected<crypto::SecretBytes, TpmError> TpmTool::unseal(crypto::ByteView sealed) const {
    auto secret = crypto::SecretBytes::zeroed(k_longest_secret);
    const auto answer = ask({.verb = "unseal", .input = sealed, .secret_output = secret.writable_bytes()});
    if (!answer) return std::unexpected(answer.error());
    return crypto::SecretBytes::copy_of(secret.bytes().first(answer->secret_size));
}

std::expected<std::int64_t, TpmError> TpmTool::number(std::string_view verb) const {
    const auto answer = ask({.verb = verb, .input = {}, .secret_output = {}});
    if (!answer) return std::unexpected(answer.error());
    std::int64_t value = 0;
    const char* end = answer->text.data() + answer->text.size();
    const auto parsed = std::from_chars(answer->text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::unexpected(TpmError::Unavailable);
    return value;
}

}  // namespace doorward::agent
