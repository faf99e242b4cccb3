#include "protocol/policy_document.h"

#include "protocol/document_codec.h"
#include "protocol/roster_choices.h"
#include "protocol/text.h"
#include "protocol/ticket_pattern.h"

namespace doorward::protocol {
namespace {

constexpr SizeRange k_window_count{0, 100};

TimeWindow read_window(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        const TimeWindow window{.from_minute = in["from_minute"].small_integer(0, k_minutes_of_week - 1),
                                .to_minute = in["to_minute"].small_integer(1, k_minutes_of_week)};
        if (window.to_minute <= window.from_minute) in.fail("to_minute", DecodeErrorKind::OutOfRange);
        return window;
    });
}

}  // namespace

bool is_policy_description(std::string_view text) {
    return text.empty() || is_description(text);
}

PolicyDevices read_policy_devices(const JsonReader& value) {
    return value.object([](JsonObjectReader& devices) {
        return PolicyDevices{.all = devices["all"].boolean(),
                             .device_ids = read_id_set<DeviceId>(devices["device_ids"]),
                             .group_ids = read_id_set<DeviceGroupId>(devices["group_ids"])};
    });
}

PolicySubjects read_policy_subjects(const JsonReader& value) {
    return value.object([](JsonObjectReader& subjects) {
        return PolicySubjects{.all = subjects["all"].boolean(),
                              .directory_imported = subjects["directory_imported"].boolean(),
                              .technician_ids = read_id_set<TechnicianId>(subjects["technician_ids"]),
                              .department_ids = read_id_set<DepartmentId>(subjects["department_ids"])};
    });
}

PolicyConditions read_policy_conditions(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return PolicyConditions{.time_windows = in["time_windows"].list(k_window_count, read_window),
                                .ticket_required = in["ticket_required"].boolean(),
                                .ticket_pattern = in["ticket_pattern"].optional(
                                    [](const JsonReader& pattern) { return pattern.text(is_ticket_pattern); }),
                                .reason_required = in["reason_required"].boolean(),
                                .approver_ids = read_id_set<TechnicianId>(in["approver_ids"]),
                                .longest_session_minutes = in["longest_session_minutes"].optional(
                                    [](const JsonReader& minutes) { return minutes.small_integer(1, 1440); }),
                                .end_behaviour = in["end_behaviour"].choice(k_end_behaviours)};
    });
}

PolicyDocument read_policy(JsonObjectReader& in, const PolicyId& id) {
    return PolicyDocument{.id = id,
                          .name = in["name"].text(is_name),
                          .description = in["description"].text(is_policy_description),
                          .kind = in["kind"].choice(k_policy_kinds),
                          .state = in["state"].choice(k_policy_states),
                          .devices = read_policy_devices(in["devices"]),
                          .subjects = read_policy_subjects(in["subjects"]),
                          .conditions = read_policy_conditions(in["conditions"]),
                          .valid_from = read_optional_time(in["valid_from"]),
                          .valid_until = read_optional_time(in["valid_until"])};
}

void write_policy(JsonWriter& out, const PolicyDocument& policy) {
    out.text("name", policy.name);
    out.text("description", policy.description);
    out.text("kind", to_string(policy.kind));
    out.text("state", to_string(policy.state));
    out.object("devices", [&] {
        out.boolean("all", policy.devices.all);
        out.ids("device_ids", policy.devices.device_ids);
        out.ids("group_ids", policy.devices.group_ids);
    });
    out.object("subjects", [&] {
        out.boolean("all", policy.subjects.all);
        out.boolean("directory_imported", policy.subjects.directory_imported);
        out.ids("technician_ids", policy.subjects.technician_ids);
        out.ids("department_ids", policy.subjects.department_ids);
    });
    const PolicyConditions& conditions = policy.conditions;
    out.object("conditions", [&] {
        out.list("time_windows", conditions.time_windows, [&](const TimeWindow& window) {
            out.object([&] {
                out.integer("from_minute", window.from_minute);
                out.integer("to_minute", window.to_minute);
            });
        });
        out.boolean("ticket_required", conditions.ticket_required);
        out.optional_text("ticket_pattern", conditions.ticket_pattern);
        out.boolean("reason_required", conditions.reason_required);
        out.ids("approver_ids", conditions.approver_ids);
        out.optional_integer("longest_session_minutes", conditions.longest_session_minutes);
        out.text("end_behaviour", to_string(conditions.end_behaviour));
    });
    out.optional_time("valid_from", policy.valid_from);
    out.optional_time("valid_until", policy.valid_until);
}

}  // namespace doorward::protocol
