#include "desktop-client/pam/managed.h"

#include "desktop-client/nss/names_file.h"

#include <pwd.h>

#include <array>
#include <cerrno>

namespace doorward::pam {
namespace {

// Longer than any passwd line that useradd or our agent makes; a directory's may be longer, see below.
constexpr std::size_t k_entry_size = 16'384;

bool means_not_found(int error) noexcept {
    return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

}  // namespace

Ownership ownership_of(const char* user) noexcept {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, k_entry_size> buffer;
    const int error = getpwnam_r(user, &entry, buffer.data(), buffer.size(), &found);
    if (found != nullptr) {
        const bool ours = entry.pw_uid >= nss::k_first_managed_uid && entry.pw_uid <= nss::k_last_managed_uid;
        return ours ? Ownership::Managed : Ownership::NotManaged;
    }
    // An entry of over 16 KiB exists, and is none of ours.
    if (error == ERANGE) return Ownership::NotManaged;
    if (!means_not_found(error)) return Ownership::Unknown;
    // The line in nsswitch.conf may be missing; the file itself still tells.
    switch (nss::find_name(std::string_view(user), entry, buffer)) {
        case nss::Lookup::Found:
            return Ownership::Managed;
        case nss::Lookup::BufferTooSmall:
        case nss::Lookup::System:
            return Ownership::Unknown;
        case nss::Lookup::NotFound:
        case nss::Lookup::Unusable:
            break;
    }
    return Ownership::NotManaged;
}

}  // namespace doorward::pam
