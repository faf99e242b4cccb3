#include "protocol/client_data.h"

#include <cstdint>
#include <cstdlib>

using namespace doorward::protocol;

// Whatever passes the check must hold what was asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto checked =
        check_client_data(doorward::crypto::ByteView(data, size), CeremonyType::Get, "https://app.example.com");
    if (checked && (checked->cross_origin || checked->has_top_origin || checked->type != "webauthn.get" ||
                    checked->origin != "https://app.example.com")) {
        std::abort();
    }
    return 0;
}
