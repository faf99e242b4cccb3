#pragma once

#include "crypto/error.h"
#include "crypto/passkey_public_key.h"
#include "protocol/assertion.h"
#include "protocol/ids.h"
#include "protocol/roster_document.h"

#include <expected>

namespace doorward::protocol {

[[nodiscard]] std::expected<crypto::PasskeyPublicKey, crypto::Error> passkey_public_key(const PhoneRecord& phone);

// That the phone's passkey vouched for its agreement key, for this technician of this team. Before either key of a
// phone is used for anything, this must have held: it is why whoever writes the portal's store cannot slip in a key.
[[nodiscard]] std::expected<void, AssertionError> verify_phone_proof(const TeamId& team, const TechnicianId& technician,
                                                                     const PhoneRecord& phone,
                                                                     const RelyingParty& party);

}  // namespace doorward::protocol
