#include "msp-portal/server/services/connection_trail.h"

#include <algorithm>

namespace doorward::portal {

namespace {

using Nonce = ConnectionTrail::Nonce;

// More than one only where connections overtake each other.
constexpr std::size_t k_most_unconfirmed = 4;

Nonce or_zeros(const std::optional<Nonce>& nonce) {
    return nonce.value_or(Nonce{});
}

}  // namespace

ConnectionTrail ConnectionTrail::from(const std::optional<Nonce>& named) {
    return ConnectionTrail(or_zeros(named));
}

std::optional<ConnectionTrail> ConnectionTrail::parse(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t k_size = std::tuple_size_v<Nonce>;
    if (bytes.empty() || bytes.size() % k_size != 0 || bytes.size() / k_size > k_most_unconfirmed + 1) return {};
    std::vector<Nonce> nonces(bytes.size() / k_size);
    for (auto& nonce : nonces) {
        std::ranges::copy(bytes.first(k_size), nonce.begin());
        bytes = bytes.subspan(k_size);
    }
    ConnectionTrail trail(nonces.front());
    trail.m_unconfirmed.assign(nonces.begin() + 1, nonces.end());
    return trail;
}

std::vector<std::uint8_t> ConnectionTrail::bytes() const {
    std::vector<std::uint8_t> bytes(m_held.begin(), m_held.end());
    for (const auto& nonce : m_unconfirmed)
        bytes.insert(bytes.end(), nonce.begin(), nonce.end());
    return bytes;
}

bool ConnectionTrail::knows(const std::optional<Nonce>& named) const {
    const auto nonce = or_zeros(named);
    return nonce == m_held || std::ranges::find(m_unconfirmed, nonce) != m_unconfirmed.end();
}

void ConnectionTrail::connected(const std::optional<Nonce>& named, const Nonce& issued) {
    confirmed(or_zeros(named));
    if (m_unconfirmed.size() == k_most_unconfirmed) m_unconfirmed.erase(m_unconfirmed.begin());
    m_unconfirmed.push_back(issued);
}

void ConnectionTrail::confirmed(const Nonce& issued) {
    const auto found = std::ranges::find(m_unconfirmed, issued);
    if (found == m_unconfirmed.end()) return;
    m_held = issued;
    m_unconfirmed.erase(m_unconfirmed.begin(), found + 1);
}

}  // namespace doorward::portal
