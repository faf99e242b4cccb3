#pragma once

namespace doorward::platform {

/// Threads that allocate little and seldom share one heap instead of getting one each. Call it before the first thread.
void use_one_heap();

/// Returns what was freed to the system; for after something large was taken apart.
void return_freed_memory();

}  // namespace doorward::platform
