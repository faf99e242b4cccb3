#include "platform/web_push.h"

#include "crypto/encoding.h"
#include "crypto/hkdf.h"
#include "crypto/random.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

namespace doorward::platform {
namespace {

constexpr std::size_t k_record_size = 4096;
constexpr std::size_t k_tag_size = 16;
constexpr std::size_t k_salt_size = 16;
constexpr std::size_t k_scalar_size = 32;
// RFC 8291, section 4: one record, less the header, the tag and the padding delimiter.
constexpr std::size_t k_longest_payload = k_record_size - (k_salt_size + 4 + 1 + 65) - k_tag_size - 1;

template <auto Free>
struct Releases {
    template <class T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releases<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Releases<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, Releases<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Releases<EC_POINT_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Releases<OSSL_PARAM_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Releases<OSSL_PARAM_BLD_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Releases<EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Releases<ECDSA_SIG_free>>;

constexpr char k_group_name[] = "prime256v1";

Key import_key(const P256Point& point, const BIGNUM* scalar) {
    ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder) return nullptr;
    bool pushed =
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, k_group_name, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
    if (scalar != nullptr) {
        pushed = pushed && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1;
    }
    if (!pushed) return nullptr;
    Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, scalar == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                          parameters.get()) != 1) {
        return nullptr;
    }
    return Key(key);
}

struct PairParts {
    Key key;
    P256Point point{};
};

std::optional<PairParts> pair_from_scalar(crypto::ByteView scalar) {
    if (scalar.size() != k_scalar_size) return std::nullopt;
    Number number(BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr));
    Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    if (!number || !group || BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) {
        return std::nullopt;
    }
    Point point(EC_POINT_new(group.get()));
    PairParts parts;
    if (!point || EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, parts.point.data(),
                           parts.point.size(), nullptr) != parts.point.size()) {
        return std::nullopt;
    }
    parts.key = import_key(parts.point, number.get());
    if (!parts.key) return std::nullopt;
    return parts;
}

// ECDH as RFC 8291, section 3.1; nothing for a point that is not on the curve.
std::optional<crypto::SecretBytes> shared_secret(EVP_PKEY* own, const P256Point& other) {
    Key peer = import_key(other, nullptr);
    if (!peer) return std::nullopt;
    KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, peer.get(), nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return std::nullopt;
    KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
    auto secret = crypto::SecretBytes::zeroed(k_scalar_size);
    std::size_t size = secret.size();
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
        EVP_PKEY_derive(context.get(), secret.writable_bytes().data(), &size) != 1 || size != k_scalar_size) {
        return std::nullopt;
    }
    return secret;
}

crypto::Bytes joined(std::initializer_list<crypto::ByteView> parts) {
    crypto::Bytes all;
    for (const auto part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

bool derive(crypto::ByteView material, crypto::ByteView salt, crypto::ByteView info, std::span<std::uint8_t> output) {
    return crypto::hkdf_sha256(material, crypto::HkdfSalt(salt), crypto::HkdfInfo(info), output).has_value();
}

// The literal's terminating zero is part of what RFC 8188 and 8291 hash.
template <std::size_t N>
crypto::ByteView label(const char (&text)[N]) {
    return {reinterpret_cast<const std::uint8_t*>(text), N};
}

bool seal_record(std::span<const std::uint8_t, 16> key, std::span<const std::uint8_t, 12> nonce,
                 std::string_view payload, crypto::Bytes& message) {
    Cipher cipher(EVP_CIPHER_CTX_new());
    if (!cipher || EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key.data(), nonce.data()) != 1) {
        return false;
    }
    constexpr std::uint8_t last_record = 0x02;
    const std::size_t start = message.size();
    message.resize(start + payload.size() + 1 + k_tag_size);
    std::uint8_t* out = message.data() + start;
    int written = 0;
    if (EVP_EncryptUpdate(cipher.get(), out, &written, reinterpret_cast<const std::uint8_t*>(payload.data()),
                          static_cast<int>(payload.size())) != 1) {
        return false;
    }
    out += written;
    if (EVP_EncryptUpdate(cipher.get(), out, &written, &last_record, 1) != 1) return false;
    out += written;
    return EVP_EncryptFinal_ex(cipher.get(), out, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(k_tag_size), out) == 1;
}

// "https://host[:port]" of an endpoint; nothing for anything that is not plainly that.
std::optional<std::string_view> origin_of(std::string_view endpoint) {
    constexpr std::string_view scheme = "https://";
    if (!endpoint.starts_with(scheme)) return std::nullopt;
    const auto slash = endpoint.find('/', scheme.size());
    const auto origin = endpoint.substr(0, slash);
    const auto host = origin.substr(scheme.size());
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == ':';
    };
    if (host.empty() || !std::ranges::all_of(host, plain)) return std::nullopt;
    return origin;
}

}  // namespace

namespace detail {
struct P256KeyPair {
    Key key;
    P256Point point{};
    crypto::SecretBytes scalar;
};
}  // namespace detail

std::string_view to_string(WebPushError error) {
    switch (error) {
        case WebPushError::EndpointRefused:
            return "endpoint_refused";
        case WebPushError::KeyRefused:
            return "key_refused";
        case WebPushError::TooLong:
            return "too_long";
        case WebPushError::Internal:
            return "internal";
    }
    return "unknown";
}

VapidKey::VapidKey(std::unique_ptr<detail::P256KeyPair> pair) : m_pair(std::move(pair)) {}
VapidKey::VapidKey(VapidKey&&) noexcept = default;
VapidKey& VapidKey::operator=(VapidKey&&) noexcept = default;
VapidKey::~VapidKey() = default;

std::expected<VapidKey, WebPushError> VapidKey::generate() {
    // A random scalar is out of range once in 2^32 tries.
    for (int attempt = 0; attempt < 4; ++attempt) {
        auto scalar = crypto::SecretBytes::zeroed(k_scalar_size);
        crypto::fill_random(scalar.writable_bytes());
        if (auto key = create(scalar.bytes())) return key;
    }
    return std::unexpected(WebPushError::Internal);
}

std::expected<VapidKey, WebPushError> VapidKey::create(crypto::ByteView private_scalar) {
    auto parts = pair_from_scalar(private_scalar);
    if (!parts) return std::unexpected(WebPushError::KeyRefused);
    auto pair = std::make_unique<detail::P256KeyPair>();
    pair->key = std::move(parts->key);
    pair->point = parts->point;
    pair->scalar = crypto::SecretBytes::copy_of(private_scalar);
    return VapidKey(std::move(pair));
}

crypto::SecretBytes VapidKey::private_scalar() const {
    return m_pair->scalar.clone();
}

const P256Point& VapidKey::public_point() const {
    return m_pair->point;
}

std::expected<std::string, WebPushError> VapidKey::authorization(std::string_view endpoint, std::string_view subject,
                                                                 std::int64_t expires_at) const {
    const auto audience = origin_of(endpoint);
    if (!audience) return std::unexpected(WebPushError::EndpointRefused);
    const bool plain =
        std::ranges::all_of(subject, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
    if (!plain || subject.empty()) return std::unexpected(WebPushError::EndpointRefused);

    const auto header = crypto::base64url_encode(crypto::as_bytes(R"({"typ":"JWT","alg":"ES256"})"));
    const auto claims = fmt::format(R"({{"aud":"{}","exp":{},"sub":"{}"}})", *audience, expires_at, subject);
    const auto signed_text = header + "." + crypto::base64url_encode(crypto::as_bytes(claims));

    DigestContext digest(EVP_MD_CTX_new());
    std::array<std::uint8_t, 80> der{};
    std::size_t der_size = der.size();
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, m_pair->key.get()) != 1 ||
        EVP_DigestSign(digest.get(), der.data(), &der_size, crypto::as_bytes(signed_text).data(), signed_text.size()) !=
            1) {
        return std::unexpected(WebPushError::Internal);
    }
    // JWS wants the two numbers side by side (RFC 7518, section 3.4), OpenSSL gives DER.
    const std::uint8_t* cursor = der.data();
    EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der_size)));
    std::array<std::uint8_t, 64> raw{};
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), 32) != 32 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + 32, 32) != 32) {
        return std::unexpected(WebPushError::Internal);
    }
    return fmt::format("vapid t={}.{}, k={}", signed_text, crypto::base64url_encode(raw),
                       crypto::base64url_encode(m_pair->point));
}

std::expected<crypto::Bytes, WebPushError> encrypt_web_push(const PushSubscription& subscription,
                                                            std::string_view payload) {
    auto sender = VapidKey::generate();
    if (!sender) return std::unexpected(sender.error());
    std::array<std::uint8_t, k_salt_size> salt{};
    crypto::fill_random(salt);
    return detail::encrypt_web_push_with(subscription, payload, sender->private_scalar().bytes(), salt);
}

namespace detail {

std::expected<crypto::Bytes, WebPushError> encrypt_web_push_with(const PushSubscription& subscription,
                                                                 std::string_view payload,
                                                                 crypto::ByteView sender_scalar,
                                                                 crypto::ByteView salt) {
    if (payload.size() > k_longest_payload) return std::unexpected(WebPushError::TooLong);
    if (!origin_of(subscription.endpoint)) return std::unexpected(WebPushError::EndpointRefused);
    auto sender = pair_from_scalar(sender_scalar);
    if (!sender || salt.size() != k_salt_size) return std::unexpected(WebPushError::Internal);
    auto agreed = shared_secret(sender->key.get(), subscription.p256dh);
    if (!agreed) return std::unexpected(WebPushError::KeyRefused);

    auto material = crypto::SecretBytes::zeroed(32);
    const auto key_info = joined({label("WebPush: info"), subscription.p256dh, sender->point});
    auto content_key = crypto::SecretBytes::zeroed(16);
    std::array<std::uint8_t, 12> nonce{};
    if (!derive(agreed->bytes(), subscription.auth, key_info, material.writable_bytes()) ||
        !derive(material.bytes(), salt, label("Content-Encoding: aes128gcm"), content_key.writable_bytes()) ||
        !derive(material.bytes(), salt, label("Content-Encoding: nonce"), nonce)) {
        return std::unexpected(WebPushError::Internal);
    }

    constexpr std::array<std::uint8_t, 5> sizes = {0x00, 0x00, 0x10, 0x00, 65};  // record size 4096, key id length
    auto message = joined({salt, sizes, sender->point});
    if (!seal_record(std::span<const std::uint8_t, 16>(content_key.bytes()), nonce, payload, message)) {
        return std::unexpected(WebPushError::Internal);
    }
    return message;
}

}  // namespace detail
}  // namespace doorward::platform
