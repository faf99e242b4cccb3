#pragma once

#include "protocol/ids.h"
#include "protocol/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::protocol {

enum class PolicyKind { Domain, NonDomain, Any };
enum class PolicyState { Pending, Active, Retired, Rejected };
enum class EndBehaviour { EndSession, KeepUntilLogout };
[[nodiscard]] std::string_view to_string(PolicyKind kind);
[[nodiscard]] std::string_view to_string(PolicyState state);
[[nodiscard]] std::string_view to_string(EndBehaviour behaviour);
[[nodiscard]] std::optional<PolicyKind> parse_policy_kind(std::string_view text);
[[nodiscard]] std::optional<EndBehaviour> parse_end_behaviour(std::string_view text);

// Lists of ids are in ascending order after decoding, whatever order they came in.
struct PolicyDevices {
    bool all = false;
    std::vector<DeviceId> device_ids;
    std::vector<DeviceGroupId> group_ids;
};

struct PolicySubjects {
    bool all = false;
    bool directory_imported = false;
    std::vector<TechnicianId> technician_ids;
    std::vector<DepartmentId> department_ids;
};

// Minutes of the device's local week: 0 is Monday 00:00, the end is exclusive and at most 10080.
struct TimeWindow {
    int from_minute = 0;
    int to_minute = 0;

    friend bool operator==(const TimeWindow&, const TimeWindow&) = default;
};

struct PolicyConditions {
    // Empty: always.
    std::vector<TimeWindow> time_windows;
    bool ticket_required = false;
    // See ticket_pattern.h. Judges every ticket that is given, required or not.
    std::optional<std::string> ticket_pattern;
    bool reason_required = false;
    // One of them has to approve; empty: nobody.
    std::vector<TechnicianId> approver_ids;
    std::optional<int> longest_session_minutes;
    EndBehaviour end_behaviour = EndBehaviour::EndSession;
};

struct PolicyDocument {
    PolicyId id;
    std::string name;
    // May be empty.
    std::string description;
    PolicyKind kind = PolicyKind::Any;
    PolicyState state = PolicyState::Pending;
    PolicyDevices devices;
    PolicySubjects subjects;
    PolicyConditions conditions;
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_until;
};

}  // namespace doorward::protocol
