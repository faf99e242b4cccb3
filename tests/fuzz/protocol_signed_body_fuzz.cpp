#include "protocol/audit_event.h"
#include "protocol/audit_log.h"
#include "protocol/break_glass.h"
#include "protocol/channel_handshake.h"
#include "protocol/enrolment.h"
#include "protocol/envelope.h"
#include "protocol/log_export.h"
#include "protocol/portal_event.h"
#include "protocol/removal.h"
#include "protocol/roster_head.h"
#include "protocol/sign_in_request.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace doorward::protocol;

namespace {

template <class Decode, class Encode>
void check(std::string_view input, Decode decode, Encode encode) {
    const auto value = decode(input);
    if (value && decode(encode(*value)) != value) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    check(input, decode_envelope, encode_envelope);
    check(input, decode_sign_in_request, encode_sign_in_request);
    check(input, decode_roster_head, encode_roster_head);
    check(input, decode_hello_body, encode_hello_body);
    check(input, decode_welcome_body, encode_welcome_body);
    check(input, decode_enrol_body, encode_enrol_body);
    check(input, decode_audit_event, encode_audit_event);
    check(input, decode_audit_head, encode_audit_head);
    check(input, decode_log_head, encode_log_head);
    check(input, decode_portal_event, encode_portal_event);
    check(input, decode_export_line, encode_export_line);
    check(input, decode_break_glass_order, encode_break_glass_order);
    check(input, decode_break_glass_code, encode_break_glass_code);
    check(input, decode_removal, encode_removal);
    return 0;
}
