#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/technician_store.h"
#include "protocol/assertion.h"

#include <cstdint>
#include <expected>
#include <string>

namespace doorward::portal {

/// What an administrator's passkey vouches for: a sign-in, a change accepted.
namespace admin_passkey_service {

/// The new count, for technician_store::passkey_used(). The error is a machine word for log and audit.
[[nodiscard]] std::expected<std::uint32_t, std::string> verify(const Deployment& deployment,
                                                               const AdminPasskey& passkey,
                                                               const protocol::Assertion& assertion,
                                                               const crypto::Digest& challenge);

/// A working passkey of the actor's own, over this challenge and no other; its count is kept. Error::CeremonyRefused
/// otherwise.
[[nodiscard]] Result<void> vouch(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                                 const protocol::Assertion& assertion, const crypto::Digest& challenge);

}  // namespace admin_passkey_service
}  // namespace doorward::portal
