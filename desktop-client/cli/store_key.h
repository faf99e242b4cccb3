#pragma once

#include "crypto/secret_bytes.h"
#include "desktop-client/cli/agent_question.h"

#include <expected>
#include <string>

namespace doorward::cli {

/// What shall keep the key of the agent's store from an enrolment on.
struct KeyWish {
    std::string place = "auto";  ///< tpm2, systemd-creds, file, or the best of them that works
    std::string recovery_file;   ///< empty: the code is shown on the terminal, where there is one
};

/// A new code, written to a file that must not exist yet, before anybody depends on it.
[[nodiscard]] std::expected<crypto::SecretBytes, Trouble> make_recovery_code(const std::string& file);

/// Puts the key there before the enrolment makes it worth anything, and returns one line that says where it is and why.
/// A place that was asked for is taken or it is an error; `auto` takes the TPM, then systemd-creds where that uses a
/// TPM, else it stays in the file. A place that could lose the key needs somewhere for the recovery code. A key that
/// was moved before stays where it is.
[[nodiscard]] std::expected<std::string, Trouble> settle_store_key(const std::string& socket, const KeyWish& wish);

}  // namespace doorward::cli
