#include "crypto/hkdf.h"

#include "crypto/hmac.h"
#include "crypto/secret_bytes.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace doorward::crypto {

namespace {

constexpr std::size_t k_block = 32;
using Block = std::array<std::uint8_t, k_block>;

}  // namespace

std::expected<void, Error> hkdf_sha256(ByteView key_material, HkdfSalt salt, HkdfInfo info,
                                       std::span<std::uint8_t> output) {
    if (output.empty() || output.size() > 255 * k_block) return std::unexpected(Error::WrongLength);

    Block pseudorandom_key;
    const WipeOnExit wipe_key(pseudorandom_key);
    HmacSha256 extract{HmacKey(salt.bytes)};
    extract.update(key_material);
    extract.finish(pseudorandom_key);

    Block block;
    const WipeOnExit wipe_block(block);
    std::size_t written = 0;
    for (std::uint8_t counter = 1; written < output.size(); ++counter) {
        HmacSha256 expand{HmacKey(pseudorandom_key)};
        if (counter > 1) expand.update(block);
        expand.update(info.bytes);
        expand.update(std::array{counter});
        expand.finish(block);
        const std::size_t take = std::min(k_block, output.size() - written);
        std::ranges::copy_n(block.begin(), static_cast<std::ptrdiff_t>(take), output.subspan(written).begin());
        written += take;
    }
    return {};
}

void derive_bytes(Purpose purpose, ByteView key_material, ByteView context, std::span<std::uint8_t, 32> output) {
    const ByteView name = as_bytes(text(purpose));
    Bytes info(name.begin(), name.end());
    info.push_back(0);
    info.insert(info.end(), context.begin(), context.end());
    // 32 bytes are always within RFC 5869's limits.
    if (!hkdf_sha256(key_material, HkdfSalt(ByteView()), HkdfInfo(info), output)) std::abort();
}

}  // namespace doorward::crypto
