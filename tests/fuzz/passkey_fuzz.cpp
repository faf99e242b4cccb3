#include "crypto/authenticator_data.h"
#include "crypto/passkey.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace doorward::crypto;

// What a phone sends: an attestation object, or bare authenticator data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const ByteView input(bytes, size);
    const auto registered = verify_registration({as_bytes("{}"), input}, "example.org");
    if (registered && registered->credential_id.size() > k_longest_credential_id) std::abort();
    const auto data = parse_authenticator_data(input);
    if (data && data->credential && data->credential->credential_id.empty()) std::abort();
    return 0;
}
