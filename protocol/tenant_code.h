#pragma once

#include "crypto/agreement.h"
#include "crypto/error.h"
#include "crypto/hash.h"
#include "crypto/secret_key.h"
#include "protocol/roster_document.h"

#include <expected>
#include <string>
#include <string_view>

namespace doorward::protocol {

// Per-tenant codes: one random secret for all of a tenant's confirmed workstations and its technicians, TOTP with
// SHA-1, 30 s and 6 digits (RFC 6238), so that any authenticator app makes them.

// Which secret of which tenant.
struct TenantSecretName {
    TenantId tenant;
    TenantSecretId secret;
};

// H(tenant-code-name, tenant 16 | secret id 16): under it used steps are kept, and it makes the key id.
[[nodiscard]] crypto::Digest digest_of(const TenantSecretName& name);
// The two characters that prompt, app and authenticator show.
[[nodiscard]] std::string key_id(const TenantSecretName& name);

// HPKE with purpose tenant-code and context tenant 16 | secret id 16.
template <class Role>
[[nodiscard]] std::expected<crypto::Bytes, crypto::Error> seal_tenant_secret(
    const crypto::AgreementPublicKey<Role>& recipient, const TenantSecretName& name,
    const crypto::TenantTotpSecret& secret);
template <class Role>
[[nodiscard]] std::expected<crypto::TenantTotpSecret, crypto::Error> open_tenant_secret(
    const crypto::AgreementKey<Role>& own, const TenantSecretName& name, crypto::ByteView sealed);

// What an authenticator app scans: otpauth://totp/<team>:<tenant>·<key id>?secret=...; as secret as what it holds.
[[nodiscard]] std::string otpauth_uri(std::string_view team_name, std::string_view tenant_name,
                                      const TenantSecretName& name, const crypto::TenantTotpSecret& secret);

extern template std::expected<crypto::Bytes, crypto::Error> seal_tenant_secret(const crypto::DeviceAgreementPublicKey&,
                                                                               const TenantSecretName&,
                                                                               const crypto::TenantTotpSecret&);
extern template std::expected<crypto::Bytes, crypto::Error> seal_tenant_secret(const crypto::PhoneAgreementPublicKey&,
                                                                               const TenantSecretName&,
                                                                               const crypto::TenantTotpSecret&);
extern template std::expected<crypto::TenantTotpSecret, crypto::Error> open_tenant_secret(
    const crypto::DeviceAgreementKey&, const TenantSecretName&, crypto::ByteView);
extern template std::expected<crypto::TenantTotpSecret, crypto::Error> open_tenant_secret(
    const crypto::PhoneAgreementKey&, const TenantSecretName&, crypto::ByteView);

}  // namespace doorward::protocol
