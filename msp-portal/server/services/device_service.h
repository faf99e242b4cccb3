#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/change_store.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/enrolment_token_store.h"
#include "protocol/channel_handshake.h"
#include "protocol/enrolment.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::portal {

namespace device_service {

struct NewToken {
    std::optional<std::string> label;
    std::int64_t uses_allowed = 1;
    std::chrono::hours life{24};
};
struct CreatedToken {
    EnrolmentTokenRecord record;
    std::string token;            ///< shown once, kept nowhere
    std::string install_command;  ///< with the token in it
};
[[nodiscard]] Result<CreatedToken> create_token(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                                const protocol::TenantId& tenant, const NewToken& wish);
[[nodiscard]] Result<void> revoke_token(UnitOfWork& unit, const Actor& actor, const protocol::EnrolmentTokenId& id);

/// Takes a use of the token and adds the device, as one. Of callers who race for the last use one succeeds. Unknown,
/// used, expired, revoked, and of a suspended tenant are all Error::TokenRefused; NameTaken and KeyTaken leave the
/// token as it was. `body` was opened and compared with the connection by the caller.
[[nodiscard]] Result<DeviceRecord> enrol(UnitOfWork& unit, const protocol::EnrolBody& body);

[[nodiscard]] Result<DeviceRecord> find(platform::Database& database, const protocol::DeviceId& id);

/// What a welcome says beside the time.
struct Standing {
    std::optional<protocol::QuarantineReason> quarantine;
    std::optional<protocol::ChainPosition> chain;
};
struct Arrived {
    DeviceRecord device;
    Standing standing;
};
/// A device has proven its key in `hello`, which was verified by the caller. Judged here, and nowhere else: whether it
/// is the one that was here last. What is behind its own past, or names an older connection, is quarantined, with
/// whoever is connected in its name. Error::NotFound for an unknown id and for another key alike.
[[nodiscard]] Result<Arrived> arrive(UnitOfWork& unit, const protocol::HelloBody& hello);
/// Nothing is relayed for it any more, and no roster sent, until an administrator's change ends it (resume()).
[[nodiscard]] Result<bool> quarantine(UnitOfWork& unit, const protocol::DeviceId& id,
                                      protocol::QuarantineReason reason);

[[nodiscard]] Result<void> status_reported(UnitOfWork& unit, const protocol::DeviceId& id, const DeviceStatus& status);
/// `nonce` is the portal's of the connection it came over.
[[nodiscard]] Result<void> roster_applied(UnitOfWork& unit, const protocol::DeviceId& id, const AppliedRoster& applied,
                                          const protocol::ChannelNonce& nonce);

struct Seen {
    protocol::DeviceId id;
    std::int64_t version = 0;
};
[[nodiscard]] Result<DeviceRecord> rename(UnitOfWork& unit, const Actor& actor, const Seen& seen,
                                          const std::string& name);
[[nodiscard]] Result<DeviceRecord> suspend(UnitOfWork& unit, const Actor& actor, const protocol::DeviceId& id);
[[nodiscard]] Result<ChangeRecord> resume(UnitOfWork& unit, const Actor& actor, const protocol::DeviceId& id);
[[nodiscard]] Result<void> remove(UnitOfWork& unit, const Actor& actor, const protocol::DeviceId& id);

/// What became of a device, in the audit log and on open pages. An administrator's act; without one, what the device
/// did itself.
void record(UnitOfWork& unit, const std::optional<protocol::TechnicianId>& actor, const DeviceRecord& device,
            std::string_view kind, std::optional<std::string> reason = std::nullopt);

}  // namespace device_service
}  // namespace doorward::portal
