#include "msp-portal/server/stores/tenant_store.h"

namespace doorward::portal::tenant_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO tenant (id, team_id, name, suspended, version, created_at) VALUES (?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_insert_settings =
    "INSERT INTO tenant_settings (tenant_id, account_mode, shared_account, code_scheme, offline_days,"
    " longest_session_minutes, sudo_asks) VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find =
    "SELECT t.id, t.team_id, t.name, t.suspended, s.account_mode, s.shared_account, s.code_scheme, s.offline_days,"
    " s.longest_session_minutes, s.sudo_asks, t.version, t.created_at,"
    " (SELECT count(*) FROM device d WHERE d.tenant_id = t.id AND d.state <> 'removed')"
    " FROM tenant t JOIN tenant_settings s ON s.tenant_id = t.id WHERE t.team_id = ? AND t.id = ?";
constexpr std::string_view k_list =
    "SELECT t.id, t.team_id, t.name, t.suspended, s.account_mode, s.shared_account, s.code_scheme, s.offline_days,"
    " s.longest_session_minutes, s.sudo_asks, t.version, t.created_at,"
    " (SELECT count(*) FROM device d WHERE d.tenant_id = t.id AND d.state <> 'removed')"
    " FROM tenant t JOIN tenant_settings s ON s.tenant_id = t.id WHERE t.team_id = ?1"
    " AND (?2 IS NULL OR t.name LIKE ?2 ESCAPE '\\') AND (?3 IS NULL OR (t.name, t.id) > (?3, ?4))"
    " ORDER BY t.name, t.id LIMIT ?5";
constexpr std::string_view k_update = "UPDATE tenant SET name = ?, suspended = ?, version = ? WHERE id = ?";
constexpr std::string_view k_update_settings = "UPDATE tenant_settings SET offline_days = ? WHERE tenant_id = ?";
constexpr std::string_view k_all = "SELECT id FROM tenant WHERE team_id = ? ORDER BY id";

TenantRecord tenant_of(const sql::Rows& rows) {
    using namespace protocol;
    return {{rows.id<TenantId>(0), rows.id<TeamId>(1), rows.text(2), rows.boolean(3),
             rows.one_of(4, {AccountMode::Named, AccountMode::Shared}), rows.optional_text(5),
             rows.one_of(6, {CodeScheme::PerMachine, CodeScheme::PerTenant}), static_cast<int>(rows.integer(7)),
             static_cast<int>(rows.integer(8)), rows.one_of(9, {SudoAsks::Nothing, SudoAsks::EveryTime})},
            rows.integer(12),
            rows.integer(10),
            rows.time(11)};
}

}  // namespace

Result<void> insert(UnitOfWork& unit, const TenantRecord& tenant) {
    const auto& document = tenant.document;
    if (!sql::try_execute(unit.database, k_insert, document.id, document.team_id, document.name, document.suspended,
                          tenant.version, tenant.created_at)) {
        return std::unexpected(Error::NameTaken);
    }
    sql::execute(unit.database, k_insert_settings, document.id, to_string(document.account_mode),
                 document.shared_account, to_string(document.code_scheme), document.offline_days,
                 document.longest_session_minutes, to_string(document.sudo_asks));
    return {};
}

std::optional<TenantRecord> find(platform::Database& database, const protocol::TeamId& team,
                                 const protocol::TenantId& id) {
    auto rows = sql::query(database, k_find, team, id);
    if (!rows.next()) return std::nullopt;
    return tenant_of(rows);
}

Result<void> update(UnitOfWork& unit, const TenantRecord& tenant) {
    const auto& document = tenant.document;
    if (!sql::try_execute(unit.database, k_update, document.name, document.suspended, tenant.version, document.id)) {
        return std::unexpected(Error::NameTaken);
    }
    sql::execute(unit.database, k_update_settings, document.offline_days, document.id);
    return {};
}

Page<TenantRecord> list(platform::Database& database, const protocol::TeamId& team,
                        const std::optional<std::string>& search, const PageRequest& page) {
    const auto pattern = search ? std::optional(like_pattern(*search)) : std::nullopt;
    const auto cursor = page.after ? NameCursor::parse(*page.after) : std::nullopt;
    const auto name = cursor ? std::optional(cursor->name) : std::nullopt;
    const auto id = cursor ? std::optional(cursor->id) : std::nullopt;
    std::vector<TenantRecord> items;
    auto rows = sql::query(database, k_list, team, pattern, name, id, page.limit + 1);
    while (rows.next())
        items.push_back(tenant_of(rows));
    return make_page(std::move(items), page.limit, [](const TenantRecord& last) {
        const auto bytes = last.id().bytes();
        return NameCursor{last.document.name, {bytes.begin(), bytes.end()}}.format();
    });
}

std::vector<protocol::TenantId> all_of_team(platform::Database& database, const protocol::TeamId& team) {
    std::vector<protocol::TenantId> tenants;
    auto rows = sql::query(database, k_all, team);
    while (rows.next())
        tenants.push_back(rows.id<protocol::TenantId>(0));
    return tenants;
}

}  // namespace doorward::portal::tenant_store
