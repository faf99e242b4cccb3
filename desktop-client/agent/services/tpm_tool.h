#pragma once

#include "crypto/bytes.h"
#include "crypto/secret_bytes.h"
#include "desktop-client/agent/config.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace doorward::agent {

enum class TpmError {
    Unavailable,  ///< no TPM, or no program to ask it
    Missing,      ///< there is no counter
    Refused,      ///< sealed by another TPM, or before this one was cleared
};
[[nodiscard]] std::string_view to_string(TpmError error);

/// Asks doorward-tpm, a program of its own: where no TPM is used, nothing of what talks to one is in the agent's memory
/// or start. Blocks; what is secret goes through pipes.
class TpmTool {
public:
    explicit TpmTool(const Config& config) : m_program(config.tpm_tool), m_tcti(config.tpm) {}

    [[nodiscard]] std::expected<crypto::Bytes, TpmError> seal(crypto::ByteView secret) const;
    [[nodiscard]] std::expected<crypto::SecretBytes, TpmError> unseal(crypto::ByteView sealed) const;
    [[nodiscard]] std::expected<std::int64_t, TpmError> counter() const { return number("counter"); }
    /// Makes the counter where it is missing, and counts once; the new value.
    [[nodiscard]] std::expected<std::int64_t, TpmError> count() const { return number("count"); }

private:
    struct Question {
        std::string_view verb;
        crypto::ByteView input;
        std::span<std::uint8_t> secret_output;
    };
    struct Answer {
        std::string text;
        std::size_t secret_size = 0;
    };
    [[nodiscard]] std::expected<Answer, TpmError> ask(const Question& question) const;
    [[nodiscard]] std::expected<std::int64_t, TpmError> number(std::string_view verb) const;

    std::filesystem::path m_program;
    std::string m_tcti;
};

}  // namespace doorward::agent
