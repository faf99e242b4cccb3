#include "protocol/enrolment.h"
#include "protocol/ids.h"
#include "protocol/text.h"
#include "protocol/ticket_pattern.h"
#include "protocol/time.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace doorward::protocol;

// Texts with one spelling each: what parses must format to the very same text; what clean_line() makes must be a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto token = EnrolmentToken::parse(input); token && token->format() != input) std::abort();
    if (const auto uuid = Uuid::parse(input); uuid && uuid->to_string() != input) std::abort();
    if (const auto time = parse_time(input); time && format_time(*time) != input) std::abort();
    if (!is_line(clean_line(input))) std::abort();
    if (is_name(input) && clean_line(input) != input) std::abort();
    static_cast<void>(is_email_address(input));
    static_cast<void>(is_https_origin(input));
    const std::string_view ticket = input.substr(0, input.size() / 2);
    static_cast<void>(matches_ticket_pattern(ticket, input.substr(input.size() / 2)));
    return 0;
}
