#include "crypto/initialise.h"
#include "desktop-client/agent/ipc/admin_message.h"

#include <cstdlib>

using namespace doorward::agent;

// What decodes must encode to the very bytes it came from: one spelling for one message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = doorward::crypto::initialise().has_value();
    if (!ready) std::abort();
    const std::vector<std::uint8_t> frame(data, data + size);
    if (const auto request = decode_admin_request(frame); request && encode(*request) != frame) std::abort();
    if (const auto reply = decode_admin_reply(frame); reply && encode(*reply) != frame) std::abort();
    return 0;
}
