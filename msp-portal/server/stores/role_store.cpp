#include "msp-portal/server/stores/role_store.h"

namespace doorward::portal::role_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert = "INSERT INTO role (id, team_id, name, purpose) VALUES (?, ?, ?, ?)";
constexpr std::string_view k_update = "UPDATE role SET name = ?, version = ? WHERE id = ? AND team_id = ?";
constexpr std::string_view k_remove = "DELETE FROM role WHERE id = ? AND team_id IS NOT NULL";
constexpr std::string_view k_remove_permissions = "DELETE FROM role_permission WHERE role_id = ?";
constexpr std::string_view k_insert_permission = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)";
constexpr std::string_view k_permissions =
    "SELECT permission FROM role_permission WHERE role_id = ? ORDER BY permission";
constexpr std::string_view k_system_name = "SELECT 1 FROM role WHERE team_id IS NULL AND name = ?";

#define DOORWARD_ROLE_COLUMNS                                                                       \
    "SELECT o.id, o.team_id, o.name, o.purpose, o.version,"                                         \
    " (SELECT count(*) FROM access_right r WHERE r.team_id = ?1 AND r.role_id = o.id) FROM role o " \
    "WHERE (o.team_id IS NULL OR o.team_id = ?1) "
constexpr std::string_view k_list = DOORWARD_ROLE_COLUMNS "ORDER BY o.id";
constexpr std::string_view k_find = DOORWARD_ROLE_COLUMNS "AND o.id = ?2";
#undef DOORWARD_ROLE_COLUMNS

std::vector<RoleRecord> with_permissions(platform::Database& database, sql::Rows rows) {
    std::vector<RoleRecord> found;
    while (rows.next()) {
        RoleRecord record{
            {rows.id<RoleId>(0),
             rows.text(2),
             rows.one_of(3, {RolePurpose::Devices, RolePurpose::Invitations, RolePurpose::Administration}),
             rows.is_null(1),
             {}},
            rows.optional_id<TeamId>(1),
            rows.integer(4),
            rows.integer(5)};
        auto permissions = sql::query(database, k_permissions, record.document.id);
        while (permissions.next())
            record.document.permissions.push_back(permissions.text(0));
        found.push_back(std::move(record));
    }
    return found;
}

void write_permissions(UnitOfWork& unit, const RoleDocument& role) {
    sql::execute(unit.database, k_remove_permissions, role.id);
    for (const auto& permission : role.permissions)
        sql::execute(unit.database, k_insert_permission, role.id, permission);
}

}  // namespace

Result<void> insert(UnitOfWork& unit, const RoleRecord& role) {
    const auto& document = role.document;
    if (sql::query(unit.database, k_system_name, document.name).next() ||
        !sql::try_execute(unit.database, k_insert, document.id, role.team_id, document.name,
                          to_string(document.purpose))) {
        return std::unexpected(Error::NameTaken);
    }
    write_permissions(unit, document);
    return {};
}

Result<void> update(UnitOfWork& unit, const RoleRecord& role) {
    const auto& document = role.document;
    if (sql::query(unit.database, k_system_name, document.name).next() ||
        !sql::try_execute(unit.database, k_update, document.name, role.version, document.id, role.team_id)) {
        return std::unexpected(Error::NameTaken);
    }
    write_permissions(unit, document);
    return {};
}

void remove(UnitOfWork& unit, const RoleId& id) {
    sql::execute(unit.database, k_remove_permissions, id);
    sql::execute(unit.database, k_remove, id);
}

std::optional<RoleRecord> find(platform::Database& database, const TeamId& team, const RoleId& id) {
    auto found = with_permissions(database, sql::query(database, k_find, team, id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<RoleRecord> list(platform::Database& database, const TeamId& team) {
    return with_permissions(database, sql::query(database, k_list, team));
}

}  // namespace doorward::portal::role_store
