#include "msp-portal/server/stores/right_store.h"

#include "msp-portal/server/stores/tenant_store.h"

namespace doorward::portal::right_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert =
    "INSERT INTO access_right (id, team_id, subject_kind, subject_id, object_kind, object_id, section, role_id, "
    "valid_from,"
    " valid_until, change_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

#define DOORWARD_RIGHT_COLUMNS                                                                                \
    "SELECT r.id, r.team_id, r.subject_kind, r.subject_id, r.object_kind, r.object_id, r.section, r.role_id," \
    " r.valid_from, r.valid_until, r.change_id, r.created_at, o.name,"                                        \
    " CASE r.subject_kind WHEN 'technician' THEN (SELECT name FROM technician WHERE id = r.subject_id)"       \
    "  WHEN 'department' THEN (SELECT name FROM department WHERE id = r.subject_id) END,"                     \
    " CASE r.object_kind WHEN 'device' THEN (SELECT name FROM device WHERE id = r.object_id)"                 \
    "  WHEN 'device_group' THEN (SELECT name FROM device_group WHERE id = r.object_id)"                       \
    "  WHEN 'tenant' THEN (SELECT name FROM tenant WHERE id = r.object_id) END"                               \
    " FROM access_right r JOIN role o ON o.id = r.role_id "
constexpr std::string_view k_find = DOORWARD_RIGHT_COLUMNS "WHERE r.team_id = ? AND r.id = ?";
constexpr std::string_view k_list = DOORWARD_RIGHT_COLUMNS
    "WHERE r.team_id = ?1 AND (?2 IS NULL OR r.subject_kind = 'everyone' OR r.subject_id = ?2"
    "  OR r.subject_id IN (SELECT department_id FROM department_member WHERE technician_id = ?2))"
    " AND (?3 IS NULL OR r.object_kind = 'all_devices' OR r.object_id = ?3"
    "  OR r.object_id IN (SELECT id FROM device WHERE tenant_id = ?3)"
    "  OR r.object_id IN (SELECT id FROM device_group WHERE tenant_id = ?3))"
    " AND (?4 IS NULL OR r.object_kind = 'all_devices' OR r.object_id = ?4"
    "  OR r.object_id = (SELECT tenant_id FROM device WHERE id = ?4)"
    "  OR r.object_id IN (SELECT device_group_id FROM device_group_member WHERE device_id = ?4))"
    " AND (?5 IS NULL OR (r.subject_kind = 'department' AND r.subject_id = ?5))"
    " AND (?6 IS NULL OR (r.object_kind = 'device_group' AND r.object_id = ?6))"
    " AND (?7 IS NULL OR r.role_id = ?7)"
    " AND (?8 IS NULL OR r.id < ?8) ORDER BY r.id DESC LIMIT ?9";
constexpr std::string_view k_of_team = DOORWARD_RIGHT_COLUMNS "WHERE r.team_id = ? AND o.purpose = 'devices'";
constexpr std::string_view k_of_technician = DOORWARD_RIGHT_COLUMNS
    "WHERE r.team_id = ?1 AND o.purpose = 'devices' AND (r.subject_kind = 'everyone' OR r.subject_id = ?2"
    "  OR r.subject_id IN (SELECT department_id FROM department_member WHERE technician_id = ?2))";
constexpr std::string_view k_own =
    DOORWARD_RIGHT_COLUMNS "WHERE r.team_id = ? AND r.subject_kind = 'technician' AND r.subject_id = ?";
#undef DOORWARD_RIGHT_COLUMNS

constexpr std::string_view k_same =
    "SELECT 1 FROM access_right WHERE team_id = ?1 AND subject_kind = ?2 AND subject_id IS ?3 AND object_kind = ?4"
    " AND object_id IS ?5 AND section IS ?6 AND role_id = ?7 AND valid_from <= ?8"
    " AND (valid_until IS NULL OR valid_until >= ?9)";
constexpr std::string_view k_remove = "DELETE FROM access_right WHERE id = ?";
constexpr std::string_view k_device_tenant = "SELECT tenant_id FROM device WHERE id = ? AND state <> 'removed'";
constexpr std::string_view k_group_tenant = "SELECT tenant_id FROM device_group WHERE id = ?";

// How the two variants stand in columns.
struct SubjectColumns {
    std::string_view kind;
    std::optional<Uuid> id;
};
struct ObjectColumns {
    std::string_view kind;
    std::optional<Uuid> id;
    std::optional<std::string> section;
};

SubjectColumns columns_of(const RightSubject& subject) {
    if (const auto* technician = std::get_if<TechnicianId>(&subject)) return {"technician", technician->uuid()};
    if (const auto* department = std::get_if<DepartmentId>(&subject)) return {"department", department->uuid()};
    return {"everyone", std::nullopt};
}

ObjectColumns columns_of(const RightObject& object) {
    if (const auto* device = std::get_if<DeviceId>(&object)) return {"device", device->uuid(), {}};
    if (const auto* group = std::get_if<DeviceGroupId>(&object)) return {"device_group", group->uuid(), {}};
    if (const auto* tenant = std::get_if<TenantId>(&object)) return {"tenant", tenant->uuid(), {}};
    if (const auto* section = std::get_if<Section>(&object)) {
        return {"section", std::nullopt, std::string(to_string(*section))};
    }
    return {"all_devices", std::nullopt, {}};
}

RightSubject subject_of(const sql::Rows& rows) {
    const auto kind = rows.text(2);
    if (kind == "technician") return rows.id<TechnicianId>(3);
    if (kind == "department") return rows.id<DepartmentId>(3);
    return Everyone{};
}

RightObject object_of(const sql::Rows& rows) {
    const auto kind = rows.text(4);
    if (kind == "device") return rows.id<DeviceId>(5);
    if (kind == "device_group") return rows.id<DeviceGroupId>(5);
    if (kind == "tenant") return rows.id<TenantId>(5);
    if (kind == "section") return rows.one_of(6, {Section::PermanentAccess, Section::QuickSupport, Section::Team});
    return AllDevices{};
}

RightRecord right_of(const sql::Rows& rows) {
    return {{rows.id<RightId>(0), subject_of(rows), object_of(rows), rows.id<RoleId>(7), rows.optional_time(8),
             rows.optional_time(9)},
            rows.id<TeamId>(1),
            rows.optional_id<ChangeId>(10),
            rows.time(11),
            rows.text(12),
            rows.optional_text(13),
            rows.optional_text(14)};
}

std::vector<RightRecord> all_in(sql::Rows rows) {
    std::vector<RightRecord> rights;
    while (rows.next())
        rights.push_back(right_of(rows));
    return rights;
}

std::vector<RightRecord> matching(platform::Database& database, const TeamId& team, const RightFilter& filter,
                                  const std::optional<RightId>& before, std::int64_t limit) {
    return all_in(sql::query(database, k_list, team, filter.technician_id, filter.tenant_id, filter.device_id,
                             filter.department_id, filter.device_group_id, filter.role_id, before, limit));
}

}  // namespace

void insert(UnitOfWork& unit, const RightRecord& right) {
    const auto subject = columns_of(right.document.subject);
    const auto object = columns_of(right.document.object);
    sql::execute(unit.database, k_insert, right.document.id, right.team_id, subject.kind, subject.id, object.kind,
                 object.id, object.section, right.document.role_id, right.document.valid_from,
                 right.document.valid_until, right.change_id, unit.now);
}

std::optional<RightRecord> find(platform::Database& database, const TeamId& team, const RightId& id) {
    auto rows = sql::query(database, k_find, team, id);
    if (!rows.next()) return std::nullopt;
    return right_of(rows);
}

bool exists_same(platform::Database& database, const TeamId& team, const RightDocument& right) {
    const auto subject = columns_of(right.subject);
    const auto object = columns_of(right.object);
    const auto until = right.valid_until.value_or(k_latest_time);
    return sql::query(database, k_same, team, subject.kind, subject.id, object.kind, object.id, object.section,
                      right.role_id, right.valid_from, until)
        .next();
}

void remove(UnitOfWork& unit, const RightId& id) {
    sql::execute(unit.database, k_remove, id);
}

std::vector<RightRecord> of_technician(platform::Database& database, const TeamId& team,
                                       const TechnicianId& technician) {
    return all_in(sql::query(database, k_own, team, technician));
}

std::vector<RightRecord> all(platform::Database& database, const TeamId& team, const RightFilter& filter) {
    constexpr std::int64_t k_no_limit = -1;
    return matching(database, team, filter, std::nullopt, k_no_limit);
}

Page<RightRecord> list(platform::Database& database, const TeamId& team, const RightFilter& filter,
                       const PageRequest& page) {
    const auto after = page.after ? RightId::parse(*page.after) : std::nullopt;
    auto items = matching(database, team, filter, after, page.limit + 1);
    return make_page(std::move(items), page.limit, [](const RightRecord& last) { return last.id().to_string(); });
}

std::vector<RightRecord> device_rights_of_team(platform::Database& database, const TeamId& team) {
    return all_in(sql::query(database, k_of_team, team));
}

std::vector<RightRecord> device_rights_of_technician(platform::Database& database, const TeamId& team,
                                                     const TechnicianId& technician) {
    return all_in(sql::query(database, k_of_technician, team, technician));
}

std::vector<TenantId> tenants_reached(platform::Database& database, const RightRecord& right) {
    const auto& object = right.document.object;
    if (const auto* tenant = std::get_if<TenantId>(&object)) return {*tenant};
    if (std::holds_alternative<AllDevices>(object)) return tenant_store::all_of_team(database, right.team_id);
    if (const auto* device = std::get_if<DeviceId>(&object)) {
        auto rows = sql::query(database, k_device_tenant, *device);
        if (rows.next()) return {rows.id<TenantId>(0)};
    }
    if (const auto* group = std::get_if<DeviceGroupId>(&object)) {
        auto rows = sql::query(database, k_group_tenant, *group);
        if (rows.next()) return {rows.id<TenantId>(0)};
    }
    return {};
}

}  // namespace doorward::portal::right_store
