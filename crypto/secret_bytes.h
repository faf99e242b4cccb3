#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <ostream>
#include <span>
#include <utility>

namespace doorward::crypto {

// Overwrites in a way the compiler may not remove.
void wipe(std::span<std::uint8_t> bytes);

// Wipes a borrowed buffer (a stack array, a file's content) when the scope ends, however it ends.
class WipeOnExit {
public:
    explicit WipeOnExit(std::span<std::uint8_t> bytes) : m_bytes(bytes) {}
    ~WipeOnExit() { wipe(m_bytes); }
    WipeOnExit(const WipeOnExit&) = delete;
    WipeOnExit& operator=(const WipeOnExit&) = delete;

private:
    std::span<std::uint8_t> m_bytes;
};

// Secret bytes of any length: guarded and locked memory, kept out of core dumps, wiped when released, never copied
// behind the caller's back and never printable. A moved-from object is empty. Not synchronised.
// Running out of lockable memory is no error (the bytes are then merely not locked); running out of memory throws
// std::bad_alloc.
class SecretBytes {
public:
    SecretBytes() = default;
    ~SecretBytes();
    SecretBytes(SecretBytes&& other) noexcept
        : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;

    [[nodiscard]] static SecretBytes zeroed(std::size_t size);
    // The caller wipes the original.
    [[nodiscard]] static SecretBytes copy_of(ByteView bytes);
    [[nodiscard]] SecretBytes clone() const { return copy_of(bytes()); }

    [[nodiscard]] ByteView bytes() const { return {m_data, m_size}; }
    [[nodiscard]] std::span<std::uint8_t> writable_bytes() { return {m_data, m_size}; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }

    // Constant time for equal lengths; a length is not a secret.
    [[nodiscard]] friend bool operator==(const SecretBytes& left, const SecretBytes& right) {
        return left.equals(right);
    }
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>&, const SecretBytes&) = delete;

private:
    [[nodiscard]] bool equals(const SecretBytes& other) const;

    std::uint8_t* m_data = nullptr;
    std::size_t m_size = 0;
};

}  // namespace doorward::crypto
