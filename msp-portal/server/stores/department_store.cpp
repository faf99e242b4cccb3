#include "msp-portal/server/stores/department_store.h"

namespace doorward::portal::department_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert = "INSERT INTO department (id, team_id, name) VALUES (?, ?, ?)";
constexpr std::string_view k_rename = "UPDATE department SET name = ?, version = ? WHERE id = ?";
constexpr std::string_view k_remove = "DELETE FROM department WHERE id = ?";
constexpr std::string_view k_remove_members = "DELETE FROM department_member WHERE department_id = ?";

#define DOORWARD_DEPARTMENT_COLUMNS                                             \
    "SELECT d.id, d.team_id, d.name, d.version,"                                \
    " (SELECT count(*) FROM department_member m WHERE m.department_id = d.id)," \
    " (SELECT count(*) FROM access_right r WHERE r.team_id = d.team_id"         \
    "   AND r.subject_kind = 'department' AND r.subject_id = d.id) FROM department d "
constexpr std::string_view k_find = DOORWARD_DEPARTMENT_COLUMNS "WHERE d.team_id = ? AND d.id = ?";
constexpr std::string_view k_list = DOORWARD_DEPARTMENT_COLUMNS
    "WHERE d.team_id = ?1 AND (?2 IS NULL OR EXISTS (SELECT 1 FROM department_member m"
    "  WHERE m.department_id = d.id AND m.technician_id = ?2)) ORDER BY d.name, d.id";
#undef DOORWARD_DEPARTMENT_COLUMNS

constexpr std::string_view k_members =
    "SELECT t.id, t.name FROM department_member m JOIN technician t ON t.id = m.technician_id"
    " WHERE m.department_id = ? ORDER BY t.name, t.id";
constexpr std::string_view k_has_member =
    "SELECT 1 FROM department_member WHERE department_id = ? AND technician_id = ?";
constexpr std::string_view k_add_member =
    "INSERT INTO department_member (department_id, technician_id) VALUES (?, ?) ON CONFLICT DO NOTHING";
constexpr std::string_view k_remove_member =
    "DELETE FROM department_member WHERE department_id = ? AND technician_id = ?";

DepartmentRecord department_of(const sql::Rows& rows) {
    return {.id = rows.id<DepartmentId>(0),
            .team_id = rows.id<TeamId>(1),
            .name = rows.text(2),
            .version = rows.integer(3),
            .members = rows.integer(4),
            .rights = rows.integer(5)};
}

}  // namespace

Result<void> insert(UnitOfWork& unit, const DepartmentRecord& department) {
    if (!sql::try_execute(unit.database, k_insert, department.id, department.team_id, department.name)) {
        return std::unexpected(Error::NameTaken);
    }
    return {};
}

Result<void> rename(UnitOfWork& unit, const DepartmentRecord& department) {
    if (!sql::try_execute(unit.database, k_rename, department.name, department.version, department.id)) {
        return std::unexpected(Error::NameTaken);
    }
    return {};
}

void remove(UnitOfWork& unit, const DepartmentId& id) {
    sql::execute(unit.database, k_remove_members, id);
    sql::execute(unit.database, k_remove, id);
}

std::optional<DepartmentRecord> find(platform::Database& database, const TeamId& team, const DepartmentId& id) {
    auto rows = sql::query(database, k_find, team, id);
    if (!rows.next()) return std::nullopt;
    return department_of(rows);
}

std::vector<DepartmentRecord> list(platform::Database& database, const TeamId& team,
                                   const std::optional<TechnicianId>& member) {
    std::vector<DepartmentRecord> departments;
    auto rows = sql::query(database, k_list, team, member);
    while (rows.next())
        departments.push_back(department_of(rows));
    return departments;
}

std::vector<Named<TechnicianId>> members(platform::Database& database, const DepartmentId& id) {
    std::vector<Named<TechnicianId>> found;
    auto rows = sql::query(database, k_members, id);
    while (rows.next())
        found.push_back({rows.id<TechnicianId>(0), rows.text(1)});
    return found;
}

bool has_member(platform::Database& database, const DepartmentId& id, const TechnicianId& technician) {
    return sql::query(database, k_has_member, id, technician).next();
}

void add_member(UnitOfWork& unit, const DepartmentId& id, const TechnicianId& technician) {
    sql::execute(unit.database, k_add_member, id, technician);
}

bool remove_member(UnitOfWork& unit, const DepartmentId& id, const TechnicianId& technician) {
    return sql::execute(unit.database, k_remove_member, id, technician) > 0;
}

}  // namespace doorward::portal::department_store
