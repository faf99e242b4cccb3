#include "protocol/offline_code.h"

#include "crypto/purpose.h"

namespace doorward::protocol {
namespace {

OfflineSecrets derive(const crypto::SharedSecret& shared, const crypto::OfflinePairing& pairing) {
    return {
        .totp = crypto::derive_offline_secret<crypto::OfflineTotpSecret>(crypto::Purpose::OfflineTotp, shared, pairing),
        .challenge = crypto::derive_offline_secret<crypto::OfflineChallengeSecret>(crypto::Purpose::OfflineChallenge,
                                                                                   shared, pairing)};
}

}  // namespace

std::expected<OfflineSecrets, crypto::Error> offline_secrets(const TenantId& tenant,
                                                             const crypto::DeviceAgreementKey& device,
                                                             const crypto::PhoneAgreementPublicKey& phone) {
    const auto shared = device.shared_secret(phone);
    if (!shared) return std::unexpected(shared.error());
    return derive(*shared, {.tenant_id = tenant.bytes(), .device = device.public_key(), .phone = phone});
}

std::expected<OfflineSecrets, crypto::Error> offline_secrets(const TenantId& tenant,
                                                             const crypto::PhoneAgreementKey& phone,
                                                             const crypto::DeviceAgreementPublicKey& device) {
    const auto shared = phone.shared_secret(device);
    if (!shared) return std::unexpected(shared.error());
    return derive(*shared, {.tenant_id = tenant.bytes(), .device = device, .phone = phone.public_key()});
}

std::string key_label(std::string_view device_name, const crypto::DeviceAgreementPublicKey& device,
                      const crypto::PhoneAgreementPublicKey& phone) {
    std::string label(device_name);
    label.append("\u00B7").append(crypto::key_id(device, phone));
    return label;
}

}  // namespace doorward::protocol
