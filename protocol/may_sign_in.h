#pragma once

#include "protocol/ids.h"
#include "protocol/policy_document.h"
#include "protocol/roster.h"
#include "protocol/time.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::protocol {

// In the order they are looked at: the first that is missing is the answer.
enum class SignInRefusal {
    TeamSuspended,
    TenantSuspended,
    DeviceSuspended,
    TechnicianUnknown,
    TechnicianNotActivated,
    TechnicianDisabled,
    NoRight,
    RightNotInForce,
    NoPolicy,
    PolicyNotInForce,
    OutsideTimeWindow,
    ReasonRequired,
    TicketRequired,
    TicketMalformed,
    ApprovalRequired,
};
// The machine words of WIRE.md: "team_suspended" ...
[[nodiscard]] std::string_view to_string(SignInRefusal refusal);

struct SignInContext {
    // Of the device's local week, see local_minute_of_week(). Anything outside 0 to 10079 is in no window.
    int minute_of_week = 0;
    bool has_reason = false;
    std::optional<std::string> ticket;
    std::vector<TechnicianId> approved_by;
};

struct SignInQuestion {
    TechnicianId technician_id;
    DeviceId device_id;
    Timestamp time;
    SignInContext context;
};

struct SignInPermit {
    // Ascending; all that are in force.
    std::vector<RightId> right_ids;
    PolicyId policy_id;
    // The smallest of the tenant's, the policy's and what is left until valid_until, at least 1.
    int longest_session_minutes = 0;
    // When the last of the rights or the policy ends; a session ends then at the latest. Nothing: open end.
    std::optional<Timestamp> valid_until;
    EndBehaviour end_behaviour = EndBehaviour::EndSession;

    friend bool operator==(const SignInPermit&, const SignInPermit&) = default;
};

using Decision = std::expected<SignInPermit, SignInRefusal>;

// The one place where it is decided who may sign in where: used by portal, agent (also offline) and the explainer.
// Pure. What the roster does not hold counts as missing or suspended.
[[nodiscard]] Decision may_sign_in(const Roster& roster, const SignInQuestion& question);

// What somebody is to say before a sign-in can be allowed.
struct SignInAsks {
    bool reason = false;
    bool ticket = false;
    // One of them has to match; empty: any ticket will do.
    std::vector<std::string> ticket_patterns;

    friend bool operator==(const SignInAsks&, const SignInAsks&) = default;
};

// Only what the question's context does not say yet, as the policy that wants least has it (and every other one that
// wants the same things). A policy whose time it is not is looked at where there is no other, so that the answer does
// not tell the hours. Nothing where no answer could help: no right in force, or no policy over both.
[[nodiscard]] std::optional<SignInAsks> what_to_ask(const Roster& roster, const SignInQuestion& question);

// Where a right comes from, for people who ask why.
enum class RightOrigin { Own, Department, Everyone };
enum class RightReach { Device, DeviceGroup, Tenant, AllDevices };
[[nodiscard]] std::string_view to_string(RightOrigin origin);
[[nodiscard]] std::string_view to_string(RightReach reach);

// A right that lets this technician into this device, in force or not.
struct ExplainedRight {
    RightId right_id;
    RoleId role_id;
    RightOrigin origin = RightOrigin::Own;
    RightReach reach = RightReach::Device;
    bool in_force = false;
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_until;
};

// An active policy that covers both; nothing missing means that it alone would be enough.
struct ExplainedPolicy {
    PolicyId policy_id;
    std::optional<SignInRefusal> missing;
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_until;
};

struct Explanation {
    Decision decision;
    std::vector<ExplainedRight> rights;
    std::vector<ExplainedPolicy> policies;
};

// The decision with everything it was made of; looks at rights and policies even where something before them is
// missing.
[[nodiscard]] Explanation explain_sign_in(const Roster& roster, const SignInQuestion& question);

}  // namespace doorward::protocol
