#include "desktop-client/agent/accounts/home_folder.h"

#include "desktop-client/agent/accounts/beneath.h"
#include "desktop-client/agent/accounts/file_descriptor.h"
#include "desktop-client/agent/accounts/sweeper.h"
#include "platform/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log("accounts");

constexpr int k_deepest = 16;
// A home is bigger than what a session leaves in /tmp, and only other homes wait for it.
constexpr Sweeper::Limits k_home_limits{.entries = 5'000'000, .time = std::chrono::seconds(20)};
constexpr int k_open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    const int copy = openat(folder, ".", k_open_folder);
    if (copy < 0) return names;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(copy), closedir);
    if (!stream) {
        close(copy);
        return names;
    }
    while (const dirent* entry = readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

struct Owner {
    uid_t uid;
    gid_t gid;
};

bool copy_file(int from, int to, const std::string& name, const Owner& owner) {
    const FileDescriptor source(openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    const FileDescriptor target(
        openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    struct stat status{};
    if (!source || !target || fstat(source.get(), &status) != 0) return false;
    std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t got = read(source.get(), buffer.data(), buffer.size());
        if (got < 0) return false;
        if (got == 0) break;
        if (write(target.get(), buffer.data(), static_cast<std::size_t>(got)) != got) return false;
    }
    // Never a set-id bit, whatever /etc/skel holds.
    return fchown(target.get(), owner.uid, owner.gid) == 0 && fchmod(target.get(), status.st_mode & 0777) == 0;
}

bool copy_link(int from, int to, const std::string& name, const Owner& owner) {
    std::array<char, PATH_MAX> target{};
    if (readlinkat(from, name.c_str(), target.data(), target.size() - 1) <= 0) return false;
    return symlinkat(target.data(), to, name.c_str()) == 0 &&
           fchownat(to, name.c_str(), owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) == 0;
}

bool copy_folder(int from, int to, const Owner& owner, int depth) {
    if (depth > k_deepest) return false;
    for (const std::string& name : names_in(from)) {
        struct stat status{};
        if (fstatat(from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
        if (S_ISREG(status.st_mode)) {
            if (!copy_file(from, to, name, owner)) return false;
        } else if (S_ISLNK(status.st_mode)) {
            if (!copy_link(from, to, name, owner)) return false;
        } else if (S_ISDIR(status.st_mode)) {
            if (mkdirat(to, name.c_str(), S_IRWXU) != 0) return false;
            const FileDescriptor source(openat(from, name.c_str(), k_open_folder));
            const FileDescriptor target(openat(to, name.c_str(), k_open_folder));
            if (!source || !target || !copy_folder(source.get(), target.get(), owner, depth + 1)) return false;
            if (fchown(target.get(), owner.uid, owner.gid) != 0) return false;
            if (fchmod(target.get(), status.st_mode & 0777) != 0) return false;
        }
    }
    return true;
}

bool remove_tree(int parent, const std::string& name, int depth) {
    if (unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return true;
    if (depth > k_deepest) return false;
    {
        const FileDescriptor folder(openat(parent, name.c_str(), k_open_folder));
        if (!folder) return false;
        for (const std::string& inner : names_in(folder.get())) {
            if (!remove_tree(folder.get(), inner, depth + 1)) return false;
        }
    }
    return unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0;
}

// The folder that is to become the home; root's until everything is in it.
bool furnish(int homes, const std::string& draft, const Owner& owner) {
    if (mkdirat(homes, draft.c_str(), S_IRWXU) != 0) return false;
    const FileDescriptor home(openat(homes, draft.c_str(), k_open_folder));
    if (!home) return false;
    const FileDescriptor skeleton(open("/etc/skel", k_open_folder));
    if (skeleton && !copy_folder(skeleton.get(), home.get(), owner, 0)) return false;
    return fchown(home.get(), owner.uid, owner.gid) == 0 && fsync(home.get()) == 0;
}

// The folder /home, if nobody but root can change what stands in it.
FileDescriptor open_homes() {
    FileDescriptor homes(open("/home", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status{};
    const bool is_roots =
        homes && fstat(homes.get(), &status) == 0 && status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    return is_roots ? std::move(homes) : FileDescriptor(-1);
}

std::string place_aside(const AccountIdentity& identity) {
    return ".doorward-gone-" + identity.name;
}

// Where homes go that are to be removed: root's alone, and nothing that is mounted there. Nothing, with errno, where
// there is no such folder.
FileDescriptor open_aside(int homes, const std::string& name) {
    FileDescriptor folder = open_folder_beneath(homes, name);
    struct stat status{};
    if (!folder || fstat(folder.get(), &status) != 0) return FileDescriptor(-1);
    if (status.st_uid == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return folder;
    errno = EPERM;
    return FileDescriptor(-1);
}

bool put_aside(int homes, const std::string& name, int discarded) {
    // More than one only where something of an earlier one cannot be removed.
    constexpr int k_most = 1'000;
    for (int number = 0; number < k_most; ++number) {
        const std::string place = "home-" + std::to_string(number);
        if (renameat2(homes, name.c_str(), discarded, place.c_str(), RENAME_NOREPLACE) == 0) return true;
        if (errno != EEXIST) return false;
    }
    return false;
}

std::unexpected<AccountError> refuse(const std::string& name, std::string_view reason) {
    k_log.error("home_refused", {{LogField::Account, name}, {LogField::Reason, reason}});
    return std::unexpected(AccountError::HomeRefused);
}

}  // namespace

std::expected<void, AccountError> ensure_home(const AccountIdentity& identity) {
    const FileDescriptor homes = open_homes();
    if (!homes) return refuse(identity.name, "/home is not there, or writable by others than root");
    struct stat status{};
    const char* const name = identity.name.c_str();
    if (fstatat(homes.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        if (!S_ISDIR(status.st_mode)) return refuse(identity.name, "not a folder");
        if (status.st_uid != identity.uid) return refuse(identity.name, "belongs to somebody else");
        return {};
    }
    if (errno != ENOENT) return refuse(identity.name, "cannot be looked at");

    // A dot first: no account's name can be this, and nobody but root writes into /home.
    const std::string draft = ".doorward-" + identity.name;
    const Owner owner{.uid = identity.uid, .gid = identity.gid};
    if (!remove_tree(homes.get(), draft, 0) || !furnish(homes.get(), draft, owner)) {
        remove_tree(homes.get(), draft, 0);
        return refuse(identity.name, "cannot be made from /etc/skel");
    }
    if (renameat2(homes.get(), draft.c_str(), homes.get(), name, RENAME_NOREPLACE) != 0 || fsync(homes.get()) != 0) {
        remove_tree(homes.get(), draft, 0);
        return refuse(identity.name, "cannot be put in its place");
    }
    return {};
}

std::expected<void, AccountError> move_home_aside(const AccountIdentity& identity) {
    const FileDescriptor homes = open_homes();
    if (!homes) return refuse(identity.name, "/home is not there, or writable by others than root");
    struct stat status{};
    if (fstatat(homes.get(), identity.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return {};
        return refuse(identity.name, "cannot be looked at");
    }
    if (!S_ISDIR(status.st_mode) || status.st_uid != identity.uid) {
        return refuse(identity.name, "not a folder of the account's own");
    }
    const std::string place = place_aside(identity);
    if (mkdirat(homes.get(), place.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return refuse(identity.name, "no place to put it aside");
    }
    const FileDescriptor aside = open_aside(homes.get(), place);
    if (!aside || !put_aside(homes.get(), identity.name, aside.get())) {
        return refuse(identity.name, "cannot be put aside");
    }
    return {};
}

std::vector<Remainder> remove_what_is_aside(const AccountIdentity& identity) {
    std::vector<Remainder> remains;
    const FileDescriptor homes = open_homes();
    if (!homes) return remains;
    const std::string place = place_aside(identity);
    const std::string path = "/home/" + place;
    const FileDescriptor aside = open_aside(homes.get(), place);
    if (!aside) {
        if (errno != ENOENT) remains.push_back({.kind = Remainder::Kind::File, .detail = path + ": not root's alone"});
        return remains;
    }
    Sweeper(std::nullopt, Remainder::Kind::File, remains, k_home_limits).sweep(aside.get(), path);
    // Gone with the last thing in it.
    const bool is_gone = unlinkat(homes.get(), place.c_str(), AT_REMOVEDIR) == 0;
    if (!is_gone && remains.empty()) remains.push_back({.kind = Remainder::Kind::File, .detail = path});
    return remains;
}

FileDescriptor open_home(const AccountIdentity& identity) {
    const FileDescriptor homes(open("/home", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!homes) return FileDescriptor(-1);
    FileDescriptor home(openat(homes.get(), identity.name.c_str(), k_open_folder));
    struct stat status{};
    if (!home || fstat(home.get(), &status) != 0 || status.st_uid != identity.uid) return FileDescriptor(-1);
    return home;
}

}  // namespace doorward::agent
