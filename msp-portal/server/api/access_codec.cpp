#include "msp-portal/server/api/access_codec.h"

namespace doorward::portal::codec {

namespace {

using namespace protocol;

constexpr std::ptrdiff_t k_shown_devices = 5;

template <class IdType>
void named_reference(JsonWriter& out, const Named<IdType>& named) {
    out.text("id", named.id.to_string());
    out.text("name", named.name);
}

template <class IdType>
void references(JsonWriter& out, std::string_view name, const std::vector<Named<IdType>>& all) {
    out.list(name, all, [&](const Named<IdType>& named) { out.object([&] { named_reference(out, named); }); });
}

std::vector<Named<PolicyId>> policies_naming(platform::Database& database, const TeamId& team, const Uuid& member) {
    std::vector<Named<PolicyId>> named;
    for (const auto& policy : policy_store::naming(database, team, member))
        named.push_back({policy.document.id, policy.document.name});
    return named;
}

}  // namespace

void role(JsonWriter& out, const RoleRecord& role) {
    out.id("id", role.document.id);
    out.text("name", role.document.name);
    out.text("purpose", to_string(role.document.purpose));
    out.boolean("system", role.document.system);
    out.list("permissions", role.document.permissions, [&](const std::string& permission) { out.text(permission); });
    out.integer("rights", role.rights);
}

void right(JsonWriter& out, const RightRecord& right, Timestamp now) {
    const auto& document = right.document;
    out.id("id", document.id);
    out.object("subject", [&] {
        if (const auto* technician = std::get_if<TechnicianId>(&document.subject)) {
            out.text("kind", "technician");
            out.id("id", *technician);
        } else if (const auto* department = std::get_if<DepartmentId>(&document.subject)) {
            out.text("kind", "department");
            out.id("id", *department);
        } else {
            out.text("kind", "everyone");
            out.null("id");
        }
    });
    out.optional_text("subject_name", right.subject_name);
    out.object("object", [&] {
        const auto with_id = [&](std::string_view kind, const std::string& id) {
            out.text("kind", kind);
            out.text("id", id);
            out.null("section");
        };
        if (const auto* device = std::get_if<DeviceId>(&document.object)) return with_id("device", device->to_string());
        if (const auto* group = std::get_if<DeviceGroupId>(&document.object)) {
            return with_id("device_group", group->to_string());
        }
        if (const auto* tenant = std::get_if<TenantId>(&document.object)) return with_id("tenant", tenant->to_string());
        const auto* section = std::get_if<Section>(&document.object);
        out.text("kind", section != nullptr ? "section" : "all_devices");
        out.null("id");
        section != nullptr ? out.text("section", to_string(*section)) : out.null("section");
    });
    out.optional_text("object_name", right.object_name);
    reference(out, "role", document.role_id.to_string(), right.role_name);
    out.time_text("valid_from", document.valid_from.value_or(right.created_at));
    out.optional_time_text("valid_until", document.valid_until);
    out.boolean("in_force", right.in_force(now));
    out.time_text("created_at", right.created_at);
}

void entry(JsonWriter& out, const access_explainer::Entry& entry, const Incarnation& incarnation,
           const Presence& presence, Timestamp now) {
    using access_explainer::Answer;
    const bool may = entry.answer != Answer::Refused;
    reference(out, "technician", entry.technician.id.to_string(), entry.technician.name);
    reference(out, "device", entry.device.id.to_string(), entry.device.name);
    reference(out, "tenant", entry.device.tenant_id.to_string(), entry.device.tenant_name);
    out.text("account", entry.account);
    out.text("answer", to_string(entry.answer));
    entry.missing ? out.text("missing", to_string(*entry.missing)) : out.null("missing");
    out.optional_time_text("ends_at", entry.ends_at);
    out.object("online", [&] {
        const bool connected = presence.connected(entry.device.id);
        out.boolean("possible", may && entry.has_phone && connected);
        if (may && !entry.has_phone) {
            out.text("obstacle", "no_phone");
        } else if (may && !connected) {
            out.text("obstacle", "away");
        } else {
            out.null("obstacle");
        }
    });
    out.object("offline", [&] {
        out.boolean("possible", may && !entry.offline_obstacle);
        entry.offline_obstacle ? out.text("obstacle", to_string(*entry.offline_obstacle)) : out.null("obstacle");
        out.optional_time_text("until", may ? entry.device.offline_until : std::nullopt);
        out.boolean("up_to_date", entry.device.has_newest_roster(incarnation));
    });
    out.list("rights", entry.rights, [&](const RightRecord& record) { out.object([&] { right(out, record, now); }); });
    out.list("policies", entry.policies, [&](const access_explainer::CoveringPolicy& covering) {
        out.object([&] {
            reference(out, "policy", covering.policy.id.to_string(), covering.policy.name);
            covering.missing ? out.text("missing", to_string(*covering.missing)) : out.null("missing");
            out.optional_time_text("valid_from", covering.valid_from);
            out.optional_time_text("valid_until", covering.valid_until);
        });
    });
}

void effect(JsonWriter& out, const what_if::Effect& effect) {
    const auto shifts = [&](std::string_view name, const std::vector<what_if::Shift>& all) {
        out.list(name, all, [&](const what_if::Shift& shift) {
            out.object([&] {
                reference(out, "technician", shift.technician.id.to_string(), shift.technician.name);
                out.integer("device_count", static_cast<std::int64_t>(shift.devices.size()));
                auto few = shift.devices;
                few.erase(few.begin() + std::min(k_shown_devices, std::ssize(few)), few.end());
                references(out, "devices", few);
            });
        });
    };
    shifts("gains", effect.gains);
    shifts("losses", effect.losses);
}

void policy(JsonWriter& out, platform::Database& database, const TeamId& team, const PolicyRecord& record) {
    const auto& policy = record.document;
    out.id("id", policy.id);
    out.text("name", policy.name);
    out.text("description", policy.description);
    out.text("kind", to_string(policy.kind));
    out.text("state", to_string(policy.state));
    out.boolean("start_policy", record.start_policy);
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
    out.object("conditions", [&] {
        out.list("time_windows", policy.conditions.time_windows, [&](const TimeWindow& window) {
            out.object([&] {
                out.integer("from_minute", window.from_minute);
                out.integer("to_minute", window.to_minute);
            });
        });
        out.boolean("ticket_required", policy.conditions.ticket_required);
        out.optional_text("ticket_pattern", policy.conditions.ticket_pattern);
        out.boolean("reason_required", policy.conditions.reason_required);
        out.ids("approver_ids", policy.conditions.approver_ids);
        out.optional_integer("longest_session_minutes", policy.conditions.longest_session_minutes);
        out.text("end_behaviour", to_string(policy.conditions.end_behaviour));
    });
    out.list("names", policy_store::names(database, policy),
             [&](const Named<Uuid>& named) { out.object([&] { named_reference(out, named); }); });
    const auto waiting = change_store::pending_about(database, team, policy.id.uuid());
    out.optional_text("pending_change_id",
                      waiting.empty() ? std::nullopt : std::optional(waiting.front().id.to_string()));
    out.time_text("valid_from", policy.valid_from.value_or(k_earliest_time));
    out.optional_time_text("valid_until", policy.valid_until);
}

void department(JsonWriter& out, platform::Database& database, const DepartmentRecord& department, Detail detail) {
    const bool alone = detail == Detail::Alone;
    using Members = std::vector<Named<TechnicianId>>;
    using Policies = std::vector<Named<PolicyId>>;
    out.id("id", department.id);
    out.text("name", department.name);
    references(out, "members", alone ? department_store::members(database, department.id) : Members());
    out.integer("member_count", department.members);
    out.integer("rights", department.rights);
    references(out, "policies",
               alone ? policies_naming(database, department.team_id, department.id.uuid()) : Policies());
}

void device_group(JsonWriter& out, platform::Database& database, const DeviceGroupRecord& group, Detail detail) {
    const bool alone = detail == Detail::Alone;
    using Members = std::vector<Named<DeviceId>>;
    using Policies = std::vector<Named<PolicyId>>;
    out.id("id", group.id);
    out.text("name", group.name);
    reference(out, "tenant", group.tenant.id.to_string(), group.tenant.name);
    references(out, "members", alone ? device_group_store::members(database, group.id) : Members());
    out.integer("member_count", group.members);
    out.integer("rights", group.rights);
    references(out, "policies", alone ? policies_naming(database, group.team_id, group.id.uuid()) : Policies());
}

void optional_change(JsonWriter& out, std::string_view name, const std::optional<ChangeRecord>& record,
                     const Actor& actor) {
    if (!record) return out.null(name);
    out.object(name, [&] { change(out, *record, actor); });
}

std::string perhaps_change(const std::optional<ChangeRecord>& change, const Actor& actor) {
    return text_of([&](JsonWriter& out) { optional_change(out, "change", change, actor); });
}

}  // namespace doorward::portal::codec
