#pragma once

#include "platform/certificate.h"

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace doorward::platform {

enum class TlsError {
    CertificateUnreadable,
    KeyUnreadable,
    KeyMismatch,
    AuthoritiesUnreadable,
    Internal,
};
[[nodiscard]] std::string_view to_string(TlsError error);

/// RFC 9266: the exporter value that names this TLS connection and no other, the same at both ends.
using ChannelBinding = std::array<std::uint8_t, 32>;

enum class PeerVerification {
    SystemAuthorities,
    AuthorityFile,
    /// The certificate is not judged at all. Only for a caller that proves the server's identity itself, by a signature
    /// of a pinned key over the channel binding, before anything of worth is sent or believed (the agents do).
    SignatureOverChannelBinding,
};

struct TlsClientOptions {
    PeerVerification verification = PeerVerification::SystemAuthorities;
    std::filesystem::path authority_file;  ///< PEM; for PeerVerification::AuthorityFile
};

/// Settings shared by many connections: TLS 1.3 only, ALPN http/1.1, no session tickets, buffers released while idle.
/// Copies share one immutable context; a reload makes a new one.
class TlsContext {
public:
    /// PEM texts: the chain, leaf first, and its key.
    [[nodiscard]] static std::expected<TlsContext, TlsError> server(const CertificateAndKey& certificate);
    [[nodiscard]] static std::expected<TlsContext, TlsError> server_from_files(
        const std::filesystem::path& certificate_file, const std::filesystem::path& key_file);
    [[nodiscard]] static std::expected<TlsContext, TlsError> client(const TlsClientOptions& options);

    [[nodiscard]] ssl_ctx_st* native() const { return m_context.get(); }
    [[nodiscard]] PeerVerification verification() const { return m_verification; }

private:
    TlsContext(std::shared_ptr<ssl_ctx_st> context, PeerVerification verification)
        : m_context(std::move(context)), m_verification(verification) {}
    std::shared_ptr<ssl_ctx_st> m_context;
    PeerVerification m_verification;
};

}  // namespace doorward::platform
