#pragma once
#include "desktop-client/agent/accounts/file_descriptor.h"

#include <string_view>

namespace doorward::agent {

// A folder below another that is open already: neither through a link, nor out of it, nor onto another mount (a bind
// mount of the same file system included; errno is EXDEV then). Nothing, with errno, where there is none. Step by step
// with openat(2), because the agent's unit has RestrictSUIDSGID=, under which openat2(2) does not exist.
[[nodiscard]] FileDescriptor open_folder_beneath(int folder, std::string_view path);

}  // namespace doorward::agent
