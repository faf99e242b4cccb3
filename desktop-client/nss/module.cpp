// libnss_doorward.so.2: gives sshd and login an answer for a technician whose account does not exist yet, and the
// account's own group a name. No enumeration, no supplementary groups, no memory beyond the caller's buffer.
#include "desktop-client/nss/names_file.h"

#include <grp.h>
#include <nss.h>
#include <pwd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <new>

using namespace doorward::nss;

namespace {

nss_status status_of(Lookup lookup, int* error) noexcept {
    switch (lookup) {
        case Lookup::Found:
            return NSS_STATUS_SUCCESS;
        case Lookup::BufferTooSmall:
            *error = ERANGE;
            return NSS_STATUS_TRYAGAIN;
        case Lookup::System:
            *error = EAGAIN;
            return NSS_STATUS_TRYAGAIN;
        case Lookup::NotFound:
        case Lookup::Unusable:
            break;
    }
    *error = ENOENT;
    return NSS_STATUS_NOTFOUND;
}

// The group of a managed name has its name, its id and nobody in it.
nss_status fill_group(const Key& key, group* result, char* buffer, size_t size, int* error) noexcept {
    void* position = buffer;
    std::size_t left = size;
    if (std::align(alignof(char*), sizeof(char*), position, left) == nullptr) {
        return status_of(Lookup::BufferTooSmall, error);
    }
    char** const no_members = new (position) char*(nullptr);

    passwd owner{};
    char* const rest = static_cast<char*>(position) + sizeof(char*);
    const Lookup lookup = find_name(key, owner, {rest, left - sizeof(char*)});
    if (lookup == Lookup::Found) {
        *result = {
            .gr_name = owner.pw_name, .gr_passwd = owner.pw_passwd, .gr_gid = owner.pw_gid, .gr_mem = no_members};
    }
    return status_of(lookup, error);
}

}  // namespace

#define DOORWARD_NSS extern "C" __attribute__((visibility("default")))

DOORWARD_NSS nss_status _nss_doorward_getpwnam_r(const char* name, passwd* result, char* buffer, size_t size,
                                                 int* error) noexcept {
    return status_of(find_name(std::string_view(name), *result, {buffer, size}), error);
}

DOORWARD_NSS nss_status _nss_doorward_getpwuid_r(uid_t uid, passwd* result, char* buffer, size_t size,
                                                 int* error) noexcept {
    return status_of(find_name(Uid{uid}, *result, {buffer, size}), error);
}

DOORWARD_NSS nss_status _nss_doorward_getgrnam_r(const char* name, group* result, char* buffer, size_t size,
                                                 int* error) noexcept {
    return fill_group(std::string_view(name), result, buffer, size, error);
}

DOORWARD_NSS nss_status _nss_doorward_getgrgid_r(gid_t gid, group* result, char* buffer, size_t size,
                                                 int* error) noexcept {
    return fill_group(Gid{gid}, result, buffer, size, error);
}

// Without this glibc would walk through getgrent_r to find supplementary groups.
DOORWARD_NSS nss_status _nss_doorward_initgroups_dyn(const char*, gid_t, long*, long*, gid_t**, long,
                                                     int* error) noexcept {
    *error = ENOENT;
    return NSS_STATUS_NOTFOUND;
}

DOORWARD_NSS nss_status _nss_doorward_setpwent(int) noexcept {
    return NSS_STATUS_SUCCESS;
}
DOORWARD_NSS nss_status _nss_doorward_endpwent() noexcept {
    return NSS_STATUS_SUCCESS;
}
DOORWARD_NSS nss_status _nss_doorward_getpwent_r(passwd*, char*, size_t, int* error) noexcept {
    *error = ENOENT;
    return NSS_STATUS_NOTFOUND;
}
DOORWARD_NSS nss_status _nss_doorward_setgrent(int) noexcept {
    return NSS_STATUS_SUCCESS;
}
DOORWARD_NSS nss_status _nss_doorward_endgrent() noexcept {
    return NSS_STATUS_SUCCESS;
}
DOORWARD_NSS nss_status _nss_doorward_getgrent_r(group*, char*, size_t, int* error) noexcept {
    *error = ENOENT;
    return NSS_STATUS_NOTFOUND;
}
