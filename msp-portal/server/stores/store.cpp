#include "msp-portal/server/stores/store.h"

#include "crypto/hkdf.h"
#include "msp-portal/server/migrations.h"
#include "msp-portal/server/stores/restore_store.h"
#include "platform/log.h"

#include <array>

namespace doorward::portal {

namespace {

const platform::Logger k_log("store");

constexpr std::string_view k_portal_record =
    "SELECT portal_origin, app_origin, incarnation, created_at, restored_at FROM portal WHERE only_row = 1";

constexpr std::string_view k_insert_portal_record =
    "INSERT INTO portal (only_row, portal_origin, app_origin, incarnation, created_at) VALUES (1, ?, ?, ?, ?)";
constexpr std::string_view k_new_incarnation = "UPDATE portal SET incarnation = ?, restored_at = ? WHERE only_row = 1";

// What let somebody in when the backup was made may have been used or ended since.
constexpr std::array<std::string_view, 4> k_forgotten = {"DELETE FROM admin_session", "DELETE FROM app_session",
                                                         "DELETE FROM session_nonce", "DELETE FROM idempotency_key"};
// A device may have connected since; what it was last told is not what the backup knows.
// Its audit chain goes on from what we hold, where it does not keep what we lost.
constexpr std::string_view k_believe_devices_once = "UPDATE device SET trail = NULL, released = 1";
constexpr std::array<std::string_view, 5> k_ended = {
    "UPDATE set_up_link SET ended_at = ? WHERE used_at IS NULL AND ended_at IS NULL",
    "UPDATE invitation SET ended_at = ? WHERE ended_at IS NULL",
    "UPDATE pairing SET ended_at = ? WHERE used_at IS NULL AND ended_at IS NULL",
    "UPDATE enrolment_token SET revoked_at = ? WHERE revoked_at IS NULL",
    "UPDATE mail_outbox SET state = 'cancelled', body = '', closed_at = ? WHERE state = 'waiting'"};

}  // namespace

std::expected<platform::Database, platform::DatabaseError> Store::open_database(const std::filesystem::path& file,
                                                                                const crypto::StoreKey& key,
                                                                                platform::DatabasePresence presence) {
    platform::DatabaseOptions options;
    options.path = file;
    options.identity = "doorward-portal";
    options.presence = presence;
    options.migrations = k_migrations;
    return platform::Database::open(options, key.bytes());
}

Store::Store(platform::Database database, const crypto::StoreKey& key, const platform::Clock& clock)
    : m_clock(clock),
      m_codes_key(crypto::derive_key<crypto::TenantSealingKey>(crypto::Purpose::TenantCodeStore, key.bytes(), {})),
      m_worker(std::move(database), "portal-store",
               [this](const platform::TableNames& changed) { m_watches.tell(changed); }) {}

void Store::log_failure(std::string_view what) const {
    k_log.error("store_failed", {{platform::LogField::Reason, what}});
}

PortalRecord load_portal_record(platform::Database& database) {
    auto rows = sql::query(database, k_portal_record);
    if (!rows.next()) throw StoreFailure(platform::DatabaseError::Corrupt, "the store has no portal record");
    return {rows.text(0), rows.text(1), rows.id<protocol::Incarnation>(2), rows.time(3), rows.optional_time(4)};
}

void insert_portal_record(UnitOfWork& unit, const PortalRecord& record) {
    sql::execute(unit.database, k_insert_portal_record, record.portal_origin, record.app_origin, record.incarnation,
                 record.created_at);
}

void start_new_incarnation(UnitOfWork& unit) {
    restore_store::begin(unit);
    sql::execute(unit.database, k_new_incarnation, unit.new_id<protocol::Incarnation>(), unit.now);
    sql::execute(unit.database, k_believe_devices_once);
    for (const auto statement : k_forgotten)
        sql::execute(unit.database, statement);
    for (const auto statement : k_ended)
        sql::execute(unit.database, statement, unit.now);
}

}  // namespace doorward::portal
