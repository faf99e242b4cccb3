#include "crypto/authenticator_data.h"
#include "crypto/cbor_reader.h"
#include "crypto/hash.h"
#include "crypto/passkey.h"

#include <fido.h>

#include <algorithm>
#include <memory>
#include <string>

namespace doorward::crypto {

namespace {

struct ReleaseCredential {
    void operator()(fido_cred_t* credential) const { fido_cred_free(&credential); }
};
using Credential = std::unique_ptr<fido_cred_t, ReleaseCredential>;

struct AttestationObject {
    std::string_view format;
    ByteView statement;
    ByteView authenticator_data;
};

struct PackedStatement {
    std::int64_t algorithm = 0;
    ByteView signature;
    bool has_certificates = false;
};

// Section 6.5: exactly the three members, each once, nothing after them.
std::optional<AttestationObject> parse_attestation_object(ByteView bytes) {
    CborReader reader(bytes);
    if (reader.map_size() != 3) return std::nullopt;
    std::optional<std::string_view> format;
    std::optional<ByteView> statement;
    std::optional<ByteView> authenticator_data;
    for (int member = 0; member < 3; ++member) {
        const auto name = reader.text();
        if (name == "fmt") format = reader.text();
        if (name == "attStmt") statement = reader.item();
        if (name == "authData") authenticator_data = reader.byte_string();
    }
    if (!format || !statement || !authenticator_data || !reader.at_end()) return std::nullopt;
    if (!CborReader(*statement).map_size()) return std::nullopt;
    return AttestationObject{*format, *statement, *authenticator_data};
}

std::optional<PackedStatement> parse_packed_statement(ByteView bytes) {
    CborReader reader(bytes);
    auto members = reader.map_size();
    PackedStatement statement;
    for (; members && *members > 0; --*members) {
        const auto name = reader.text();
        if (!name) return std::nullopt;
        if (*name == "alg") {
            const auto algorithm = reader.integer();
            if (!algorithm) return std::nullopt;
            statement.algorithm = *algorithm;
        } else if (*name == "sig") {
            const auto signature = reader.byte_string();
            if (!signature) return std::nullopt;
            statement.signature = *signature;
        } else {
            if (*name == "x5c") statement.has_certificates = true;
            if (!reader.item()) return std::nullopt;
        }
    }
    if (statement.signature.empty()) return std::nullopt;
    return statement;
}

std::expected<Credential, Error> load_credential(const AttestationObject& object, const AuthenticatorData& data,
                                                 PasskeyAlgorithm algorithm) {
    Credential credential(fido_cred_new());
    if (!credential) return std::unexpected(Error::LibraryFailure);
    if (fido_cred_set_type(credential.get(), static_cast<int>(algorithm)) != FIDO_OK) {
        return std::unexpected(Error::LibraryFailure);
    }
    if (fido_cred_set_authdata_raw(credential.get(), object.authenticator_data.data(),
                                   object.authenticator_data.size()) != FIDO_OK) {
        return std::unexpected(Error::BadPublicKey);
    }
    const ByteView id(fido_cred_id_ptr(credential.get()), fido_cred_id_len(credential.get()));
    if (!std::ranges::equal(id, data.credential->credential_id)) {
        return std::unexpected(Error::MalformedAuthenticatorData);
    }
    return credential;
}

// Section 8.2, self attestation: the new key signs its own registration.
std::expected<void, Error> verify_self_attestation(fido_cred_t* credential, const RegistrationEvidence& evidence,
                                                   const PackedStatement& statement, const std::string& rp_id,
                                                   const AuthenticatorExtensions& extensions) {
    const Digest client_data_hash = sha256(evidence.client_data_json);
    const int asked =
        (extensions.hmac_secret ? FIDO_EXT_HMAC_SECRET : 0) | (extensions.credential_blob ? FIDO_EXT_CRED_BLOB : 0);
    if (fido_cred_set_fmt(credential, "packed") != FIDO_OK ||
        fido_cred_set_rp(credential, rp_id.c_str(), nullptr) != FIDO_OK ||
        fido_cred_set_uv(credential, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_cred_set_extensions(credential, asked) != FIDO_OK ||
        fido_cred_set_clientdata_hash(credential, client_data_hash.bytes().data(), Digest::k_size) != FIDO_OK) {
        return std::unexpected(Error::LibraryFailure);
    }
    if (extensions.credential_protection &&
        fido_cred_set_prot(credential, static_cast<int>(*extensions.credential_protection)) != FIDO_OK) {
        return std::unexpected(Error::MalformedAuthenticatorData);
    }
    if (extensions.shortest_pin &&
        fido_cred_set_pin_minlen(credential, static_cast<std::size_t>(*extensions.shortest_pin)) != FIDO_OK) {
        return std::unexpected(Error::MalformedAuthenticatorData);
    }
    if (fido_cred_set_sig(credential, statement.signature.data(), statement.signature.size()) != FIDO_OK ||
        fido_cred_verify_self(credential) != FIDO_OK) {
        return std::unexpected(Error::BadSignature);
    }
    return {};
}

std::expected<void, Error> check_statement(fido_cred_t* credential, const AttestationObject& object,
                                           const RegistrationEvidence& evidence, const AuthenticatorData& data,
                                           std::string_view rp_id) {
    if (object.format == "none") {
        if (CborReader(object.statement).map_size() != 0) return std::unexpected(Error::MalformedAttestation);
        return {};
    }
    if (object.format != "packed") return {};
    const auto statement = parse_packed_statement(object.statement);
    if (!statement) return std::unexpected(Error::MalformedAttestation);
    if (statement->has_certificates) return {};
    if (statement->algorithm != data.credential->cose_algorithm) return std::unexpected(Error::MalformedAttestation);
    return verify_self_attestation(credential, evidence, *statement, std::string(rp_id), data.extensions);
}

}  // namespace

std::expected<RegisteredPasskey, Error> verify_registration(const RegistrationEvidence& evidence,
                                                            std::string_view rp_id) {
    const auto object = parse_attestation_object(evidence.attestation_object);
    if (!object) return std::unexpected(Error::MalformedAttestation);
    const auto data = parse_authenticator_data(object->authenticator_data);
    if (!data) return std::unexpected(data.error());
    if (!data->credential) return std::unexpected(Error::MalformedAuthenticatorData);
    const auto algorithm = parse_passkey_algorithm(data->credential->cose_algorithm);
    if (!algorithm) return std::unexpected(algorithm.error());
    const auto backup = check_authenticator_data(*data, rp_id);
    if (!backup) return std::unexpected(backup.error());

    const auto credential = load_credential(*object, *data, *algorithm);
    if (!credential) return std::unexpected(credential.error());
    auto key = PasskeyPublicKey::create(
        *algorithm, {fido_cred_pubkey_ptr(credential->get()), fido_cred_pubkey_len(credential->get())});
    if (!key) return std::unexpected(key.error());
    if (const auto checked = check_statement(credential->get(), *object, evidence, *data, rp_id); !checked) {
        return std::unexpected(checked.error());
    }

    std::array<std::uint8_t, 16> aaguid;
    std::ranges::copy(data->credential->aaguid, aaguid.begin());
    const ByteView id = data->credential->credential_id;
    return RegisteredPasskey{
        Bytes(id.begin(), id.end()), std::move(*key), data->sign_count, backup->strength, backup->state, aaguid};
}

}  // namespace doorward::crypto
