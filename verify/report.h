#pragma once

#include "verify/export_verifier.h"
#include "verify/finding.h"

#include <cstdint>
#include <optional>
#include <string>

namespace doorward::verify {

// What was checked beside the export itself.
struct Beside {
    bool portal_key_given = false;
    std::optional<protocol::ExportStart> earlier = std::nullopt;
    std::int64_t earlier_events = 0;
    std::int64_t held_heads = 0;
};

[[nodiscard]] std::string text_report(const Verified& verified, const Beside& beside);
[[nodiscard]] std::string text_report(const Finding& finding);
[[nodiscard]] std::string json_report(const Verified& verified, const Beside& beside);
[[nodiscard]] std::string json_report(const Finding& finding);

}  // namespace doorward::verify
