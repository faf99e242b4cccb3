#pragma once

#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/policy_document.h"
#include "protocol/roster_document.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace doorward::protocol {

// The parts of the document codec that do not fit one file. All write and read the members after `id`.

// A body is at most 64 KiB, so no list in it can be longer than this.
inline constexpr SizeRange k_any_list{0, 4096};

[[nodiscard]] PolicyDocument read_policy(JsonObjectReader& in, const PolicyId& id);
void write_policy(JsonWriter& out, const PolicyDocument& policy);
// Its parts, which a draft of one has too.
[[nodiscard]] bool is_policy_description(std::string_view text);
[[nodiscard]] PolicyDevices read_policy_devices(const JsonReader& value);
[[nodiscard]] PolicySubjects read_policy_subjects(const JsonReader& value);
[[nodiscard]] PolicyConditions read_policy_conditions(const JsonReader& value);

[[nodiscard]] TechnicianDocument read_technician(JsonObjectReader& in, const TechnicianId& id);
void write_technician(JsonWriter& out, const TechnicianDocument& technician);

// Ascending, and refused with one id twice.
template <class SomeId>
[[nodiscard]] std::vector<SomeId> read_id_set(const JsonReader& value) {
    auto ids = value.ids<SomeId>(k_any_list);
    std::ranges::sort(ids);
    if (std::ranges::adjacent_find(ids) != ids.end()) value.fail(DecodeErrorKind::BadValue);
    return ids;
}

[[nodiscard]] inline std::optional<Timestamp> read_optional_time(const JsonReader& value) {
    return value.optional([](const JsonReader& present) { return present.time(); });
}

}  // namespace doorward::protocol
