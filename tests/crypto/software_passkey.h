#pragma once

#include "crypto/bytes.h"
#include "crypto/passkey.h"
#include "crypto/passkey_public_key.h"

#include <cstdint>
#include <memory>
#include <string>

struct evp_pkey_st;

namespace doorward::tests {

inline constexpr std::uint8_t k_user_present = 0x01;
inline constexpr std::uint8_t k_user_verified = 0x04;
inline constexpr std::uint8_t k_backup_eligible = 0x08;
inline constexpr std::uint8_t k_backed_up = 0x10;
inline constexpr std::uint8_t k_has_credential = 0x40;
inline constexpr std::uint8_t k_has_extensions = 0x80;

// What an authenticator is asked to put into its data. The flags are written as given, so lies can be told.
struct AuthenticatorAnswer {
    std::string rp_id = "app.example.org";
    std::uint8_t flags = k_user_present | k_user_verified;
    std::uint32_t sign_count = 0;
    crypto::Bytes client_data_json;
    // CBOR, put at the end of the data as it is.
    crypto::Bytes extensions;
};

struct SoftwareAssertion {
    crypto::Bytes authenticator_data;
    crypto::Bytes client_data_json;
    crypto::Bytes signature;

    [[nodiscard]] crypto::AssertionEvidence evidence() const {
        return {client_data_json, authenticator_data, signature};
    }
};

// A WebAuthn authenticator with one credential, for tests that need somebody to approve something.
class SoftwarePasskey {
public:
    enum class Attestation { None, PackedSelf };

    [[nodiscard]] static SoftwarePasskey generate(crypto::PasskeyAlgorithm algorithm);

    [[nodiscard]] crypto::PasskeyPublicKey public_key() const;
    [[nodiscard]] const crypto::Bytes& credential_id() const { return m_credential_id; }
    [[nodiscard]] crypto::Bytes sign(crypto::ByteView message) const;

    [[nodiscard]] SoftwareAssertion approve(const AuthenticatorAnswer& answer) const;
    // The flag for the credential is added.
    [[nodiscard]] crypto::Bytes registration_data(const AuthenticatorAnswer& answer) const;
    [[nodiscard]] crypto::Bytes attestation_object(const AuthenticatorAnswer& answer, Attestation attestation) const;

    // Parts of an attestation object, for tests that build a wrong one.
    [[nodiscard]] crypto::Bytes cose_key() const;
    [[nodiscard]] static crypto::Bytes attestation_object(std::string_view format, const crypto::Bytes& statement,
                                                          const crypto::Bytes& authenticator_data);

private:
    struct Release {
        void operator()(evp_pkey_st* key) const;
    };

    SoftwarePasskey(crypto::PasskeyAlgorithm algorithm, std::unique_ptr<evp_pkey_st, Release> key);
    [[nodiscard]] crypto::Bytes raw_public_key() const;

    crypto::PasskeyAlgorithm m_algorithm;
    std::unique_ptr<evp_pkey_st, Release> m_key;
    crypto::Bytes m_credential_id;
};

}  // namespace doorward::tests
