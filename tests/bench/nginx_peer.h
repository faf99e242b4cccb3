#pragma once

#include "tests/bench/bench_machine.h"

#include <cstdint>

namespace doorward::bench {

inline constexpr std::uint16_t k_nginx_port = 9443;

/// nginx with one worker, TLS 1.3 and one small page, under the certificate of the portal's app origin.
[[nodiscard]] Child start_nginx();
/// Master and worker together, in MB.
[[nodiscard]] double nginx_memory(const Child& nginx);

}  // namespace doorward::bench
