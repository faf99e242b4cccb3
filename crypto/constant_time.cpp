#include "crypto/constant_time.h"

#include <sodium/utils.h>

namespace doorward::crypto {

bool constant_time_equal(ByteView left, ByteView right) {
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace doorward::crypto
