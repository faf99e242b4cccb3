#include "msp-portal/server/stores/account_switch_store.h"

namespace doorward::portal::account_switch_store {

namespace {

constexpr std::string_view k_put =
    "INSERT INTO account_switch (tenant_id, before_mode, before_prefix, before_code_scheme, roster_revision, "
    "switched_by,"
    " switched_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id) DO UPDATE SET before_mode = "
    "excluded.before_mode,"
    " before_prefix = excluded.before_prefix, before_code_scheme = excluded.before_code_scheme, roster_revision = "
    "excluded.roster_revision,"
    " switched_by = excluded.switched_by, switched_at = excluded.switched_at";
constexpr std::string_view k_find =
    "SELECT s.before_mode, s.before_prefix, s.roster_revision, s.switched_by, t.name, s.switched_at,"
    " s.before_code_scheme FROM account_switch s JOIN technician t ON t.id = s.switched_by WHERE s.tenant_id = ?";

}  // namespace

void put(UnitOfWork& unit, const AccountSwitch& change) {
    std::optional<std::string_view> mode;
    if (change.before.mode) mode = to_string(*change.before.mode);
    sql::execute(unit.database, k_put, change.tenant_id, mode, change.before.prefix, to_string(change.codes_before),
                 change.roster_revision, change.by.id, change.at);
}

std::optional<AccountSwitch> find(platform::Database& database, const protocol::TenantId& tenant) {
    using protocol::AccountMode;
    using protocol::CodeScheme;
    auto rows = sql::query(database, k_find, tenant);
    if (!rows.next()) return std::nullopt;
    AccountSwitch change{.tenant_id = tenant,
                         .before = {.mode = std::nullopt, .prefix = rows.optional_text(1)},
                         .roster_revision = rows.integer(2),
                         .by = {rows.id<protocol::TechnicianId>(3), rows.text(4)},
                         .at = rows.time(5)};
    if (!rows.is_null(6)) change.codes_before = rows.one_of(6, {CodeScheme::PerMachine, CodeScheme::PerTenant});
    if (!rows.is_null(0)) change.before.mode = rows.one_of(0, {AccountMode::Named, AccountMode::Shared});
    return change;
}

}  // namespace doorward::portal::account_switch_store
