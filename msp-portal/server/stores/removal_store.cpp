#include "msp-portal/server/stores/removal_store.h"

namespace doorward::portal::removal_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert =
    "INSERT INTO device_removal (device_id, body, signature, received_at, brought_by) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (device_id) DO NOTHING RETURNING 1";

#define DOORWARD_REMOVED_COLUMNS                                                                      \
    "SELECT d.id, d.name, d.tenant_id, t.name, d.removed_at, d.last_seen_at, r.body, r.signature,"    \
    " r.received_at, r.brought_by, p.name FROM device d JOIN tenant t ON t.id = d.tenant_id"          \
    " LEFT JOIN device_removal r ON r.device_id = d.id LEFT JOIN technician p ON p.id = r.brought_by" \
    " WHERE d.team_id = ?1 AND d.state = 'removed' "
constexpr std::string_view k_find = DOORWARD_REMOVED_COLUMNS "AND d.id = ?2";
constexpr std::string_view k_list =
    DOORWARD_REMOVED_COLUMNS "AND (?2 IS NULL OR (d.name, d.id) > (?2, ?3)) ORDER BY d.name, d.id LIMIT ?4";
#undef DOORWARD_REMOVED_COLUMNS

RemovedDevice device_of(const sql::Rows& rows) {
    RemovedDevice device{.id = rows.id<DeviceId>(0),
                         .name = rows.text(1),
                         .tenant = {rows.id<TenantId>(2), rows.text(3)},
                         .removed_at = rows.time(4),
                         .last_seen_at = rows.optional_time(5),
                         .statement = {}};
    if (rows.is_null(6)) return device;
    const auto body = rows.bytes(6);
    device.statement = RemovalRecord{
        .statement = {.body = std::string(body.begin(), body.end()), .signature = rows.fixed<crypto::Signature>(7)},
        .received_at = rows.time(8),
        .brought_by = {}};
    if (!rows.is_null(9)) device.statement->brought_by = Named<TechnicianId>{rows.id<TechnicianId>(9), rows.text(10)};
    return device;
}

}  // namespace

bool insert(UnitOfWork& unit, const DeviceId& device, const SignedEnvelope& statement,
            const std::optional<TechnicianId>& brought_by) {
    const std::vector<std::uint8_t> body(statement.body.begin(), statement.body.end());
    return sql::query(unit.database, k_insert, device, body, statement.signature, unit.now, brought_by).next();
}

std::optional<RemovedDevice> find(platform::Database& database, const TeamId& team, const DeviceId& device) {
    auto rows = sql::query(database, k_find, team, device);
    if (!rows.next()) return std::nullopt;
    return device_of(rows);
}

Page<RemovedDevice> list(platform::Database& database, const TeamId& team, const PageRequest& page) {
    const auto cursor = page.after ? NameCursor::parse(*page.after) : std::nullopt;
    const auto name = cursor ? std::optional(cursor->name) : std::nullopt;
    const auto id = cursor ? std::optional(cursor->id) : std::nullopt;
    std::vector<RemovedDevice> items;
    auto rows = sql::query(database, k_list, team, name, id, page.limit + 1);
    while (rows.next())
        items.push_back(device_of(rows));
    return make_page(std::move(items), page.limit, [](const RemovedDevice& last) {
        const auto bytes = last.id.bytes();
        return NameCursor{last.name, {bytes.begin(), bytes.end()}}.format();
    });
}

}  // namespace doorward::portal::removal_store
