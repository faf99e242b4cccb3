#include "tests/crypto/software_passkey.h"

#include "crypto/hash.h"
#include "crypto/random.h"

#include <openssl/evp.h>

#include <stdexcept>
#include <utility>

namespace doorward::tests {

using crypto::Bytes;
using crypto::ByteView;

namespace {

void append(Bytes& bytes, ByteView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

// CBOR, RFC 8949: just the heads that appear here.
Bytes cbor_head(unsigned major, std::size_t value) {
    const auto kind = static_cast<std::uint8_t>(major << 5U);
    if (value < 24) return {static_cast<std::uint8_t>(kind | value)};
    if (value < 256) return {static_cast<std::uint8_t>(kind | 24U), static_cast<std::uint8_t>(value)};
    return {static_cast<std::uint8_t>(kind | 25U), static_cast<std::uint8_t>(value >> 8U),
            static_cast<std::uint8_t>(value)};
}

Bytes cbor_text(std::string_view text) {
    Bytes encoded = cbor_head(3, text.size());
    append(encoded, crypto::as_bytes(text));
    return encoded;
}

Bytes cbor_bytes(ByteView bytes) {
    Bytes encoded = cbor_head(2, bytes.size());
    append(encoded, bytes);
    return encoded;
}

Bytes header(const AuthenticatorAnswer& answer, std::uint8_t flags) {
    const auto hash = crypto::sha256(crypto::as_bytes(answer.rp_id));
    Bytes data(hash.bytes().begin(), hash.bytes().end());
    data.push_back(flags);
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        data.push_back(static_cast<std::uint8_t>(answer.sign_count >> (shift - 8)));
    }
    return data;
}

}  // namespace

void SoftwarePasskey::Release::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

SoftwarePasskey::SoftwarePasskey(crypto::PasskeyAlgorithm algorithm, std::unique_ptr<evp_pkey_st, Release> key)
    : m_algorithm(algorithm), m_key(std::move(key)), m_credential_id(32) {
    crypto::fill_random(m_credential_id);
}

SoftwarePasskey SoftwarePasskey::generate(crypto::PasskeyAlgorithm algorithm) {
    std::unique_ptr<evp_pkey_st, Release> key(algorithm == crypto::PasskeyAlgorithm::Es256
                                                  ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                                  : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key) throw std::runtime_error("no key");
    return {algorithm, std::move(key)};
}

Bytes SoftwarePasskey::raw_public_key() const {
    if (m_algorithm == crypto::PasskeyAlgorithm::EdDsa) {
        Bytes raw(32);
        std::size_t size = raw.size();
        if (EVP_PKEY_get_raw_public_key(m_key.get(), raw.data(), &size) != 1) throw std::runtime_error("no raw key");
        return raw;
    }
    unsigned char* point = nullptr;
    const std::size_t size = EVP_PKEY_get1_encoded_public_key(m_key.get(), &point);
    if (size != 65) throw std::runtime_error("not an uncompressed point");
    Bytes raw(point + 1, point + size);
    OPENSSL_free(point);
    return raw;
}

crypto::PasskeyPublicKey SoftwarePasskey::public_key() const {
    return crypto::PasskeyPublicKey::create(m_algorithm, raw_public_key()).value();
}

Bytes SoftwarePasskey::sign(ByteView message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const EVP_MD* digest = m_algorithm == crypto::PasskeyAlgorithm::Es256 ? EVP_sha256() : nullptr;
    Bytes signature(128);
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, m_key.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
        throw std::runtime_error("cannot sign");
    }
    signature.resize(size);
    return signature;
}

SoftwareAssertion SoftwarePasskey::approve(const AuthenticatorAnswer& answer) const {
    SoftwareAssertion assertion{header(answer, answer.flags), answer.client_data_json, {}};
    append(assertion.authenticator_data, answer.extensions);
    Bytes message = assertion.authenticator_data;
    append(message, crypto::sha256(answer.client_data_json).bytes());
    assertion.signature = sign(message);
    return assertion;
}

Bytes SoftwarePasskey::cose_key() const {
    const Bytes raw = raw_public_key();
    // RFC 9052: kty, alg, crv and the coordinates.
    if (m_algorithm == crypto::PasskeyAlgorithm::EdDsa) {
        Bytes key{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21};
        append(key, cbor_bytes(raw));
        return key;
    }
    Bytes key{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21};
    append(key, cbor_bytes(ByteView(raw).first(32)));
    key.push_back(0x22);
    append(key, cbor_bytes(ByteView(raw).last(32)));
    return key;
}

Bytes SoftwarePasskey::registration_data(const AuthenticatorAnswer& answer) const {
    Bytes data = header(answer, answer.flags | k_has_credential);
    data.resize(data.size() + 16, 0xaa);
    data.push_back(static_cast<std::uint8_t>(m_credential_id.size() >> 8U));
    data.push_back(static_cast<std::uint8_t>(m_credential_id.size()));
    append(data, m_credential_id);
    append(data, cose_key());
    append(data, answer.extensions);
    return data;
}

Bytes SoftwarePasskey::attestation_object(std::string_view format, const Bytes& statement,
                                          const Bytes& authenticator_data) {
    Bytes object = cbor_head(5, 3);
    append(object, cbor_text("fmt"));
    append(object, cbor_text(format));
    append(object, cbor_text("attStmt"));
    append(object, statement);
    append(object, cbor_text("authData"));
    append(object, cbor_bytes(authenticator_data));
    return object;
}

Bytes SoftwarePasskey::attestation_object(const AuthenticatorAnswer& answer, Attestation attestation) const {
    const Bytes data = registration_data(answer);
    if (attestation == Attestation::None) return attestation_object("none", cbor_head(5, 0), data);
    Bytes message = data;
    append(message, crypto::sha256(answer.client_data_json).bytes());
    Bytes statement = cbor_head(5, 2);
    append(statement, cbor_text("alg"));
    statement.push_back(m_algorithm == crypto::PasskeyAlgorithm::Es256 ? 0x26 : 0x27);
    append(statement, cbor_text("sig"));
    append(statement, cbor_bytes(sign(message)));
    return attestation_object("packed", statement, data);
}

}  // namespace doorward::tests
