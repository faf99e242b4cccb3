#include "desktop-client/agent/accounts/beneath.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace doorward::agent {
namespace {

constexpr int k_open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

std::optional<std::uint64_t> mount_of(int folder) {
    struct statx status{};
    const bool is_known =
        statx(folder, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) == 0 && (status.stx_mask & STATX_MNT_ID) != 0;
    return is_known ? std::optional<std::uint64_t>(status.stx_mnt_id) : std::nullopt;
}

// What was opened is what is asked for its mount, so nothing can be put there in between.
FileDescriptor open_step(int folder, const std::string& name) {
    if (name.empty() || name == "..") {
        errno = EINVAL;
        return FileDescriptor(-1);
    }
    FileDescriptor inner(openat(folder, name.c_str(), k_open_folder));
    if (!inner) return inner;
    const auto outer_mount = mount_of(folder);
    if (outer_mount && mount_of(inner.get()) == outer_mount) return inner;
    inner = FileDescriptor(-1);
    errno = EXDEV;
    return inner;
}

}  // namespace

FileDescriptor open_folder_beneath(int folder, std::string_view path) {
    FileDescriptor inner(-1);
    for (;;) {
        const std::string_view name = path.substr(0, path.find('/'));
        FileDescriptor next = open_step(inner ? inner.get() : folder, std::string(name));
        if (!next || name.size() == path.size()) return next;
        inner = std::move(next);
        path.remove_prefix(name.size() + 1);
    }
}

}  // namespace doorward::agent
