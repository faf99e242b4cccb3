#include "platform/tls_context.h"

#include "platform/secure_file.h"
#include "platform/tls_engine.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace doorward::platform {
namespace {

constexpr unsigned char k_protocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

struct BioCloser {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Closer {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyCloser {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioCloser>;

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_size, k_protocols, sizeof(k_protocols), offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

// A client that names no origin, or another one, gets no certificate to look at.
int choose_origin(SSL* ssl, int* alert, void*) {
    const auto* names = static_cast<const TlsServerNames*>(SSL_get_app_data(ssl));
    const char* wanted = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const TlsContext* context = names == nullptr || wanted == nullptr ? nullptr : names->find(wanted);
    if (context == nullptr) {
        *alert = SSL_AD_UNRECOGNIZED_NAME;
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    SSL_set_SSL_CTX(ssl, context->native());
    return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<SSL_CTX> new_context(const SSL_METHOD* method) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), [](SSL_CTX* old) { SSL_CTX_free(old); });
    if (context == nullptr) return nullptr;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context.get(), 0);
    return context;
}

Bio memory(const void* data, std::size_t size) {
    return Bio(BIO_new_mem_buf(data, static_cast<int>(size)));
}

// Without it OpenSSL would ask for a pass phrase on the terminal.
int no_pass_phrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

std::string_view to_string(TlsError error) {
    switch (error) {
        case TlsError::CertificateUnreadable:
            return "certificate unreadable";
        case TlsError::KeyUnreadable:
            return "private key unreadable";
        case TlsError::KeyMismatch:
            return "private key does not belong to the certificate";
        case TlsError::AuthoritiesUnreadable:
            return "authorities unreadable";
        case TlsError::Internal:
            return "internal TLS error";
    }
    return "unknown";
}

std::expected<TlsContext, TlsError> TlsContext::server(const CertificateAndKey& certificate) {
    auto context = new_context(TLS_server_method());
    if (context == nullptr) return std::unexpected(TlsError::Internal);

    const Bio chain = memory(certificate.certificate_pem.data(), certificate.certificate_pem.size());
    const std::unique_ptr<X509, X509Closer> leaf(PEM_read_bio_X509(chain.get(), nullptr, no_pass_phrase, nullptr));
    if (leaf == nullptr || SSL_CTX_use_certificate(context.get(), leaf.get()) != 1) {
        return std::unexpected(TlsError::CertificateUnreadable);
    }
    while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, no_pass_phrase, nullptr)) {
        if (SSL_CTX_add0_chain_cert(context.get(), next) != 1) {
            X509_free(next);
            return std::unexpected(TlsError::CertificateUnreadable);
        }
    }
    const auto key_bytes = certificate.key_pem.bytes();
    const Bio key_text = memory(key_bytes.data(), key_bytes.size());
    const std::unique_ptr<EVP_PKEY, KeyCloser> key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_pass_phrase, nullptr));
    if (key == nullptr) return std::unexpected(TlsError::KeyUnreadable);
    if (X509_check_private_key(leaf.get(), key.get()) != 1 || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
        return std::unexpected(TlsError::KeyMismatch);
    }
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    SSL_CTX_set_tlsext_servername_callback(context.get(), choose_origin);
    return TlsContext(std::move(context), PeerVerification::SystemAuthorities);
}

std::expected<TlsContext, TlsError> TlsContext::server_from_files(const std::filesystem::path& certificate_file,
                                                                  const std::filesystem::path& key_file) {
    auto chain = read_file(certificate_file);
    if (!chain) return std::unexpected(TlsError::CertificateUnreadable);
    auto key = read_secret_file(key_file);
    if (!key) return std::unexpected(TlsError::KeyUnreadable);
    const CertificateAndKey certificate{std::move(*chain), std::move(*key)};
    return server(certificate);
}

std::expected<TlsContext, TlsError> TlsContext::client(const TlsClientOptions& options) {
    auto context = new_context(TLS_client_method());
    if (context == nullptr) return std::unexpected(TlsError::Internal);
    if (SSL_CTX_set_alpn_protos(context.get(), k_protocols, sizeof(k_protocols)) != 0) {
        return std::unexpected(TlsError::Internal);
    }
    int loaded = 1;
    switch (options.verification) {
        case PeerVerification::SystemAuthorities:
            loaded = SSL_CTX_set_default_verify_paths(context.get());
            break;
        case PeerVerification::AuthorityFile:
            loaded = SSL_CTX_load_verify_file(context.get(), options.authority_file.c_str());
            break;
        case PeerVerification::SignatureOverChannelBinding:
            break;
    }
    if (loaded != 1) return std::unexpected(TlsError::AuthoritiesUnreadable);
    const bool judged = options.verification != PeerVerification::SignatureOverChannelBinding;
    SSL_CTX_set_verify(context.get(), judged ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    return TlsContext(std::move(context), options.verification);
}

}  // namespace doorward::platform
