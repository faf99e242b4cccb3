#pragma once

#include "crypto/agreement.h"
#include "crypto/signature.h"
#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "protocol/channel_handshake.h"
#include "protocol/roster_document.h"
#include "protocol/store_key_place.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

enum class DeviceState { Active, Suspended, Quarantined, Removed };
[[nodiscard]] std::string_view to_string(DeviceState state);
[[nodiscard]] std::optional<DeviceState> parse_device_state(std::string_view text);

struct DeviceAccount {
    std::string name;
    std::string state;
};

/// What a device says about itself (WIRE.md section 4, status).
struct DeviceStatus {
    std::string agent_version;
    std::int64_t generation = 0;
    bool clock_trusted = false;
    std::optional<protocol::Timestamp> offline_until;
    std::int64_t sessions = 0;
    std::vector<DeviceAccount> accounts;
    std::optional<protocol::StoreKeyPlace> key_place{};
};

struct AppliedRoster {
    protocol::Incarnation incarnation;
    std::int64_t revision = 0;
};

struct DeviceRecord {
    protocol::DeviceId id;
    protocol::TeamId team_id;
    protocol::TenantId tenant_id;
    std::string tenant_name;
    std::string name;
    protocol::DeviceKind kind = protocol::DeviceKind::NonDomain;
    crypto::DevicePublicKey signing_key;
    crypto::DeviceAgreementPublicKey agreement_key;
    std::string operating_system;
    DeviceState state = DeviceState::Active;
    std::optional<protocol::QuarantineReason> quarantine;  ///< set while it is quarantined
    bool released = false;  ///< from quarantine, and nothing of its audit chain has come since
    protocol::Timestamp enrolled_at;
    std::int64_t version = 1;
    std::optional<protocol::Timestamp> last_seen_at;
    std::optional<std::string> agent_version;
    std::optional<std::int64_t> generation;
    std::optional<bool> clock_trusted;
    std::optional<protocol::Timestamp> offline_until;
    std::optional<std::int64_t> sessions;
    std::optional<AppliedRoster> applied;
    std::int64_t tenant_revision = 0;     ///< the roster's newest
    std::vector<DeviceAccount> accounts;  ///< only filled by find()
    std::optional<protocol::StoreKeyPlace> key_place{};

    [[nodiscard]] bool has_newest_roster(const protocol::Incarnation& incarnation) const {
        return applied && applied->incarnation == incarnation && applied->revision >= tenant_revision;
    }
};

/// A workstation that takes codes by an older roster than the newest.
struct DeviceBehind {
    protocol::DeviceId id;
    std::string name;
    protocol::TenantId tenant_id;
    std::string tenant_name;
    std::int64_t held_revision = 0;  ///< that it acknowledged
    std::int64_t newest_revision = 0;
    std::optional<protocol::Timestamp> last_seen_at;
    protocol::Timestamp until;  ///< at most: then it takes codes from nobody before it has heard the portal
    bool known = false;         ///< the portal has what it holds (roster_store::replaced_since)
};

struct DeviceFilter {
    std::optional<protocol::TenantId> tenant_id;
    std::optional<DeviceState> state;
    std::optional<std::string> search;
};

namespace device_store {

/// Error::NameTaken or Error::KeyTaken.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const DeviceRecord& device,
                                  const protocol::EnrolmentTokenId& token);
/// Not removed ones only, here and below.
[[nodiscard]] std::optional<DeviceRecord> find(platform::Database& database, const protocol::DeviceId& id);
/// Removed ones, too.
[[nodiscard]] std::optional<DeviceRecord> find_of_any_state(platform::Database& database, const protocol::DeviceId& id);
[[nodiscard]] std::optional<DeviceRecord> find_by_key(platform::Database& database, const crypto::DevicePublicKey& key);
[[nodiscard]] Result<void> update(UnitOfWork& unit, const DeviceRecord& device);
void update_seen(UnitOfWork& unit, const protocol::DeviceId& id);
/// The bytes of its ConnectionTrail.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> trail(platform::Database& database,
                                                             const protocol::DeviceId& id);
void update_trail(UnitOfWork& unit, const protocol::DeviceId& id, const std::vector<std::uint8_t>& trail);
/// In which machine it is at work, as it says itself.
[[nodiscard]] std::optional<crypto::Digest> machine(platform::Database& database, const protocol::DeviceId& id);
void update_machine(UnitOfWork& unit, const protocol::DeviceId& id, const crypto::Digest& machine);
/// The highest it was ever seen to have since its enrolment or release.
void raise_generation(UnitOfWork& unit, const protocol::DeviceId& id, std::int64_t generation);
/// Nothing that it said before counts against it any more.
void release(UnitOfWork& unit, const protocol::DeviceId& id);
void chain_went_on(UnitOfWork& unit, const protocol::DeviceId& id);
void update_status(UnitOfWork& unit, const protocol::DeviceId& id, const DeviceStatus& status);
void update_applied(UnitOfWork& unit, const protocol::DeviceId& id, const AppliedRoster& applied);
[[nodiscard]] Page<DeviceRecord> list(platform::Database& database, const protocol::TeamId& team,
                                      const DeviceFilter& filter, const PageRequest& page);
[[nodiscard]] std::vector<DeviceAccount> accounts_of(platform::Database& database, const protocol::DeviceId& id);
/// By name.
[[nodiscard]] std::vector<DeviceRecord> of_tenant(platform::Database& database, const protocol::TeamId& team,
                                                  const protocol::TenantId& tenant);
/// Those that take part: neither suspended nor quarantined; by name.
[[nodiscard]] std::vector<DeviceRecord> active_of_tenant(platform::Database& database, const protocol::TeamId& team,
                                                         const protocol::TenantId& tenant);
/// Also ones that are suspended, or were removed and never said that Doorward left them: they hear nothing of it. Not
/// ones whose horizon has passed.
[[nodiscard]] std::vector<DeviceBehind> behind(platform::Database& database, const protocol::TeamId& team,
                                               protocol::Timestamp now);
[[nodiscard]] std::vector<protocol::DeviceGroupId> groups_of(platform::Database& database,
                                                             const protocol::DeviceId& id);

}  // namespace device_store
}  // namespace doorward::portal
