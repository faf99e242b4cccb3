#include "msp-portal/server/stores/device_group_store.h"

namespace doorward::portal::device_group_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert = "INSERT INTO device_group (id, team_id, tenant_id, name) VALUES (?, ?, ?, ?)";
constexpr std::string_view k_rename = "UPDATE device_group SET name = ?, version = ? WHERE id = ?";
constexpr std::string_view k_remove = "DELETE FROM device_group WHERE id = ?";
constexpr std::string_view k_remove_members = "DELETE FROM device_group_member WHERE device_group_id = ?";

#define DOORWARD_DEVICE_GROUP_COLUMNS                                                                           \
    "SELECT g.id, g.team_id, g.tenant_id, t.name, g.name, g.version,"                                           \
    " (SELECT count(*) FROM device_group_member m JOIN device d ON d.id = m.device_id AND d.state <> 'removed'" \
    "   WHERE m.device_group_id = g.id),"                                                                       \
    " (SELECT count(*) FROM access_right r WHERE r.team_id = g.team_id"                                         \
    "   AND r.object_kind = 'device_group' AND r.object_id = g.id)"                                             \
    " FROM device_group g JOIN tenant t ON t.id = g.tenant_id "
constexpr std::string_view k_find = DOORWARD_DEVICE_GROUP_COLUMNS "WHERE g.team_id = ? AND g.id = ?";
constexpr std::string_view k_list = DOORWARD_DEVICE_GROUP_COLUMNS
    "WHERE g.team_id = ?1 AND (?2 IS NULL OR g.tenant_id = ?2) AND (?3 IS NULL OR EXISTS"
    " (SELECT 1 FROM device_group_member m WHERE m.device_group_id = g.id AND m.device_id = ?3)) ORDER BY t.name, "
    "g.name, g.id";
#undef DOORWARD_DEVICE_GROUP_COLUMNS

constexpr std::string_view k_members =
    "SELECT d.id, d.name FROM device_group_member m JOIN device d ON d.id = m.device_id AND d.state <> 'removed'"
    " WHERE m.device_group_id = ? ORDER BY d.name, d.id";
constexpr std::string_view k_has_member =
    "SELECT 1 FROM device_group_member WHERE device_group_id = ? AND device_id = ?";
constexpr std::string_view k_add_member =
    "INSERT INTO device_group_member (device_group_id, device_id) VALUES (?, ?) ON CONFLICT DO NOTHING";
constexpr std::string_view k_remove_member =
    "DELETE FROM device_group_member WHERE device_group_id = ? AND device_id = ?";

DeviceGroupRecord group_of(const sql::Rows& rows) {
    return {.id = rows.id<DeviceGroupId>(0),
            .team_id = rows.id<TeamId>(1),
            .tenant = {rows.id<TenantId>(2), rows.text(3)},
            .name = rows.text(4),
            .version = rows.integer(5),
            .members = rows.integer(6),
            .rights = rows.integer(7)};
}

}  // namespace

Result<void> insert(UnitOfWork& unit, const DeviceGroupRecord& group) {
    if (!sql::try_execute(unit.database, k_insert, group.id, group.team_id, group.tenant.id, group.name)) {
        return std::unexpected(Error::NameTaken);
    }
    return {};
}

Result<void> rename(UnitOfWork& unit, const DeviceGroupRecord& group) {
    if (!sql::try_execute(unit.database, k_rename, group.name, group.version, group.id)) {
        return std::unexpected(Error::NameTaken);
    }
    return {};
}

void remove(UnitOfWork& unit, const DeviceGroupId& id) {
    sql::execute(unit.database, k_remove_members, id);
    sql::execute(unit.database, k_remove, id);
}

std::optional<DeviceGroupRecord> find(platform::Database& database, const TeamId& team, const DeviceGroupId& id) {
    auto rows = sql::query(database, k_find, team, id);
    if (!rows.next()) return std::nullopt;
    return group_of(rows);
}

std::vector<DeviceGroupRecord> list(platform::Database& database, const TeamId& team,
                                    const std::optional<TenantId>& tenant, const std::optional<DeviceId>& member) {
    std::vector<DeviceGroupRecord> groups;
    auto rows = sql::query(database, k_list, team, tenant, member);
    while (rows.next())
        groups.push_back(group_of(rows));
    return groups;
}

std::vector<Named<DeviceId>> members(platform::Database& database, const DeviceGroupId& id) {
    std::vector<Named<DeviceId>> found;
    auto rows = sql::query(database, k_members, id);
    while (rows.next())
        found.push_back({rows.id<DeviceId>(0), rows.text(1)});
    return found;
}

bool has_member(platform::Database& database, const DeviceGroupId& id, const DeviceId& device) {
    return sql::query(database, k_has_member, id, device).next();
}

void add_member(UnitOfWork& unit, const DeviceGroupId& id, const DeviceId& device) {
    sql::execute(unit.database, k_add_member, id, device);
}

bool remove_member(UnitOfWork& unit, const DeviceGroupId& id, const DeviceId& device) {
    return sql::execute(unit.database, k_remove_member, id, device) > 0;
}

}  // namespace doorward::portal::device_group_store
