#include "protocol/phone_request.h"

#include <cstdint>
#include <string_view>

using namespace doorward::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    static_cast<void>(decode_pairing_look_up(input));
    static_cast<void>(decode_pairing_complete(input));
    static_cast<void>(decode_open_app_session(input));
    static_cast<void>(decode_sign_in_answer(input));
    static_cast<void>(decode_push_subscription(input));
    static_cast<void>(decode_activity_report(input));
    return 0;
}
