#include "desktop-client/agent/stores/attempt_store.h"

namespace doorward::agent {
namespace {

constexpr std::string_view k_select = "SELECT failures, wait_ms, since, boot_id FROM attempt WHERE scope = ?";
constexpr std::string_view k_save =
    "INSERT OR REPLACE INTO attempt (scope, failures, wait_ms, since, boot_id) VALUES (?, ?, ?, ?, ?)";
constexpr std::string_view k_clear = "DELETE FROM attempt WHERE scope = ?";
constexpr std::string_view k_begin_boot = "UPDATE attempt SET since = ?1, boot_id = ?2 WHERE boot_id <> ?2";

}  // namespace

Stored<Attempts> AttemptStore::attempts(std::string_view scope) {
    auto row = m_database.query(k_select, scope);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return Attempts{};
    return Attempts{.failures = row->integer(0),
                    .wait_ms = row->integer(1),
                    .since = row->integer(2),
                    .boot_id = std::string(row->text(3))};
}

Stored<> AttemptStore::save(std::string_view scope, const Attempts& attempts) {
    return discard(m_database.execute(k_save, scope, attempts.failures, attempts.wait_ms, attempts.since,
                                      std::string_view(attempts.boot_id)));
}

Stored<> AttemptStore::clear(std::string_view scope) {
    return discard(m_database.execute(k_clear, scope));
}

Stored<> AttemptStore::begin_boot(std::string_view boot_id, std::int64_t now) {
    return discard(m_database.execute(k_begin_boot, now, boot_id));
}

}  // namespace doorward::agent
