#include "crypto/one_time_code.h"

#include "crypto/secret_bytes.h"

#include <liboath/oath.h>

#include <array>
#include <limits>

namespace doorward::crypto {

namespace {

constexpr std::size_t k_most_digits = 8;
constexpr std::int64_t k_last_step = std::numeric_limits<std::int64_t>::max();

constexpr std::size_t count(CodeDigits digits) {
    return static_cast<std::size_t>(digits);
}

// 1 when equal, otherwise 0, without a branch.
constexpr std::uint64_t equal_bit(std::uint32_t left, std::uint32_t right) {
    return (std::uint64_t{left ^ right} - 1U) >> 63U;
}

// The value of the code of a step. With a time step of one second liboath's "now" is the counter itself, which gives
// every hash for every counter; its own HOTP function knows SHA-1 only.
std::expected<std::uint32_t, Error> value_at(ByteView secret, const CodeParameters& parameters, std::int64_t counter) {
    int flags = 0;
    if (parameters.hash == CodeHash::Sha256) flags = OATH_TOTP_HMAC_SHA256;
    if (parameters.hash == CodeHash::Sha512) flags = OATH_TOTP_HMAC_SHA512;
    std::array<char, k_most_digits + 1> text{};
    const WipeOnExit wipe_text({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    const int result = oath_totp_generate2(reinterpret_cast<const char*>(secret.data()), secret.size(), counter, 1,
                                           OATH_TOTP_DEFAULT_START_TIME,
                                           static_cast<unsigned>(count(parameters.digits)), flags, text.data());
    if (result != OATH_OK) return std::unexpected(Error::LibraryFailure);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count(parameters.digits); ++i) {
        value = value * 10 + static_cast<std::uint32_t>(text[i] - '0');
    }
    return value;
}

}  // namespace

std::expected<Code, Error> Code::parse(std::string_view text, CodeDigits digits) {
    if (text.size() != count(digits)) return std::unexpected(Error::BadCodeText);
    std::uint32_t value = 0;
    for (const char character : text) {
        if (character < '0' || character > '9') return std::unexpected(Error::BadCodeText);
        value = value * 10 + static_cast<std::uint32_t>(character - '0');
    }
    return Code(value, digits);
}

std::expected<Code, Error> Code::from_value(std::uint32_t value, CodeDigits digits) {
    const std::uint32_t limit = digits == CodeDigits::Six ? 1'000'000 : 100'000'000;
    if (value >= limit) return std::unexpected(Error::BadCodeText);
    return Code(value, digits);
}

std::string Code::text() const {
    std::string text(count(m_digits), '0');
    std::uint32_t rest = m_value;
    for (auto position = text.rbegin(); position != text.rend(); ++position, rest /= 10) {
        *position = static_cast<char>('0' + rest % 10);
    }
    return text;
}

bool Code::equals(const Code& other) const {
    return (equal_bit(m_value, other.m_value) &
            equal_bit(static_cast<std::uint32_t>(m_digits), static_cast<std::uint32_t>(other.m_digits))) != 0;
}

std::expected<Step, Error> step_at(std::int64_t unix_seconds, const CodeParameters& parameters) {
    if (parameters.period_seconds <= 0) return std::unexpected(Error::BadParameters);
    if (unix_seconds < 0) return std::unexpected(Error::TimeOutOfRange);
    return Step{unix_seconds / parameters.period_seconds};
}

std::expected<Code, Error> code_at(ByteView secret, const CodeParameters& parameters, Step step) {
    if (step.value < 0) return std::unexpected(Error::TimeOutOfRange);
    const auto value = value_at(secret, parameters, step.value);
    if (!value) return std::unexpected(value.error());
    return Code::from_value(*value, parameters.digits);
}

std::expected<Step, Error> match_in_window(ByteView secret, const CodeParameters& parameters, const Code& code,
                                           Step now, AcceptedUpTo accepted) {
    if (now.value < 0 || now.value == k_last_step) return std::unexpected(Error::TimeOutOfRange);

    // All three steps are computed and folded in without a branch: a wrong code, a used one and the place of a right
    // one take the same time. The step before 0 stands for nothing; 0 is computed in its place and never counted.
    std::uint64_t matched = 0;
    std::uint64_t best = 0;
    for (std::int64_t offset = -1; offset <= 1; ++offset) {
        const std::int64_t step = now.value + offset;
        const auto value = value_at(secret, parameters, step < 0 ? 0 : step);
        if (!value) return std::unexpected(value.error());
        const auto counts =
            static_cast<std::uint64_t>(step >= 0) & static_cast<std::uint64_t>(step > accepted.step.value);
        const std::uint64_t hit =
            equal_bit(*value, code.value()) &
            equal_bit(static_cast<std::uint32_t>(code.digits()), static_cast<std::uint32_t>(parameters.digits)) &
            counts;
        const std::uint64_t mask = 0U - hit;
        best = (static_cast<std::uint64_t>(step) & mask) | (best & ~mask);
        matched |= hit;
    }
    if (matched == 0) return std::unexpected(Error::NoMatchingCode);
    return Step{static_cast<std::int64_t>(best)};
}

}  // namespace doorward::crypto
