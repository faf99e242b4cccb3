#pragma once

#include "crypto/agreement.h"
#include "crypto/error.h"
#include "crypto/secret_key.h"
#include "protocol/ids.h"

#include <expected>
#include <string>
#include <string_view>

namespace doorward::protocol {

// What a workstation and a technician's phone both compute and nobody hands out. One X25519 for the pair.
struct OfflineSecrets {
    crypto::OfflineTotpSecret totp;
    crypto::OfflineChallengeSecret challenge;
};

[[nodiscard]] std::expected<OfflineSecrets, crypto::Error> offline_secrets(
    const TenantId& tenant, const crypto::DeviceAgreementKey& device, const crypto::PhoneAgreementPublicKey& phone);
// The phone's side; on the real phone this runs in the app.
[[nodiscard]] std::expected<OfflineSecrets, crypto::Error> offline_secrets(
    const TenantId& tenant, const crypto::PhoneAgreementKey& phone, const crypto::DeviceAgreementPublicKey& device);

// "<device name>·<key id>", what prompt and app both show so that a stale key is seen.
[[nodiscard]] std::string key_label(std::string_view device_name, const crypto::DeviceAgreementPublicKey& device,
                                    const crypto::PhoneAgreementPublicKey& phone);

}  // namespace doorward::protocol
