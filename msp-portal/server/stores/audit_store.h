#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/audit_event.h"
#include "protocol/envelope.h"

#include <optional>
#include <string>

namespace doorward::portal {

enum class AuditSource { Portal, Device };
[[nodiscard]] std::string_view to_string(AuditSource source);

/// One line of the log, whoever wrote it, with the names of today.
struct AuditRecord {
    protocol::EventId id;
    protocol::TeamId team_id;
    AuditSource source = AuditSource::Portal;
    protocol::Uuid source_id;
    std::int64_t sequence = 1;
    crypto::Digest hash;
    std::string body;
    protocol::Timestamp at;
    protocol::Timestamp received_at;
    bool clock_trusted = true;
    std::string kind;
    protocol::AuditOutcome outcome = protocol::AuditOutcome::Noted;
    std::optional<std::string> reason;
    std::optional<protocol::TenantId> tenant_id;
    std::optional<protocol::DeviceId> device_id;
    std::optional<protocol::TechnicianId> technician_id;
    std::optional<protocol::TechnicianId> actor_id;
    std::optional<std::string> account;
    std::optional<protocol::SessionId> session_id;
    std::optional<protocol::RequestId> request_id;
    std::optional<std::string> service;
    std::optional<std::string> terminal;
    std::optional<std::string> remote_host;
    std::optional<std::string> ticket;
    std::optional<std::string> stated_reason{};
    std::int64_t count = 1;
    std::optional<std::int64_t> duration_ms;
    std::optional<std::string> subject_kind;
    std::optional<protocol::Uuid> subject_id;
    std::optional<std::string> subject_name;
    // Only read.
    std::int64_t row = 0;
    std::optional<std::string> tenant_name;
    std::optional<std::string> device_name;
    std::optional<std::string> technician_name;
    std::optional<std::string> actor_name;
};

struct AuditFilter {
    std::optional<std::string> kind;
    std::optional<protocol::AuditOutcome> outcome;
    std::optional<protocol::TechnicianId> technician_id;
    std::optional<protocol::DeviceId> device_id;
    std::optional<protocol::TenantId> tenant_id;
    std::optional<protocol::Timestamp> from;
    std::optional<protocol::Timestamp> until;
};

namespace audit_store {

[[nodiscard]] protocol::ChainPosition position(platform::Database& database, const protocol::Uuid& source);
/// Moves the chain on. `head` is a device's signed head, kept as it came.
void set_position(UnitOfWork& unit, const protocol::TeamId& team, const protocol::Uuid& source,
                  const protocol::ChainPosition& position, const std::optional<protocol::SignedEnvelope>& head);
void insert(UnitOfWork& unit, const AuditRecord& event);
/// Newest first.
[[nodiscard]] Page<AuditRecord> list(platform::Database& database, const protocol::TeamId& team,
                                     const AuditFilter& filter, const PageRequest& page);

struct Counts {
    std::int64_t sign_ins = 0;
    std::int64_t refusals = 0;
};
[[nodiscard]] Counts sign_ins_since(platform::Database& database, const protocol::TeamId& team,
                                    protocol::Timestamp since);

[[nodiscard]] std::optional<crypto::Digest> hash_at(platform::Database& database, const protocol::Uuid& source,
                                                    std::int64_t sequence);
/// The bodies of a chain in order, to verify it.
[[nodiscard]] std::vector<std::string> bodies(platform::Database& database, const protocol::Uuid& source);
[[nodiscard]] std::vector<protocol::Uuid> sources(platform::Database& database);

}  // namespace audit_store
}  // namespace doorward::portal
