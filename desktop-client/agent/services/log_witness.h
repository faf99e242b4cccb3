#pragma once

#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/stores/log_head_store.h"
#include "desktop-client/agent/stores/result.h"
#include "protocol/audit_log.h"
#include "protocol/device_message.h"
#include "protocol/portal_message.h"

#include <optional>
#include <string_view>

namespace doorward::agent {

/// Remembers the greatest head of the tenant's audit log that the portal has shown, and lets only a head follow that is
/// proven to continue it. Whoever cuts, rewrites or splits the log at the portal is found out here, and it stands in
/// this workstation's own chain.
class LogWitness {
public:
    LogWitness(platform::Database& database, RosterService& roster, AuditService& audit)
        : m_store(database), m_roster(roster), m_audit(audit) {}

    [[nodiscard]] Stored<> start();

    [[nodiscard]] protocol::LogHeadRequestMessage request() const;
    /// The answer. `welcomed` is the portal's life of this connection: a restored one may go on from an older log,
    /// which is recorded all the same.
    [[nodiscard]] Stored<> take(const protocol::LogHeadMessage& message,
                                const std::optional<protocol::Incarnation>& welcomed);

    [[nodiscard]] const std::optional<protocol::SignedEnvelope>& held() const { return m_envelope; }

private:
    [[nodiscard]] std::optional<protocol::LogName> own_log() const;
    /// What was held before, if it is of this workstation's log.
    [[nodiscard]] std::optional<protocol::LogHead> known() const;
    [[nodiscard]] Stored<> keep(const protocol::SignedEnvelope& envelope, const protocol::LogHead& head);
    [[nodiscard]] Stored<> report(std::string_view reason);

    LogHeadStore m_store;
    RosterService& m_roster;
    AuditService& m_audit;
    std::optional<protocol::SignedEnvelope> m_envelope;
    std::optional<protocol::LogHead> m_head;
};

}  // namespace doorward::agent
