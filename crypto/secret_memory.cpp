#include "crypto/secret_memory.h"

#include "crypto/initialise.h"

#include <sanitizer/asan_interface.h>
#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <new>

namespace doorward::crypto::detail {
namespace {

constexpr std::size_t k_slot_size = 64;
constexpr std::size_t k_word_bits = std::numeric_limits<std::uint64_t>::digits;
constexpr std::size_t k_slots = 2 * k_word_bits;

// Never ends: a secret may outlive any static object.
class SmallSecrets {
public:
    SmallSecrets() : m_region(static_cast<std::uint8_t*>(sodium_allocarray(k_slots, k_slot_size))) {
        if (m_region == nullptr) return;
        std::fill_n(m_region, k_slots * k_slot_size, std::uint8_t{0});
        ASAN_POISON_MEMORY_REGION(m_region, k_slots * k_slot_size);
        m_free.fill(~std::uint64_t{0});
    }

    [[nodiscard]] bool holds(const std::uint8_t* secret) const {
        return m_region != nullptr && secret >= m_region && secret < m_region + k_slots * k_slot_size;
    }

    // Null where all are taken. A free slot holds zeros.
    [[nodiscard]] std::uint8_t* take(std::size_t size) {
        const std::lock_guard lock(m_mutex);
        for (std::size_t word = 0; word < m_free.size(); ++word) {
            if (m_free[word] == 0) continue;
            const auto bit = static_cast<std::size_t>(std::countr_zero(m_free[word]));
            m_free[word] &= m_free[word] - 1;
            std::uint8_t* slot = m_region + (word * k_word_bits + bit) * k_slot_size;
            ASAN_UNPOISON_MEMORY_REGION(slot, size);
            return slot;
        }
        return nullptr;
    }

    void give_back(std::uint8_t* slot, std::size_t size) {
        sodium_memzero(slot, size);
        ASAN_POISON_MEMORY_REGION(slot, k_slot_size);
        const auto number = static_cast<std::size_t>(slot - m_region) / k_slot_size;
        const std::uint64_t bit = std::uint64_t{1} << (number % k_word_bits);
        const std::lock_guard lock(m_mutex);
        std::uint64_t& word = m_free[number / k_word_bits];
        if ((word & bit) != 0) std::abort();
        word |= bit;
    }

private:
    std::uint8_t* m_region;
    std::mutex m_mutex;
    std::array<std::uint64_t, k_slots / k_word_bits> m_free{};
};

SmallSecrets& small_secrets() {
    alignas(SmallSecrets) static std::array<std::byte, sizeof(SmallSecrets)> place;
    static auto* const the_one = new (place.data()) SmallSecrets;
    return *the_one;
}

}  // namespace

std::uint8_t* allocate_secret(std::size_t size) {
    // Before sodium_init() the guard canary is a constant.
    if (!initialise()) throw std::bad_alloc();
    if (size <= k_slot_size) {
        if (std::uint8_t* slot = small_secrets().take(size)) return slot;
    }
    auto* own = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (own == nullptr) throw std::bad_alloc();
    std::fill_n(own, size, std::uint8_t{0});
    return own;
}

void release_secret(std::uint8_t* secret, std::size_t size) noexcept {
    if (secret == nullptr) return;
    if (small_secrets().holds(secret)) {
        small_secrets().give_back(secret, size);
    } else {
        sodium_free(secret);  // wipes
    }
}

}  // namespace doorward::crypto::detail
