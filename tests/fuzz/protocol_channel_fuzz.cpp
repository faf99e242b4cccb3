#include "protocol/device_message.h"
#include "protocol/portal_message.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace doorward::protocol;

// Both directions of the device channel. What decodes must decode again, to the same value, from what it encodes to.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto message = decode_device_message(input)) {
        if (decode_device_message(encode_device_message(*message)) != message) std::abort();
    }
    if (const auto message = decode_portal_message(input)) {
        if (decode_portal_message(encode_portal_message(*message)) != message) std::abort();
    }
    return 0;
}
