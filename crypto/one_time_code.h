#pragma once

#include "crypto/bytes.h"
#include "crypto/error.h"

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace doorward::crypto {

enum class CodeDigits : std::uint8_t { Six = 6, Eight = 8 };
enum class CodeHash : std::uint8_t { Sha1, Sha256, Sha512 };

// A code as an integer with its number of digits, so that there is one form of it and never a text to compare.
class Code {
public:
    // Exactly that many ASCII digits; spaces, signs, other scripts' digits, a line end: all refused (BadCodeText).
    [[nodiscard]] static std::expected<Code, Error> parse(std::string_view text, CodeDigits digits);
    // Refuses (BadCodeText) a value that needs more digits.
    [[nodiscard]] static std::expected<Code, Error> from_value(std::uint32_t value, CodeDigits digits);

    [[nodiscard]] CodeDigits digits() const { return m_digits; }
    [[nodiscard]] std::uint32_t value() const { return m_value; }
    [[nodiscard]] std::string text() const;

    // Constant time.
    [[nodiscard]] friend bool operator==(const Code& left, const Code& right) { return left.equals(right); }

private:
    Code(std::uint32_t value, CodeDigits digits) : m_value(value), m_digits(digits) {}
    [[nodiscard]] bool equals(const Code& other) const;

    std::uint32_t m_value;
    CodeDigits m_digits;
};

struct CodeParameters {
    CodeHash hash;
    CodeDigits digits;
    std::int64_t period_seconds;
};
inline constexpr CodeParameters k_per_machine_code{CodeHash::Sha256, CodeDigits::Eight, 30};
// What every authenticator app speaks.
inline constexpr CodeParameters k_per_tenant_code{CodeHash::Sha1, CodeDigits::Six, 30};

// The number of a TOTP time step.
struct Step {
    std::int64_t value;
    friend auto operator<=>(const Step&, const Step&) = default;
};
// As "highest accepted step" before any code was accepted.
inline constexpr Step k_no_step{-1};

// RFC 6238, T0 = 0. A time before 1970 is refused (TimeOutOfRange).
[[nodiscard]] std::expected<Step, Error> step_at(std::int64_t unix_seconds, const CodeParameters& parameters);

// RFC 4226 (with SHA-1) and RFC 6238: the code of a counter or step.
[[nodiscard]] std::expected<Code, Error> code_at(ByteView secret, const CodeParameters& parameters, Step step);

struct AcceptedUpTo {
    Step step;
};

// Which of now-1, now, now+1 the code belongs to; only steps above `accepted` count, and of two equal codes the later
// step is meant, so one code can never pass twice. Wrong and used are the same NoMatchingCode and take the same time.
[[nodiscard]] std::expected<Step, Error> match_in_window(ByteView secret, const CodeParameters& parameters,
                                                         const Code& code, Step now, AcceptedUpTo accepted);

}  // namespace doorward::crypto
