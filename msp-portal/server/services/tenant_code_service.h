#pragma once

#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/stores/change_store.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/tenant_code_store.h"
#include "protocol/phone_response.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// Codes of tenants that have one secret for all: made here, kept sealed, handed sealed to the workstations that two
/// administrators let have it and to the phones of the tenant's technicians, and replaced. Whoever knows the secret can
/// make the tenant's codes under any technician's name, so everybody and everything that is taken away replaces it at
/// once.
namespace tenant_code_service {

/// How long the old secret counts beside a new one where nobody was taken away.
inline constexpr std::chrono::hours k_overlap{24};
/// Workstations that one change may confirm: as many as its difference can name.
inline constexpr std::size_t k_most_confirmed_at_once = 30;

/// The tenant's scheme has become per tenant: it has a secret, and nobody has it yet.
void start(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TenantId& tenant);
/// It is per machine again: every secret is forgotten, and the workstations' confirmations with it.
void stop(UnitOfWork& unit, const protocol::TenantId& tenant);

/// A workstation came, left, or may have the secret now.
void workstation_changed(UnitOfWork& unit, const DeviceRecord& device);
/// Somebody of the tenant may not know the secret any more.
void technician_left(UnitOfWork& unit, const protocol::TeamId& team, const protocol::TenantId& tenant);
/// To be called every minute: a right that ends by its own date changes no roster.
void replace_where_rights_ended(UnitOfWork& unit);
/// After a restore was accepted: what was taken away since the copy was made is unknown.
void replace_everywhere(UnitOfWork& unit, const protocol::TeamId& team);

enum class Handover { WithOverlap, AtOnce };
/// By an administrator. Error::WrongState where codes are per machine.
[[nodiscard]] Result<void> replace(UnitOfWork& unit, const Actor& actor, const protocol::TenantId& tenant,
                                   Handover handover);

/// Proposes that these workstations may have the secret (Error::NotFound for one that is not an active one of the
/// tenant, Error::WrongState where all are confirmed or codes are per machine).
[[nodiscard]] Result<ChangeRecord> propose_confirmation(UnitOfWork& unit, const Actor& actor,
                                                        const protocol::TenantId& tenant,
                                                        const std::vector<protocol::DeviceId>& devices);
/// Once accepted. Error::ChangeOutdated where it no longer fits.
[[nodiscard]] Result<void> confirm(UnitOfWork& unit, const ChangeRecord& change, const protocol::TenantId& tenant,
                                   const std::vector<protocol::DeviceId>& devices);

/// Whether and why the caller can be shown the secret for an authenticator app.
enum class MayRead { Yes, ReadBefore, NoRight };
[[nodiscard]] std::string_view to_string(MayRead may);

struct State {
    std::vector<TenantSecretRecord> secrets;  ///< that count now, the one in use first; none: codes are per machine
    struct Workstation {
        DeviceRecord device;
        bool confirmed = false;
    };
    std::vector<Workstation> workstations;  ///< the active ones
    std::vector<TenantSecretReading> readings;
    MayRead may_read = MayRead::NoRight;
};
[[nodiscard]] Result<State> state(platform::Database& database, const Actor& actor, const protocol::TenantId& tenant,
                                  protocol::Timestamp now);

/// What an authenticator app scans. To each technician of the tenant once for each secret, and recorded;
/// Error::Forbidden for others, Error::WrongState the second time.
[[nodiscard]] Result<std::string> read(UnitOfWork& unit, const Actor& actor, const protocol::TenantId& tenant);

/// A technician's phone is about to show the secret, which it has; otherwise as read(). Error::WrongState where another
/// secret is in use.
[[nodiscard]] Result<void> shown_by_phone(UnitOfWork& unit, const Actor& actor, const protocol::TenantSecretName& name);

/// The secrets that count now, sealed to a phone of one of the tenant's technicians.
[[nodiscard]] std::vector<protocol::SealedTenantSecret> sealed_for_phone(platform::Database& database,
                                                                         const crypto::TenantSealingKey& key,
                                                                         const protocol::TenantId& tenant,
                                                                         const crypto::PhoneAgreementPublicKey& phone,
                                                                         protocol::Timestamp now);

/// A workstation reports a sign-in by such a code; an alarm where another one has taken the same.
void code_used(UnitOfWork& unit, const DeviceRecord& device, const protocol::AuditEvent& event);

}  // namespace tenant_code_service
}  // namespace doorward::portal
