#include "platform/certificate.h"

#include "crypto/encoding.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cctype>
#include <ctime>
#include <memory>

namespace doorward::platform {
namespace {

template <auto Free>
struct Freed {
    template <class Object>
    void operator()(Object* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

// Certificates begin a little in the past: clocks differ.
constexpr long k_backdated_seconds = 3600;

int no_pass_phrase(char*, int, int, void*) {
    return -1;
}

Certificate parse_certificate(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(bio.get(), nullptr, no_pass_phrase, nullptr));
}

Key parse_key(const crypto::SecretBytes& pem) {
    const auto bytes = pem.bytes();
    const Bio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
}

bool is_address(const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

// These names go into OpenSSL's configuration syntax, where a comma or a line end would add entries.
bool is_host_name(const std::string& name) {
    if (name.empty() || name.size() > 253) return false;
    for (const char letter : name) {
        const bool allowed = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '.';
        if (!allowed) return false;
    }
    return true;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Version, random serial number, times, subject and key: everything but issuer, extensions and signature.
Certificate begin_certificate(const std::string& common_name, EVP_PKEY* key, std::chrono::days lifetime) {
    Certificate certificate(X509_new());
    std::array<unsigned char, 16> serial{};
    if (certificate == nullptr || RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return nullptr;
    serial[0] &= 0x7fU;
    const Number number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    const bool filled = X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
                        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -k_backdated_seconds) != nullptr &&
                        X509_time_adj_ex(X509_getm_notAfter(certificate.get()), static_cast<int>(lifetime.count()), 0,
                                         nullptr) != nullptr &&
                        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
                        X509_set_pubkey(certificate.get(), key) == 1;
    return filled ? std::move(certificate) : nullptr;
}

std::string pem_of(X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

crypto::SecretBytes pem_of(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_secmem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio.get(), &data));
    auto text = crypto::SecretBytes::copy_of({reinterpret_cast<const std::uint8_t*>(data), size});
    crypto::wipe({reinterpret_cast<std::uint8_t*>(data), size});
    return text;
}

}  // namespace

std::string_view to_string(CertificateError error) {
    switch (error) {
        case CertificateError::Malformed:
            return "certificate or key malformed";
        case CertificateError::KeyMismatch:
            return "key does not belong to the certificate";
        case CertificateError::BadName:
            return "not a host name or address";
        case CertificateError::Internal:
            return "internal certificate error";
    }
    return "unknown";
}

std::expected<CertificateAndKey, CertificateError> create_authority(const std::string& common_name,
                                                                    const std::vector<std::string>& permitted_domains,
                                                                    std::chrono::days lifetime) {
    const Key key(EVP_EC_gen("P-256"));
    if (key == nullptr) return std::unexpected(CertificateError::Internal);
    const Certificate certificate = begin_certificate(common_name, key.get(), lifetime);
    if (certificate == nullptr) return std::unexpected(CertificateError::Internal);
    X509* raw = certificate.get();
    std::string permitted;
    for (const std::string& domain : permitted_domains) {
        if (!is_host_name(domain)) return std::unexpected(CertificateError::BadName);
        permitted += (permitted.empty() ? "critical,permitted;DNS:" : ",permitted;DNS:") + domain;
    }
    const bool made = X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1 &&
                      add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(raw, raw, NID_subject_key_identifier, "hash") &&
                      (permitted.empty() || add_extension(raw, raw, NID_name_constraints, permitted)) &&
                      X509_sign(raw, key.get(), EVP_sha256()) > 0;
    if (!made) return std::unexpected(CertificateError::Internal);
    return CertificateAndKey{pem_of(raw), pem_of(key.get())};
}

std::expected<CertificateAndKey, CertificateError> create_server_certificate(const CertificateAndKey& authority,
                                                                             const std::vector<std::string>& names,
                                                                             std::chrono::days lifetime) {
    const Certificate issuer = parse_certificate(authority.certificate_pem);
    const Key issuer_key = parse_key(authority.key_pem);
    if (issuer == nullptr || issuer_key == nullptr) return std::unexpected(CertificateError::Malformed);
    if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
        return std::unexpected(CertificateError::KeyMismatch);
    }
    if (names.empty()) return std::unexpected(CertificateError::BadName);
    std::string alternatives;
    for (const std::string& name : names) {
        const bool address = is_address(name);
        if (!address && !is_host_name(name)) return std::unexpected(CertificateError::BadName);
        if (!alternatives.empty()) alternatives += ",";
        alternatives += (address ? "IP:" : "DNS:") + name;
    }
    const Key key(EVP_EC_gen("P-256"));
    if (key == nullptr) return std::unexpected(CertificateError::Internal);
    // A common name holds 64 characters at most; the names that count are the alternative ones.
    const Certificate certificate = begin_certificate(names.front().substr(0, 64), key.get(), lifetime);
    if (certificate == nullptr) return std::unexpected(CertificateError::Internal);
    X509* raw = certificate.get();
    const bool made = X509_set_issuer_name(raw, X509_get_subject_name(issuer.get())) == 1 &&
                      add_extension(raw, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                      add_extension(raw, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                      add_extension(raw, issuer.get(), NID_ext_key_usage, "serverAuth") &&
                      add_extension(raw, issuer.get(), NID_subject_key_identifier, "hash") &&
                      add_extension(raw, issuer.get(), NID_authority_key_identifier, "keyid:always") &&
                      add_extension(raw, issuer.get(), NID_subject_alt_name, alternatives) &&
                      X509_sign(raw, issuer_key.get(), EVP_sha256()) > 0;
    if (!made) return std::unexpected(CertificateError::Internal);
    return CertificateAndKey{pem_of(raw) + authority.certificate_pem, pem_of(key.get())};
}

std::expected<std::int64_t, CertificateError> certificate_end(std::string_view certificate_pem) {
    const Certificate certificate = parse_certificate(certificate_pem);
    std::tm parts{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1) {
        return std::unexpected(CertificateError::Malformed);
    }
    return std::int64_t{timegm(&parts)} * 1000;
}

std::expected<std::string, CertificateError> certificate_fingerprint(std::string_view certificate_pem) {
    const Certificate certificate = parse_certificate(certificate_pem);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    if (certificate == nullptr || X509_digest(certificate.get(), EVP_sha256(), digest.data(), nullptr) != 1) {
        return std::unexpected(CertificateError::Malformed);
    }
    return crypto::hex_encode(digest);
}

std::expected<std::string, CertificateError> certificate_key_pin(std::string_view certificate_pem) {
    const Certificate certificate = parse_certificate(certificate_pem);
    if (certificate == nullptr) return std::unexpected(CertificateError::Malformed);
    unsigned char* encoded = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &encoded);
    if (size <= 0) return std::unexpected(CertificateError::Malformed);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(encoded, static_cast<std::size_t>(size), digest.data());
    OPENSSL_free(encoded);
    std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> text{};
    const int written = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return std::string(reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(written));
}

}  // namespace doorward::platform
