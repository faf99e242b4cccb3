#include "crypto/passkey_public_key.h"

#include "crypto/signature.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <utility>

namespace doorward::crypto {

namespace {

constexpr std::size_t k_es256_size = 64;
constexpr std::size_t k_eddsa_size = 32;

struct ReleaseContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, ReleaseContext>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, ReleaseContext>;

// P-256 without a key. Looking the curve up is most of the work of loading a key, so it is done once; a key is then a
// copy of this with its point set.
EVP_PKEY* make_curve() {
    std::array<char, 6> name{"P-256"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0), OSSL_PARAM_construct_end()};
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* curve = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &curve, EVP_PKEY_KEY_PARAMETERS, const_cast<OSSL_PARAM*>(parameters.data())) !=
            1) {
        return nullptr;
    }
    return curve;
}

}  // namespace

std::expected<PasskeyAlgorithm, Error> parse_passkey_algorithm(std::int64_t cose_number) {
    if (cose_number == -7) return PasskeyAlgorithm::Es256;
    if (cose_number == -8) return PasskeyAlgorithm::EdDsa;
    return std::unexpected(Error::UnsupportedAlgorithm);
}

void PasskeyPublicKey::Release::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

PasskeyPublicKey::PasskeyPublicKey(PasskeyAlgorithm algorithm, ByteView raw, LoadedKey loaded)
    : m_algorithm(algorithm), m_raw(raw.begin(), raw.end()), m_loaded(std::move(loaded)) {}

PasskeyPublicKey::PasskeyPublicKey(const PasskeyPublicKey& other)
    : m_algorithm(other.m_algorithm), m_raw(other.m_raw), m_loaded(other.m_loaded.get()) {
    if (m_loaded) EVP_PKEY_up_ref(m_loaded.get());
}

PasskeyPublicKey& PasskeyPublicKey::operator=(const PasskeyPublicKey& other) {
    if (this != &other) *this = PasskeyPublicKey(other);
    return *this;
}

PasskeyPublicKey::LoadedKey PasskeyPublicKey::load_es256(ByteView raw) {
    static const LoadedKey k_curve(make_curve());
    std::array<std::uint8_t, 1 + k_es256_size> point{0x04};
    std::ranges::copy(raw, point.begin() + 1);
    LoadedKey key(k_curve ? EVP_PKEY_dup(k_curve.get()) : nullptr);
    // Refuses a point that is not on the curve.
    if (!key || EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1) return nullptr;
    return key;
}

std::expected<PasskeyPublicKey, Error> PasskeyPublicKey::create(PasskeyAlgorithm algorithm, ByteView raw) {
    if (algorithm == PasskeyAlgorithm::EdDsa) {
        if (raw.size() != k_eddsa_size) return std::unexpected(Error::BadPublicKey);
        return PasskeyPublicKey(algorithm, raw, nullptr);
    }
    if (raw.size() != k_es256_size) return std::unexpected(Error::BadPublicKey);
    auto loaded = load_es256(raw);
    if (!loaded) return std::unexpected(Error::BadPublicKey);
    return PasskeyPublicKey(algorithm, raw, std::move(loaded));
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

std::expected<void, Error> PasskeyPublicKey::verify(ByteView message, ByteView signature) const {
    if (m_algorithm == PasskeyAlgorithm::EdDsa) {
        const auto parsed = Signature::create(signature);
        if (!parsed) return std::unexpected(Error::BadSignature);
        return detail::verify_message(ByteView(m_raw).first<k_eddsa_size>(), message, *parsed);
    }
    const DigestContext context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, m_loaded.get()) != 1) {
        return std::unexpected(Error::LibraryFailure);
    }
    if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) != 1) {
        return std::unexpected(Error::BadSignature);
    }
    return {};
}

}  // namespace doorward::crypto
