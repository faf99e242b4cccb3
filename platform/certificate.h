#pragma once

#include "crypto/secret_bytes.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class CertificateError { Malformed, KeyMismatch, BadName, Internal };
[[nodiscard]] std::string_view to_string(CertificateError error);

/// A certificate and its key as PEM text; the key (PKCS #8, unencrypted) belongs in a 0600 file.
struct CertificateAndKey {
    std::string certificate_pem;
    crypto::SecretBytes key_pem;
};

/// A small authority for one installation: ECDSA P-256, may sign server certificates only (path length 0, and where
/// `permitted_domains` is not empty, only for those domains and what is below them).
[[nodiscard]] std::expected<CertificateAndKey, CertificateError> create_authority(
    const std::string& common_name, const std::vector<std::string>& permitted_domains, std::chrono::days lifetime);

/// A server certificate: ECDSA P-256, `names` (host names or IP addresses) as subject alternative names, signed by the
/// authority, which is appended so that the text is a complete chain.
[[nodiscard]] std::expected<CertificateAndKey, CertificateError> create_server_certificate(
    const CertificateAndKey& authority, const std::vector<std::string>& names, std::chrono::days lifetime);

/// When the first certificate of a PEM text ends, in milliseconds since 1970 UTC.
[[nodiscard]] std::expected<std::int64_t, CertificateError> certificate_end(std::string_view certificate_pem);

/// SHA-256 over the certificate's DER, in hex, as people compare it.
[[nodiscard]] std::expected<std::string, CertificateError> certificate_fingerprint(std::string_view certificate_pem);

/// Base64 SHA-256 of the public key (SPKI), the form Chromium's --ignore-certificate-errors-spki-list takes.
[[nodiscard]] std::expected<std::string, CertificateError> certificate_key_pin(std::string_view certificate_pem);

}  // namespace doorward::platform
