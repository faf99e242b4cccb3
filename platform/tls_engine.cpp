#include "platform/tls_engine.h"

#include "platform/letter_case.h"

#include <arpa/inet.h>
#include <boost/asio/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <new>
#include <utility>

namespace doorward::platform {
namespace {

class TlsCategory final : public boost::system::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "doorward.tls"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<TlsFailure>(value)) {
            case TlsFailure::HandshakeFailed:
                return "TLS handshake failed";
            case TlsFailure::Untrusted:
                return "certificate not trusted";
            case TlsFailure::Truncated:
                return "TLS connection was cut";
            case TlsFailure::ProtocolError:
                return "TLS protocol error";
        }
        return "unknown";
    }
};

int socket_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool would_block(int number) {
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE in whoever links this.
int send_bytes(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    const auto sent = send(socket_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent < 0 && would_block(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int receive_bytes(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    const auto received = recv(socket_of(bio), data, static_cast<std::size_t>(size), 0);
    if (received < 0 && would_block(errno)) BIO_set_retry_read(bio);
    if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(received);
}

long control(BIO* bio, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_EOF:
            return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        default:
            return 0;
    }
}

const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const k_method = [] {
        BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "doorward socket");
        if (method == nullptr) throw std::bad_alloc();
        BIO_meth_set_write(method, send_bytes);
        BIO_meth_set_read(method, receive_bytes);
        BIO_meth_set_ctrl(method, control);
        return method;
    }();
    return k_method;
}

bool is_address(const std::string& host) {
    unsigned char bytes[sizeof(in6_addr)];
    return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

boost::system::error_code make_error_code(TlsFailure failure) {
    static const TlsCategory k_category;
    return {static_cast<int>(failure), k_category};
}

const TlsContext* TlsServerNames::find(std::string_view host) const {
    for (const Entry& entry : m_entries) {
        if (same_but_for_case(entry.host, host)) return &entry.context;
    }
    return nullptr;
}

void TlsEngine::Closer::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

TlsEngine::TlsEngine(int socket, std::shared_ptr<const TlsServerNames> names)
    : m_names(std::move(names)), m_ssl(SSL_new(m_names->first().native())) {
    attach(socket);
    SSL_set_app_data(m_ssl.get(), const_cast<TlsServerNames*>(m_names.get()));
    SSL_set_accept_state(m_ssl.get());
}

TlsEngine::TlsEngine(int socket, const TlsContext& context, const std::string& expected_host)
    : m_ssl(SSL_new(context.native())) {
    attach(socket);
    SSL_set_connect_state(m_ssl.get());
    const bool address = is_address(expected_host);
    if (!address) SSL_set_tlsext_host_name(m_ssl.get(), expected_host.c_str());
    if (context.verification() == PeerVerification::SignatureOverChannelBinding) return;
    SSL_set_hostflags(m_ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(m_ssl.get()), expected_host.c_str())
                            : SSL_set1_host(m_ssl.get(), expected_host.c_str());
    if (set != 1) throw std::bad_alloc();
}

void TlsEngine::attach(int socket) {
    if (m_ssl == nullptr) throw std::bad_alloc();
    BIO* bio = BIO_new(socket_method());
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, reinterpret_cast<void*>(std::intptr_t{socket}));  // NOLINT: a descriptor, not a pointer
    BIO_set_init(bio, 1);
    SSL_set_bio(m_ssl.get(), bio, bio);
}

TlsStep TlsEngine::judge(int result, TlsFailure failure) {
    TlsStep step;
    const int number = errno;
    const int reason = SSL_get_error(m_ssl.get(), result);
    switch (reason) {
        case SSL_ERROR_WANT_READ:
            step.wait = TlsStep::Wait::Readable;
            return step;
        case SSL_ERROR_WANT_WRITE:
            step.wait = TlsStep::Wait::Writable;
            return step;
        case SSL_ERROR_ZERO_RETURN:
            step.error = boost::asio::error::eof;
            return step;
        default:
            break;
    }
    m_failed = true;
    const unsigned long detail = ERR_peek_error();
    if (reason == SSL_ERROR_SYSCALL && detail == 0 && number != 0) {
        step.error = boost::system::error_code(number, boost::asio::error::get_system_category());
    } else if (SSL_get_verify_result(m_ssl.get()) != X509_V_OK && SSL_is_init_finished(m_ssl.get()) == 0) {
        step.error = TlsFailure::Untrusted;
    } else if (ERR_GET_REASON(detail) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        step.error = TlsFailure::Truncated;
    } else {
        step.error = failure;
    }
    ERR_clear_error();
    return step;
}

TlsStep TlsEngine::handshake() {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_do_handshake(m_ssl.get());
    if (result == 1) return {};
    return judge(result, TlsFailure::HandshakeFailed);
}

TlsStep TlsEngine::read(std::span<char> buffer) {
    ERR_clear_error();
    errno = 0;
    const int result =
        SSL_read(m_ssl.get(), buffer.data(), static_cast<int>(std::min<std::size_t>(buffer.size(), INT_MAX)));
    if (result <= 0) return judge(result, TlsFailure::ProtocolError);
    TlsStep step;
    step.bytes = static_cast<std::size_t>(result);
    return step;
}

TlsStep TlsEngine::write(std::span<const char> data) {
    ERR_clear_error();
    errno = 0;
    const int result =
        SSL_write(m_ssl.get(), data.data(), static_cast<int>(std::min<std::size_t>(data.size(), INT_MAX)));
    if (result <= 0) return judge(result, TlsFailure::ProtocolError);
    TlsStep step;
    step.bytes = static_cast<std::size_t>(result);
    return step;
}

TlsStep TlsEngine::shutdown() {
    // After a fatal error OpenSSL must not be asked to say goodbye.
    if (m_failed || SSL_is_init_finished(m_ssl.get()) == 0) return {};
    ERR_clear_error();
    errno = 0;
    const int result = SSL_shutdown(m_ssl.get());
    if (result >= 0) return {};  // ours is sent; the peer's close_notify is not waited for
    return judge(result, TlsFailure::ProtocolError);
}

bool TlsEngine::has_pending() const {
    return SSL_has_pending(m_ssl.get()) == 1;
}

ChannelBinding TlsEngine::channel_binding() const {
    constexpr std::string_view k_label = "EXPORTER-Channel-Binding";
    ChannelBinding binding{};
    if (SSL_export_keying_material(m_ssl.get(), binding.data(), binding.size(), k_label.data(), k_label.size(), nullptr,
                                   0, 0) != 1) {
        throw std::runtime_error("no exporter on this TLS connection");
    }
    return binding;
}

std::string TlsEngine::server_name() const {
    const char* name = SSL_get_servername(m_ssl.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? std::string() : lower_case(name);
}

}  // namespace doorward::platform
