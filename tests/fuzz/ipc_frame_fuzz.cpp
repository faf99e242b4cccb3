#include "desktop-client/ipc/message.h"

#include <algorithm>
#include <cstdlib>

using namespace doorward::ipc;

namespace {

// What decodes must encode to the very bytes it came from: one spelling for one message.
template <typename Message>
void check(const std::expected<Message, Error>& message, std::span<const std::byte> payload) {
    if (!message) return;
    const Frame frame = encode(*message);
    const auto again = frame.bytes().subspan(k_header_size);
    if (!std::equal(again.begin(), again.end(), payload.begin(), payload.end())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
    if (size >= k_header_size) static_cast<void>(decode_length(bytes.first<k_header_size>()));
    check(decode_client_message(bytes), bytes);
    check(decode_server_message(bytes), bytes);
    return 0;
}
