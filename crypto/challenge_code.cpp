#include "crypto/challenge_code.h"

#include "crypto/hmac.h"
#include "crypto/random.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace doorward::crypto {

namespace {

constexpr std::uint32_t k_codes = 100'000'000;

// RFC 4226, section 5.3, over a SHA-256 MAC: the last nibble says where to read 31 bits.
std::uint32_t truncate(const Digest& mac) {
    const auto& bytes = mac.array();
    const std::size_t at = bytes.back() & 15U;
    return (std::uint32_t{bytes[at]} & 0x7fU) << 24U | std::uint32_t{bytes[at + 1]} << 16U |
           std::uint32_t{bytes[at + 2]} << 8U | std::uint32_t{bytes[at + 3]};
}

}  // namespace

namespace detail {

// RFC 6287, section 5.1: the number in hexadecimal without leading zeros, from the left, filled up with zeros.
std::array<std::uint8_t, 128> ocra_question(std::uint32_t number) {
    std::array<std::uint8_t, 128> field{};
    unsigned nibbles = 1;
    while (nibbles < 8 && (number >> (4 * nibbles)) != 0)
        ++nibbles;
    for (unsigned i = 0; i < nibbles; ++i) {
        const auto nibble = (number >> (4 * (nibbles - 1 - i))) & 15U;
        field[i / 2] = static_cast<std::uint8_t>(field[i / 2] | (i % 2 == 0 ? nibble << 4U : nibble));
    }
    return field;
}

Code ocra_sha256_8(ByteView key, std::string_view suite, ByteView data) {
    const ByteView name = as_bytes(suite);
    Bytes message(name.begin(), name.end());
    message.push_back(0);
    message.insert(message.end(), data.begin(), data.end());
    const auto code = Code::from_value(truncate(hmac_sha256(HmacKey(key), message)) % k_codes, CodeDigits::Eight);
    if (!code) std::abort();
    return *code;
}

}  // namespace detail

Code random_challenge() {
    auto question = Code::from_value(random_below(k_codes), CodeDigits::Eight);
    if (!question) std::abort();
    return *question;
}

std::expected<Code, Error> challenge_answer(const OfflineChallengeSecret& secret, const Code& question) {
    if (question.digits() != CodeDigits::Eight) return std::unexpected(Error::BadParameters);
    return detail::ocra_sha256_8(secret.bytes(), k_challenge_suite, detail::ocra_question(question.value()));
}

std::expected<void, Error> verify_challenge_answer(const OfflineChallengeSecret& secret, const Code& question,
                                                   const Code& answer) {
    const auto right = challenge_answer(secret, question);
    if (!right) return std::unexpected(right.error());
    if (!(*right == answer)) return std::unexpected(Error::NoMatchingCode);
    return {};
}

}  // namespace doorward::crypto
