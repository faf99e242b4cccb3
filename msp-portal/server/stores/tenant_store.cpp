#include "msp-portal/server/stores/tenant_store.h"

namespace doorward::portal::tenant_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO tenant (id, team_id, name, suspended, version, created_at) VALUES (?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_insert_settings =
    "INSERT INTO tenant_settings (tenant_id, account_mode, account_prefix, shared_number, code_scheme, offline_days,"
    " longest_session_minutes, sudo_asks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
#define DOORWARD_TENANT_COLUMNS                                                                                        \
    "SELECT t.id, t.team_id, t.name, t.suspended, coalesce(s.account_mode, m.account_mode), s.account_mode,"           \
    " coalesce(s.account_prefix, m.account_prefix), s.account_prefix, s.shared_number, s.code_scheme, s.offline_days," \
    " s.longest_session_minutes, s.sudo_asks, t.version, t.created_at,"                                                \
    " (SELECT count(*) FROM device d WHERE d.tenant_id = t.id AND d.state <> 'removed'), s.homes"                      \
    " FROM tenant t JOIN tenant_settings s ON s.tenant_id = t.id JOIN team m ON m.id = t.team_id "
constexpr std::string_view k_find = DOORWARD_TENANT_COLUMNS "WHERE t.team_id = ? AND t.id = ?";
constexpr std::string_view k_list = DOORWARD_TENANT_COLUMNS
    "WHERE t.team_id = ?1 AND (?2 IS NULL OR t.name LIKE ?2 ESCAPE '\\') AND (?3 IS NULL OR (t.name, t.id) > (?3, ?4))"
    " ORDER BY t.name, t.id LIMIT ?5";
#undef DOORWARD_TENANT_COLUMNS
constexpr std::string_view k_update = "UPDATE tenant SET name = ?, suspended = ?, version = ? WHERE id = ?";
constexpr std::string_view k_update_settings =
    "UPDATE tenant_settings SET offline_days = ?, longest_session_minutes = ?, homes = ?, account_mode = ?,"
    " account_prefix = ?, code_scheme = ? WHERE tenant_id = ?";
constexpr std::string_view k_number_taken = "SELECT 1 FROM tenant_settings WHERE shared_number = ?";
constexpr std::string_view k_all = "SELECT id FROM tenant WHERE team_id = ? ORDER BY id";

std::optional<std::string_view> word_of(const std::optional<protocol::AccountMode>& mode) {
    return mode ? std::optional(to_string(*mode)) : std::nullopt;
}

TenantRecord tenant_of(const sql::Rows& rows) {
    using namespace protocol;
    TenantRecord tenant{.document = {.id = rows.id<TenantId>(0),
                                     .team_id = rows.id<TeamId>(1),
                                     .name = rows.text(2),
                                     .suspended = rows.boolean(3),
                                     .account_mode = rows.one_of(4, {AccountMode::Named, AccountMode::Shared}),
                                     .shared_account = std::nullopt,
                                     .code_scheme = rows.one_of(9, {CodeScheme::PerMachine, CodeScheme::PerTenant}),
                                     .offline_days = static_cast<int>(rows.integer(10)),
                                     .longest_session_minutes = static_cast<int>(rows.integer(11)),
                                     .sudo_asks = rows.one_of(12, {SudoAsks::Nothing, SudoAsks::EveryTime}),
                                     .homes = rows.one_of(16, {HomeKeeping::Kept, HomeKeeping::Fresh})},
                        .devices = rows.integer(15),
                        .version = rows.integer(13),
                        .created_at = rows.time(14),
                        .wish = {.mode = std::nullopt, .prefix = rows.optional_text(7)},
                        .account_prefix = rows.text(6),
                        .shared_number = rows.integer(8)};
    if (!rows.is_null(5)) tenant.wish.mode = rows.one_of(5, {AccountMode::Named, AccountMode::Shared});
    if (tenant.document.account_mode == AccountMode::Shared) tenant.document.shared_account = tenant.shared_account();
    return tenant;
}

}  // namespace

std::int64_t free_number(UnitOfWork& unit) {
    // Four digits, and more only where those are used up.
    constexpr int k_tries = 100;
    for (std::uint32_t least = 1000;; least *= 10) {
        for (int i = 0; i < k_tries; ++i) {
            const std::int64_t number = least + crypto::random_below(9 * least);
            if (!sql::query(unit.database, k_number_taken, number).next()) return number;
        }
    }
}

Result<void> insert(UnitOfWork& unit, const TenantRecord& tenant) {
    const auto& document = tenant.document;
    if (!sql::try_execute(unit.database, k_insert, document.id, document.team_id, document.name, document.suspended,
                          tenant.version, tenant.created_at)) {
        return std::unexpected(Error::NameTaken);
    }
    sql::execute(unit.database, k_insert_settings, document.id, word_of(tenant.wish.mode), tenant.wish.prefix,
                 tenant.shared_number, to_string(document.code_scheme), document.offline_days,
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
    sql::execute(unit.database, k_update_settings, document.offline_days, document.longest_session_minutes,
                 to_string(document.homes), word_of(tenant.wish.mode), tenant.wish.prefix,
                 to_string(document.code_scheme), document.id);
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
