#pragma once

#include "crypto/bytes.h"
#include "crypto/secret_bytes.h"

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace doorward::platform {

enum class WebPushError {
    EndpointRefused,  ///< not an https URL with a plain host
    KeyRefused,       ///< not a point of P-256, or an authentication secret that is not 16 bytes
    TooLong,          ///< the payload does not fit into one record (RFC 8291, section 4: 3993 bytes)
    Internal,
};
[[nodiscard]] std::string_view to_string(WebPushError error);

using P256Point = std::array<std::uint8_t, 65>;  ///< uncompressed, 0x04 first

/// Where a browser wants its messages, and the keys they are encrypted to (W3C Push API).
struct PushSubscription {
    std::string endpoint;
    P256Point p256dh{};
    std::array<std::uint8_t, 16> auth{};
};

namespace detail {
struct P256KeyPair;
}

/// The key by which a push service knows this sender (VAPID, RFC 8292). Thread-safe after creation.
class VapidKey {
public:
    [[nodiscard]] static std::expected<VapidKey, WebPushError> generate();
    /// The 32 bytes that private_scalar() gave.
    [[nodiscard]] static std::expected<VapidKey, WebPushError> create(crypto::ByteView private_scalar);
    VapidKey(VapidKey&&) noexcept;
    VapidKey& operator=(VapidKey&&) noexcept;
    ~VapidKey();

    [[nodiscard]] crypto::SecretBytes private_scalar() const;
    [[nodiscard]] const P256Point& public_point() const;

    /// The value of the Authorization header for one endpoint: an ES256 token for its origin. `subject` is a mailto: or
    /// https: address of whoever runs this server; `expires_at` in seconds since 1970, at most 24 h ahead.
    [[nodiscard]] std::expected<std::string, WebPushError> authorization(std::string_view endpoint,
                                                                         std::string_view subject,
                                                                         std::int64_t expires_at) const;

private:
    explicit VapidKey(std::unique_ptr<detail::P256KeyPair> pair);
    std::unique_ptr<detail::P256KeyPair> m_pair;
};

/// Encrypts one message as RFC 8291 says (content encoding aes128gcm of RFC 8188, a single record), with a fresh key
/// pair and salt. The result is the body of the POST.
[[nodiscard]] std::expected<crypto::Bytes, WebPushError> encrypt_web_push(const PushSubscription& subscription,
                                                                          std::string_view payload);

namespace detail {
/// The same with the sender's private scalar and the salt given, for the vectors of RFC 8291.
[[nodiscard]] std::expected<crypto::Bytes, WebPushError> encrypt_web_push_with(const PushSubscription& subscription,
                                                                               std::string_view payload,
                                                                               crypto::ByteView sender_scalar,
                                                                               crypto::ByteView salt);
}  // namespace detail

}  // namespace doorward::platform
