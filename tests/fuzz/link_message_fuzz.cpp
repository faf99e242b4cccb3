#include "desktop-client/link/link_message.h"

#include <cstdlib>

using namespace doorward::link;

// What decodes must encode to the very bytes it came from: one spelling for one message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> frame(data, data + size);
    if (const auto message = decode_agent_message(frame); message && encode(*message) != frame) std::abort();
    if (const auto message = decode_link_message(frame); message && encode(*message) != frame) std::abort();
    return 0;
}
