#include "msp-portal/server/stores/tenant_code_store.h"

namespace doorward::portal::tenant_code_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert =
    "INSERT INTO tenant_secret (id, tenant_id, sealed, made_at, ends_at) VALUES (?, ?, ?, ?, ?)";
constexpr std::string_view k_secrets =
    "SELECT id, sealed, made_at, ends_at FROM tenant_secret WHERE tenant_id = ?"
    " ORDER BY ends_at IS NOT NULL, made_at DESC";
constexpr std::string_view k_end = "UPDATE tenant_secret SET ends_at = ? WHERE id = ?";
constexpr std::string_view k_forget = "DELETE FROM tenant_secret WHERE id = ?";
constexpr std::string_view k_confirm =
    "INSERT INTO confirmed_workstation (device_id, change_id, confirmed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
constexpr std::string_view k_unconfirm = "DELETE FROM confirmed_workstation WHERE device_id = ?";
constexpr std::string_view k_is_confirmed = "SELECT 1 FROM confirmed_workstation WHERE device_id = ?";
constexpr std::string_view k_confirmed =
    "SELECT c.device_id FROM confirmed_workstation c JOIN device d ON d.id = c.device_id WHERE d.tenant_id = ?";
constexpr std::string_view k_note_reading =
    "INSERT INTO tenant_secret_reading (secret_id, technician_id, read_at) VALUES (?, ?, ?)";
constexpr std::string_view k_readings =
    "SELECT r.technician_id, t.name, r.read_at FROM tenant_secret_reading r JOIN technician t ON t.id = r.technician_id"
    " WHERE r.secret_id = ? ORDER BY r.read_at";
constexpr std::string_view k_rights_ended =
    "SELECT r.id, r.team_id, r.valid_until FROM access_right r WHERE r.valid_until <= ? AND r.valid_until >"
    " (SELECT min(s.made_at) FROM tenant_secret s JOIN tenant t ON t.id = s.tenant_id"
    "  WHERE s.ends_at IS NULL AND t.team_id = r.team_id)";
constexpr std::string_view k_note_use =
    "INSERT INTO tenant_code_use (tenant_id, secret_id, step, device_id, alarmed_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING";
constexpr std::string_view k_alarms =
    "SELECT count(*) FROM tenant_code_use u JOIN tenant t ON t.id = u.tenant_id WHERE u.alarmed_at >= ? AND t.team_id "
    "= ?";
constexpr std::string_view k_other_use =
    "SELECT device_id FROM tenant_code_use WHERE tenant_id = ? AND secret_id = ? AND step = ? AND device_id <> ? LIMIT "
    "1";

}  // namespace

void insert(UnitOfWork& unit, const TenantSecretRecord& secret) {
    sql::execute(unit.database, k_insert, secret.name.secret, secret.name.tenant, secret.sealed, secret.made_at,
                 secret.ends_at);
}

std::vector<TenantSecretRecord> secrets_of(platform::Database& database, const TenantId& tenant) {
    std::vector<TenantSecretRecord> secrets;
    auto rows = sql::query(database, k_secrets, tenant);
    while (rows.next()) {
        secrets.push_back({.name = {tenant, rows.id<TenantSecretId>(0)},
                           .sealed = rows.bytes(1),
                           .made_at = rows.time(2),
                           .ends_at = rows.optional_time(3)});
    }
    return secrets;
}

void end_secret(UnitOfWork& unit, const TenantSecretId& secret, Timestamp at) {
    sql::execute(unit.database, k_end, at, secret);
}

void forget_secret(UnitOfWork& unit, const TenantSecretId& secret) {
    sql::execute(unit.database, k_forget, secret);
}

void confirm(UnitOfWork& unit, const DeviceId& device, const ChangeId& change) {
    sql::execute(unit.database, k_confirm, device, change, unit.now);
}

void unconfirm(UnitOfWork& unit, const DeviceId& device) {
    sql::execute(unit.database, k_unconfirm, device);
}

bool is_confirmed(platform::Database& database, const DeviceId& device) {
    return sql::query(database, k_is_confirmed, device).next();
}

std::set<DeviceId> confirmed_of(platform::Database& database, const TenantId& tenant) {
    std::set<DeviceId> devices;
    auto rows = sql::query(database, k_confirmed, tenant);
    while (rows.next())
        devices.insert(rows.id<DeviceId>(0));
    return devices;
}

bool note_reading(UnitOfWork& unit, const TenantSecretId& secret, const TechnicianId& technician) {
    return sql::try_execute(unit.database, k_note_reading, secret, technician, unit.now);
}

std::vector<TenantSecretReading> readings_of(platform::Database& database, const TenantSecretId& secret) {
    std::vector<TenantSecretReading> readings;
    auto rows = sql::query(database, k_readings, secret);
    while (rows.next())
        readings.push_back({{rows.id<TechnicianId>(0), rows.text(1)}, rows.time(2)});
    return readings;
}

std::vector<EndedRight> rights_ended(platform::Database& database, Timestamp now) {
    std::vector<EndedRight> ended;
    auto rows = sql::query(database, k_rights_ended, now);
    while (rows.next())
        ended.push_back({rows.id<RightId>(0), rows.id<TeamId>(1), rows.time(2)});
    return ended;
}

std::optional<DeviceId> note_use(UnitOfWork& unit, const DeviceRecord& device, const CodeUse& use) {
    std::optional<DeviceId> other;
    {
        auto rows = sql::query(unit.database, k_other_use, device.tenant_id, use.secret_id, use.step, device.id);
        if (rows.next()) other = rows.id<DeviceId>(0);
    }
    const auto alarmed_at = other ? std::optional(unit.now) : std::nullopt;
    sql::execute(unit.database, k_note_use, device.tenant_id, use.secret_id, use.step, device.id, alarmed_at);
    return other;
}

std::int64_t alarms_since(platform::Database& database, const TeamId& team, Timestamp since) {
    return sql::number(database, k_alarms, since, team);
}

}  // namespace doorward::portal::tenant_code_store
