#pragma once

#include "msp-portal/server/stores/page.h"
#include "msp-portal/server/stores/store.h"
#include "msp-portal/server/stores/team_store.h"
#include "protocol/roster_document.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

/// A phone or an administrator's passkey: waits for another person's acceptance, works, or is gone.
enum class KeyState { Waiting, Active, Removed };
[[nodiscard]] std::string_view to_string(KeyState state);

struct PhoneEntry {
    protocol::PhoneRecord record;
    protocol::TechnicianId technician_id;
    protocol::TeamId team_id;
    std::uint32_t sign_count = 0;
    std::string label;
    KeyState state = KeyState::Waiting;
    std::optional<protocol::ChangeId> change_id;
    protocol::Timestamp created_at;
    std::optional<protocol::Timestamp> last_used_at;
};

namespace entity {
struct AdminPasskey;
}
using AdminPasskeyId = protocol::Id<entity::AdminPasskey>;

struct AdminPasskey {
    AdminPasskeyId id;
    protocol::TeamId team_id;
    protocol::TechnicianId technician_id;
    crypto::Bytes credential_id;
    crypto::PasskeyAlgorithm algorithm = crypto::PasskeyAlgorithm::Es256;
    crypto::Bytes public_key;
    std::uint32_t sign_count = 0;
    std::string label;
    KeyState state = KeyState::Waiting;
    std::optional<protocol::ChangeId> change_id;
    protocol::Timestamp created_at;
    std::optional<protocol::Timestamp> last_used_at;
};

struct TechnicianRecord {
    protocol::TechnicianId id;
    protocol::TeamId team_id;
    PersonId person_id;
    std::string name;
    std::string username;
    std::optional<std::string> email;
    protocol::TechnicianState state = protocol::TechnicianState::Invitation;
    protocol::TechnicianStatus status = protocol::TechnicianStatus::Active;
    std::optional<std::string> status_reason;
    bool directory_imported = false;
    bool owner = false;
    std::int64_t version = 1;
    std::optional<protocol::TechnicianId> created_by;
    protocol::Timestamp created_at;
    std::optional<protocol::Timestamp> activated_at;
};

struct TechnicianFilter {
    std::optional<protocol::TechnicianState> state;
    std::optional<protocol::TechnicianStatus> status;
    std::optional<std::string> search;
};

namespace technician_store {

/// Error::UsernameTaken where the team has that username.
[[nodiscard]] Result<void> insert(UnitOfWork& unit, const TechnicianRecord& technician);
[[nodiscard]] std::optional<TechnicianRecord> find(platform::Database& database, const protocol::TeamId& team,
                                                   const protocol::TechnicianId& id);
/// Whatever the team: for what names the technician only (a session, a phone).
[[nodiscard]] std::optional<TechnicianRecord> find_any(platform::Database& database, const protocol::TechnicianId& id);
[[nodiscard]] Result<void> update(UnitOfWork& unit, const TechnicianRecord& technician);
/// Only one who is still invited; links go with them, and the phones that were not accepted.
void remove_invited(UnitOfWork& unit, const protocol::TechnicianId& id);
[[nodiscard]] Page<TechnicianRecord> list(platform::Database& database, const protocol::TeamId& team,
                                          const TechnicianFilter& filter, const PageRequest& page);
[[nodiscard]] std::vector<protocol::TechnicianId> all_of_team(platform::Database& database,
                                                              const protocol::TeamId& team);
[[nodiscard]] std::vector<protocol::DepartmentId> departments_of(platform::Database& database,
                                                                 const protocol::TechnicianId& id);
/// The next number in the technician's row of phones; counts it up.
[[nodiscard]] std::uint32_t take_phone_serial(UnitOfWork& unit, const protocol::TechnicianId& id);

/// Error::KeyTaken where credential or agreement key are known already.
[[nodiscard]] Result<void> insert_phone(UnitOfWork& unit, const PhoneEntry& phone);
/// Not removed ones, by serial.
[[nodiscard]] std::vector<PhoneEntry> phones_of(platform::Database& database, const protocol::TechnicianId& id);
[[nodiscard]] std::optional<PhoneEntry> find_phone(platform::Database& database, const protocol::PhoneId& id);
[[nodiscard]] std::optional<PhoneEntry> find_phone_by_credential(platform::Database& database,
                                                                 crypto::ByteView credential_id);
void set_phone_state(UnitOfWork& unit, const protocol::PhoneId& id, KeyState state);
void phone_used(UnitOfWork& unit, const protocol::PhoneId& id, std::uint32_t sign_count);

[[nodiscard]] Result<void> insert_passkey(UnitOfWork& unit, const AdminPasskey& passkey);
[[nodiscard]] std::vector<AdminPasskey> passkeys_of(platform::Database& database, const protocol::TechnicianId& id);
[[nodiscard]] std::optional<AdminPasskey> find_passkey_by_credential(platform::Database& database,
                                                                     crypto::ByteView credential_id);
[[nodiscard]] std::optional<AdminPasskey> find_passkey(platform::Database& database, const AdminPasskeyId& id);
void set_passkey_state(UnitOfWork& unit, const AdminPasskeyId& id, KeyState state);
void passkey_used(UnitOfWork& unit, const AdminPasskeyId& id, std::uint32_t sign_count);

}  // namespace technician_store
}  // namespace doorward::portal
