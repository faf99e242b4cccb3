#pragma once

#include "protocol/channel_handshake.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace doorward::portal {

/// Which nonce a device may name as the one of its last connection: the newest it is known to hold, or a later one
/// whose arrival was not confirmed (the welcome or its answer got lost). Two machines with one identity, or a store
/// that was put back from a copy, name an older one sooner or later; a reconnect never does, however the connection
/// before it ended.
class ConnectionTrail {
public:
    using Nonce = protocol::ChannelNonce;

    /// Of a device that is believed once, whatever it names: newly enrolled, released, or of a restored portal.
    [[nodiscard]] static ConnectionTrail from(const std::optional<Nonce>& named);
    [[nodiscard]] static std::optional<ConnectionTrail> parse(std::span<const std::uint8_t> bytes);
    [[nodiscard]] std::vector<std::uint8_t> bytes() const;

    [[nodiscard]] bool knows(const std::optional<Nonce>& named) const;
    /// A connection of a device that named what the trail knows; `issued` is its own nonce.
    void connected(const std::optional<Nonce>& named, const Nonce& issued);
    /// The device has answered after it stored `issued`.
    void confirmed(const Nonce& issued);

private:
    explicit ConnectionTrail(const Nonce& held) : m_held(held) {}
    Nonce m_held;                      ///< zeros: the device has stored none yet
    std::vector<Nonce> m_unconfirmed;  ///< issued after it, oldest first
};

}  // namespace doorward::portal
