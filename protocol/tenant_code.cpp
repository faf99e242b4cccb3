#include "protocol/tenant_code.h"

#include "crypto/encoding.h"
#include "crypto/hpke.h"
#include "crypto/purpose.h"

#include <array>

namespace doorward::protocol {
namespace {

std::array<std::uint8_t, 32> context_of(const TenantSecretName& name) {
    std::array<std::uint8_t, 32> context;
    std::ranges::copy(name.secret.bytes(), std::ranges::copy(name.tenant.bytes(), context.begin()).out);
    return context;
}

// RFC 3986, section 2: everything but unreserved characters.
std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view k_digits = "0123456789ABCDEF";
    static constexpr std::string_view k_unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char character : text) {
        if (k_unreserved.find(character) != std::string_view::npos) {
            encoded.push_back(character);
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(character);
        encoded.append({'%', k_digits[byte >> 4U], k_digits[byte & 15U]});
    }
    return encoded;
}

}  // namespace

crypto::Digest digest_of(const TenantSecretName& name) {
    return crypto::purpose_hash(crypto::Purpose::TenantCodeName, {name.tenant.bytes(), name.secret.bytes()});
}

std::string key_id(const TenantSecretName& name) {
    return crypto::key_id(digest_of(name));
}

template <class Role>
std::expected<crypto::Bytes, crypto::Error> seal_tenant_secret(const crypto::AgreementPublicKey<Role>& recipient,
                                                               const TenantSecretName& name,
                                                               const crypto::TenantTotpSecret& secret) {
    const auto context = context_of(name);
    return crypto::seal_to(recipient, {crypto::Purpose::TenantCode, context}, secret.bytes());
}

template <class Role>
std::expected<crypto::TenantTotpSecret, crypto::Error> open_tenant_secret(const crypto::AgreementKey<Role>& own,
                                                                          const TenantSecretName& name,
                                                                          crypto::ByteView sealed) {
    const auto context = context_of(name);
    const auto opened = crypto::open_sealed(own, {crypto::Purpose::TenantCode, context}, sealed);
    if (!opened) return std::unexpected(opened.error());
    return crypto::TenantTotpSecret::create(opened->bytes());
}

template std::expected<crypto::Bytes, crypto::Error> seal_tenant_secret(const crypto::DeviceAgreementPublicKey&,
                                                                        const TenantSecretName&,
                                                                        const crypto::TenantTotpSecret&);
template std::expected<crypto::Bytes, crypto::Error> seal_tenant_secret(const crypto::PhoneAgreementPublicKey&,
                                                                        const TenantSecretName&,
                                                                        const crypto::TenantTotpSecret&);
template std::expected<crypto::TenantTotpSecret, crypto::Error> open_tenant_secret(const crypto::DeviceAgreementKey&,
                                                                                   const TenantSecretName&,
                                                                                   crypto::ByteView);
template std::expected<crypto::TenantTotpSecret, crypto::Error> open_tenant_secret(const crypto::PhoneAgreementKey&,
                                                                                   const TenantSecretName&,
                                                                                   crypto::ByteView);

std::string otpauth_uri(std::string_view team_name, std::string_view tenant_name, const TenantSecretName& name,
                        const crypto::TenantTotpSecret& secret) {
    std::string label(tenant_name);
    label.append("\u00B7").append(key_id(name));
    const std::string issuer = percent_encoded(team_name);
    std::string uri("otpauth://totp/");
    uri.append(issuer).append(":").append(percent_encoded(label));
    uri.append("?secret=").append(crypto::base32_encode(secret.bytes()));
    uri.append("&issuer=").append(issuer).append("&algorithm=SHA1&digits=6&period=30");
    return uri;
}

}  // namespace doorward::protocol
