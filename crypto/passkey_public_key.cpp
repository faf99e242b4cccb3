#include "crypto/passkey_public_key.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <type_traits>
#include <utility>

namespace doorward::crypto {

namespace {

constexpr std::size_t k_es256_size = 64;
constexpr std::size_t k_eddsa_size = 32;

std::size_t raw_size(PasskeyAlgorithm algorithm) {
    return algorithm == PasskeyAlgorithm::Es256 ? k_es256_size : k_eddsa_size;
}

// OpenSSL refuses a point that is not on the curve when it takes the key over.
bool usable(EVP_PKEY* key) {
    const bool loaded = key != nullptr;
    EVP_PKEY_free(key);
    return loaded;
}

}  // namespace

std::expected<PasskeyAlgorithm, Error> parse_passkey_algorithm(std::int64_t cose_number) {
    if (cose_number == -7) return PasskeyAlgorithm::Es256;
    if (cose_number == -8) return PasskeyAlgorithm::EdDsa;
    return std::unexpected(Error::UnsupportedAlgorithm);
}

void PasskeyPublicKey::Release::operator()(es256_pk* key) const {
    es256_pk_free(&key);
}
void PasskeyPublicKey::Release::operator()(eddsa_pk* key) const {
    eddsa_pk_free(&key);
}

PasskeyPublicKey::PasskeyPublicKey(PasskeyAlgorithm algorithm, Bytes raw, Handle handle)
    : m_algorithm(algorithm), m_raw(std::move(raw)), m_handle(std::move(handle)) {}

std::expected<PasskeyPublicKey::Handle, Error> PasskeyPublicKey::load(PasskeyAlgorithm algorithm, ByteView raw) {
    if (raw.size() != raw_size(algorithm)) return std::unexpected(Error::BadPublicKey);
    if (algorithm == PasskeyAlgorithm::Es256) {
        Es256Key key(es256_pk_new());
        if (!key) return std::unexpected(Error::LibraryFailure);
        if (es256_pk_from_ptr(key.get(), raw.data(), raw.size()) != FIDO_OK ||
            !usable(es256_pk_to_EVP_PKEY(key.get()))) {
            return std::unexpected(Error::BadPublicKey);
        }
        return Handle(std::move(key));
    }
    EdDsaKey key(eddsa_pk_new());
    if (!key) return std::unexpected(Error::LibraryFailure);
    if (eddsa_pk_from_ptr(key.get(), raw.data(), raw.size()) != FIDO_OK || !usable(eddsa_pk_to_EVP_PKEY(key.get()))) {
        return std::unexpected(Error::BadPublicKey);
    }
    return Handle(std::move(key));
}

std::expected<PasskeyPublicKey, Error> PasskeyPublicKey::create(PasskeyAlgorithm algorithm, ByteView raw) {
    auto handle = load(algorithm, raw);
    if (!handle) return std::unexpected(handle.error());
    return PasskeyPublicKey(algorithm, Bytes(raw.begin(), raw.end()), std::move(*handle));
}

std::expected<PasskeyPublicKey, Error> PasskeyPublicKey::parse(ByteView serialised) {
    if (serialised.empty()) return std::unexpected(Error::BadPublicKey);
    const auto algorithm = parse_passkey_algorithm(-std::int64_t{serialised.front()});
    if (!algorithm) return std::unexpected(algorithm.error());
    return create(*algorithm, serialised.subspan(1));
}

Bytes PasskeyPublicKey::serialise() const {
    Bytes serialised{static_cast<std::uint8_t>(-static_cast<std::int32_t>(m_algorithm))};
    serialised.insert(serialised.end(), m_raw.begin(), m_raw.end());
    return serialised;
}

PasskeyPublicKey::PasskeyPublicKey(const PasskeyPublicKey& other) : m_algorithm(other.m_algorithm), m_raw(other.m_raw) {
    auto handle = load(m_algorithm, m_raw);
    // It loaded once, so only memory can be short.
    if (!handle) std::abort();
    m_handle = std::move(*handle);
}

PasskeyPublicKey& PasskeyPublicKey::operator=(const PasskeyPublicKey& other) {
    if (this != &other) *this = PasskeyPublicKey(other);
    return *this;
}

const void* PasskeyPublicKey::handle() const {
    return std::visit([](const auto& key) -> const void* { return key.get(); }, m_handle);
}

}  // namespace doorward::crypto
