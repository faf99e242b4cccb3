#pragma once

#include "verify/export_verifier.h"
#include "verify/finding.h"

#include <expected>
#include <filesystem>

namespace doorward::verify {

// Verifies a file as it is read: however long it is, one line of it is held at a time.
[[nodiscard]] std::expected<Verified, Finding> verify_file(const std::filesystem::path& file, Expectation expectation,
                                                           ExportVerifier::Leaves leaves);

// A signed log head as `doorward log-head` prints it.
[[nodiscard]] std::expected<protocol::SignedEnvelope, Finding> read_held_head(const std::filesystem::path& file);

}  // namespace doorward::verify
