#pragma once

#include "platform/tls_context.h"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct ssl_st;

namespace doorward::platform {

/// Outcomes of a TLS connection that are not the socket's own.
enum class TlsFailure {
    HandshakeFailed = 1,
    Untrusted,  ///< the certificate or its name does not verify
    Truncated,  ///< the connection ended without close_notify
    ProtocolError,
};
[[nodiscard]] boost::system::error_code make_error_code(TlsFailure failure);

/// Which certificate a listener shows for which name; looked at while the handshake runs.
class TlsServerNames {
public:
    struct Entry {
        std::string host;  ///< lower case
        TlsContext context;
    };
    explicit TlsServerNames(std::vector<Entry> entries) : m_entries(std::move(entries)) {}
    [[nodiscard]] const TlsContext* find(std::string_view host) const;
    [[nodiscard]] const TlsContext& first() const { return m_entries.front().context; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }

private:
    std::vector<Entry> m_entries;
};

/// What one attempt came to: done, or wait for the socket and try the same again.
struct TlsStep {
    enum class Wait { None, Readable, Writable };
    Wait wait = Wait::None;
    std::size_t bytes = 0;
    boost::system::error_code error;
};

/// One OpenSSL connection straight on a non-blocking socket, which it does not own. Its buffers exist only while a
/// record is in flight, so an idle connection costs OpenSSL's objects and no more.
class TlsEngine {
public:
    TlsEngine(int socket, std::shared_ptr<const TlsServerNames> names);
    TlsEngine(int socket, const TlsContext& context, const std::string& expected_host);

    [[nodiscard]] TlsStep handshake();
    [[nodiscard]] TlsStep read(std::span<char> buffer);
    [[nodiscard]] TlsStep write(std::span<const char> data);
    [[nodiscard]] TlsStep shutdown();

    /// Decrypted bytes that a read would return without the socket.
    [[nodiscard]] bool has_pending() const;
    [[nodiscard]] ChannelBinding channel_binding() const;
    /// The origin the client asked for, lower case.
    [[nodiscard]] std::string server_name() const;

private:
    struct Closer {
        void operator()(ssl_st* ssl) const;
    };
    void attach(int socket);
    [[nodiscard]] TlsStep judge(int result, TlsFailure failure);

    std::shared_ptr<const TlsServerNames> m_names;
    std::unique_ptr<ssl_st, Closer> m_ssl;
    bool m_failed = false;
};

}  // namespace doorward::platform

namespace boost::system {
template <>
struct is_error_code_enum<doorward::platform::TlsFailure> : std::true_type {};
}  // namespace boost::system
