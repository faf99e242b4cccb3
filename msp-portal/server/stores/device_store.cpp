#include "msp-portal/server/stores/device_store.h"

#include "msp-portal/server/stores/held_roster.h"

#include <algorithm>
#include <iterator>

namespace doorward::portal {

std::string_view to_string(DeviceState state) {
    switch (state) {
        case DeviceState::Active:
            return "active";
        case DeviceState::Suspended:
            return "suspended";
        case DeviceState::Quarantined:
            return "quarantined";
        case DeviceState::Removed:
            return "removed";
    }
    return "unknown";
}

std::optional<DeviceState> parse_device_state(std::string_view text) {
    for (const auto state : {DeviceState::Active, DeviceState::Suspended, DeviceState::Quarantined}) {
        if (to_string(state) == text) return state;
    }
    return std::nullopt;
}

namespace device_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO device (id, team_id, tenant_id, name, kind, signing_key, agreement_key, operating_system, state,"
    " enrolment_token_id, enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_name_taken =
    "SELECT 1 FROM device WHERE tenant_id = ? AND name = ? AND state <> 'removed'";

#define DOORWARD_DEVICE_COLUMNS                                                                                    \
    "SELECT d.id, d.team_id, d.tenant_id, t.name, d.name, d.kind, d.signing_key, d.agreement_key,"                 \
    " d.operating_system, d.state, d.enrolled_at, d.version, d.last_seen_at, d.agent_version, d.generation,"       \
    " d.clock_trusted, d.offline_until, d.sessions, d.applied_incarnation, d.applied_revision, t.roster_revision," \
    " d.quarantine_reason, d.released, d.key_place"                                                                \
    " FROM device d JOIN tenant t ON t.id = d.tenant_id "
constexpr std::string_view k_find = DOORWARD_DEVICE_COLUMNS "WHERE d.id = ? AND d.state <> 'removed'";
constexpr std::string_view k_find_of_any_state = DOORWARD_DEVICE_COLUMNS "WHERE d.id = ?";
constexpr std::string_view k_find_by_key = DOORWARD_DEVICE_COLUMNS "WHERE d.signing_key = ? AND d.state <> 'removed'";
constexpr std::string_view k_list = DOORWARD_DEVICE_COLUMNS
    "WHERE d.team_id = ?1 AND d.state <> 'removed' AND (?2 IS NULL OR d.tenant_id = ?2) AND (?3 IS NULL OR d.state = "
    "?3)"
    " AND (?4 IS NULL OR d.name LIKE ?4 ESCAPE '\\') AND (?5 IS NULL OR (d.name, d.id) > (?5, ?6))"
    " ORDER BY d.name, d.id LIMIT ?7";
#undef DOORWARD_DEVICE_COLUMNS

constexpr std::string_view k_update =
    "UPDATE device SET name = ?1, state = ?2, version = ?3, removed_at = CASE WHEN ?2 = 'removed' THEN ?4 END,"
    " quarantine_reason = ?5 WHERE id = ?6";
constexpr std::string_view k_seen = "UPDATE device SET last_seen_at = ? WHERE id = ?";
constexpr std::string_view k_status =
    "UPDATE device SET last_seen_at = ?, agent_version = ?, clock_trusted = ?, offline_until = ?, sessions = ?,"
    " key_place = ? WHERE id = ?";
constexpr std::string_view k_trail = "SELECT trail FROM device WHERE id = ?";
constexpr std::string_view k_update_trail = "UPDATE device SET trail = ? WHERE id = ?";
constexpr std::string_view k_machine = "SELECT machine FROM device WHERE id = ?";
constexpr std::string_view k_update_machine = "UPDATE device SET machine = ? WHERE id = ?";
constexpr std::string_view k_generation =
    "UPDATE device SET generation = ?1 WHERE id = ?2 AND (generation IS NULL OR generation < ?1)";
constexpr std::string_view k_release =
    "UPDATE device SET trail = NULL, machine = NULL, generation = NULL, released = 1 WHERE id = ?";
constexpr std::string_view k_went_on = "UPDATE device SET released = 0 WHERE id = ?";
constexpr std::string_view k_clear_accounts = "DELETE FROM device_account WHERE device_id = ?";
constexpr std::string_view k_put_account =
    "INSERT INTO device_account (device_id, name, state) VALUES (?, ?, ?)"
    " ON CONFLICT (device_id, name) DO UPDATE SET state = excluded.state";
constexpr std::string_view k_accounts = "SELECT name, state FROM device_account WHERE device_id = ? ORDER BY name";
constexpr std::string_view k_applied =
    "UPDATE device SET last_seen_at = ?, applied_incarnation = ?, applied_revision = ? WHERE id = ?";
// A revision of another life of the portal says nothing about this one's.
constexpr std::string_view k_behind =
    "SELECT d.id, d.name, t.id, t.name, held.revision, t.roster_revision, d.last_seen_at, held.until,"
    " held.incarnation = ?3 AND held.revision >= t.roster_known_from"
    " FROM " DOORWARD_HELD_ROSTER
    "JOIN device d ON d.id = held.device_id JOIN tenant t ON t.id = held.tenant_id"
    " WHERE t.team_id = ?1 AND held.until > ?2 AND (held.incarnation <> ?3 OR held.revision < t.roster_revision)"
    " AND (d.state <> 'removed' OR NOT EXISTS (SELECT 1 FROM device_removal r WHERE r.device_id = d.id))";
constexpr std::string_view k_groups =
    "SELECT device_group_id FROM device_group_member WHERE device_id = ? ORDER BY device_group_id";

DeviceRecord device_of(const sql::Rows& rows) {
    using namespace protocol;
    DeviceRecord device{.id = rows.id<DeviceId>(0),
                        .team_id = rows.id<TeamId>(1),
                        .tenant_id = rows.id<TenantId>(2),
                        .tenant_name = rows.text(3),
                        .name = rows.text(4),
                        .kind = rows.one_of(5, {DeviceKind::Domain, DeviceKind::NonDomain}),
                        .signing_key = rows.fixed<crypto::DevicePublicKey>(6),
                        .agreement_key = rows.fixed<crypto::DeviceAgreementPublicKey>(7),
                        .operating_system = rows.text(8),
                        .state = rows.one_of(9, {DeviceState::Active, DeviceState::Suspended, DeviceState::Quarantined,
                                                 DeviceState::Removed}),
                        .quarantine = {},
                        .released = rows.boolean(22),
                        .enrolled_at = rows.time(10),
                        .version = rows.integer(11),
                        .last_seen_at = rows.optional_time(12),
                        .agent_version = rows.optional_text(13),
                        .generation = rows.optional_integer(14),
                        .clock_trusted = {},
                        .offline_until = rows.optional_time(16),
                        .sessions = rows.optional_integer(17),
                        .applied = {},
                        .tenant_revision = rows.integer(20),
                        .accounts = {}};
    if (!rows.is_null(21)) device.quarantine = parse_quarantine_reason(rows.text(21));
    if (!rows.is_null(23)) device.key_place = parse_store_key_place(rows.text(23));
    if (!rows.is_null(15)) device.clock_trusted = rows.boolean(15);
    if (!rows.is_null(18)) device.applied = AppliedRoster{rows.id<Incarnation>(18), rows.integer(19)};
    return device;
}

std::optional<DeviceRecord> one(platform::Database& database, sql::Rows rows) {
    if (!rows.next()) return std::nullopt;
    auto device = device_of(rows);
    device.accounts = accounts_of(database, device.id);
    return device;
}

}  // namespace

Result<void> insert(UnitOfWork& unit, const DeviceRecord& device, const protocol::EnrolmentTokenId& token) {
    if (sql::query(unit.database, k_name_taken, device.tenant_id, device.name).next()) {
        return std::unexpected(Error::NameTaken);
    }
    if (!sql::try_execute(unit.database, k_insert, device.id, device.team_id, device.tenant_id, device.name,
                          to_string(device.kind), device.signing_key, device.agreement_key, device.operating_system,
                          to_string(device.state), token, device.enrolled_at)) {
        return std::unexpected(Error::KeyTaken);
    }
    return {};
}

std::optional<DeviceRecord> find(platform::Database& database, const protocol::DeviceId& id) {
    return one(database, sql::query(database, k_find, id));
}

std::optional<DeviceRecord> find_of_any_state(platform::Database& database, const protocol::DeviceId& id) {
    return one(database, sql::query(database, k_find_of_any_state, id));
}

std::optional<DeviceRecord> find_by_key(platform::Database& database, const crypto::DevicePublicKey& key) {
    return one(database, sql::query(database, k_find_by_key, key));
}

Result<void> update(UnitOfWork& unit, const DeviceRecord& device) {
    const auto reason = device.quarantine ? std::optional(to_string(*device.quarantine)) : std::nullopt;
    if (!sql::try_execute(unit.database, k_update, device.name, to_string(device.state), device.version, unit.now,
                          reason, device.id)) {
        return std::unexpected(Error::NameTaken);
    }
    return {};
}

void update_seen(UnitOfWork& unit, const protocol::DeviceId& id) {
    sql::execute(unit.database, k_seen, unit.now, id);
}

std::optional<std::vector<std::uint8_t>> trail(platform::Database& database, const protocol::DeviceId& id) {
    auto rows = sql::query(database, k_trail, id);
    if (!rows.next() || rows.is_null(0)) return std::nullopt;
    return rows.bytes(0);
}

void update_trail(UnitOfWork& unit, const protocol::DeviceId& id, const std::vector<std::uint8_t>& trail) {
    sql::execute(unit.database, k_update_trail, trail, id);
}

std::optional<crypto::Digest> machine(platform::Database& database, const protocol::DeviceId& id) {
    auto rows = sql::query(database, k_machine, id);
    if (!rows.next() || rows.is_null(0)) return std::nullopt;
    return rows.fixed<crypto::Digest>(0);
}

void update_machine(UnitOfWork& unit, const protocol::DeviceId& id, const crypto::Digest& machine) {
    sql::execute(unit.database, k_update_machine, machine, id);
}

void raise_generation(UnitOfWork& unit, const protocol::DeviceId& id, std::int64_t generation) {
    sql::execute(unit.database, k_generation, generation, id);
}

void release(UnitOfWork& unit, const protocol::DeviceId& id) {
    sql::execute(unit.database, k_release, id);
}

void chain_went_on(UnitOfWork& unit, const protocol::DeviceId& id) {
    sql::execute(unit.database, k_went_on, id);
}

void update_status(UnitOfWork& unit, const protocol::DeviceId& id, const DeviceStatus& status) {
    const auto place = status.key_place ? std::optional(to_string(*status.key_place)) : std::nullopt;
    sql::execute(unit.database, k_status, unit.now, status.agent_version, status.clock_trusted, status.offline_until,
                 status.sessions, place, id);
    raise_generation(unit, id, status.generation);
    sql::execute(unit.database, k_clear_accounts, id);
    for (const auto& account : status.accounts) {
        sql::execute(unit.database, k_put_account, id, account.name, account.state);
    }
}

void update_applied(UnitOfWork& unit, const protocol::DeviceId& id, const AppliedRoster& applied) {
    sql::execute(unit.database, k_applied, unit.now, applied.incarnation, applied.revision, id);
}

Page<DeviceRecord> list(platform::Database& database, const protocol::TeamId& team, const DeviceFilter& filter,
                        const PageRequest& page) {
    const auto pattern = filter.search ? std::optional(like_pattern(*filter.search)) : std::nullopt;
    const auto state = filter.state ? std::optional(to_string(*filter.state)) : std::nullopt;
    const auto cursor = page.after ? NameCursor::parse(*page.after) : std::nullopt;
    const auto name = cursor ? std::optional(cursor->name) : std::nullopt;
    const auto id = cursor ? std::optional(cursor->id) : std::nullopt;
    std::vector<DeviceRecord> items;
    auto rows = sql::query(database, k_list, team, filter.tenant_id, state, pattern, name, id, page.limit + 1);
    while (rows.next())
        items.push_back(device_of(rows));
    return make_page(std::move(items), page.limit, [](const DeviceRecord& last) {
        const auto bytes = last.id.bytes();
        return NameCursor{last.name, {bytes.begin(), bytes.end()}}.format();
    });
}

std::vector<DeviceAccount> accounts_of(platform::Database& database, const protocol::DeviceId& id) {
    std::vector<DeviceAccount> accounts;
    auto rows = sql::query(database, k_accounts, id);
    while (rows.next())
        accounts.push_back({rows.text(0), rows.text(1)});
    return accounts;
}

namespace {

std::vector<DeviceRecord> every_page(platform::Database& database, const protocol::TeamId& team,
                                     const DeviceFilter& filter) {
    constexpr std::int64_t k_page = 200;
    std::vector<DeviceRecord> devices;
    PageRequest request{.after = std::nullopt, .limit = k_page};
    do {
        auto page = list(database, team, filter, request);
        std::ranges::move(page.items, std::back_inserter(devices));
        request.after = page.next;
    } while (request.after);
    return devices;
}

}  // namespace

std::vector<DeviceRecord> of_tenant(platform::Database& database, const protocol::TeamId& team,
                                    const protocol::TenantId& tenant) {
    return every_page(database, team, {.tenant_id = tenant, .state = std::nullopt, .search = std::nullopt});
}

std::vector<DeviceRecord> active_of_tenant(platform::Database& database, const protocol::TeamId& team,
                                           const protocol::TenantId& tenant) {
    return every_page(database, team, {.tenant_id = tenant, .state = DeviceState::Active, .search = std::nullopt});
}

std::vector<DeviceBehind> behind(platform::Database& database, const protocol::TeamId& team, protocol::Timestamp now) {
    std::vector<DeviceBehind> devices;
    auto rows = sql::query(database, k_behind, team, now, load_portal_record(database).incarnation);
    while (rows.next()) {
        devices.push_back({.id = rows.id<protocol::DeviceId>(0),
                           .name = rows.text(1),
                           .tenant_id = rows.id<protocol::TenantId>(2),
                           .tenant_name = rows.text(3),
                           .held_revision = rows.integer(4),
                           .newest_revision = rows.integer(5),
                           .last_seen_at = rows.optional_time(6),
                           .until = rows.time(7),
                           .known = rows.boolean(8)});
    }
    return devices;
}

std::vector<protocol::DeviceGroupId> groups_of(platform::Database& database, const protocol::DeviceId& id) {
    std::vector<protocol::DeviceGroupId> groups;
    auto rows = sql::query(database, k_groups, id);
    while (rows.next())
        groups.push_back(rows.id<protocol::DeviceGroupId>(0));
    return groups;
}

}  // namespace device_store
}  // namespace doorward::portal
