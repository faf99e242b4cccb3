#include "desktop-client/agent/accounts/home_archive.h"

#include "desktop-client/agent/accounts/file_descriptor.h"
#include "platform/log.h"
#include "platform/process.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using platform::LogField;

const platform::Logger k_log("accounts");

constexpr const char* k_kept_name = ".doorward-kept";
constexpr const char* k_kept_path = "/home/.doorward-kept";
constexpr const char* k_archives = "/var/backups";
constexpr int k_open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int k_most_of_a_name = 100;
constexpr auto k_tool_patience = 1h;

HomeFate remained(std::string_view why) {
    return {.kind = HomeFate::Kind::Remained, .detail = std::string(why)};
}

// A bind mount of the same file system looks like any folder, and what is behind it is somebody else's. What cannot be
// read counts as a mount.
bool holds_mount(const std::string& folder) {
    std::ifstream mounts("/proc/self/mountinfo");
    bool read_any = false;
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream fields(line);
        std::string point;
        constexpr int k_field_of_the_point = 5;
        for (int field = 0; field < k_field_of_the_point; ++field)
            fields >> point;
        if (!fields) return true;
        read_any = true;
        if (point == folder || point.starts_with(folder + '/')) return true;
    }
    return !read_any;
}

bool is_for_root_alone(int folder) {
    struct stat status{};
    return fstat(folder, &status) == 0 && status.st_uid == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

FileDescriptor open_kept(int homes) {
    if (mkdirat(homes, k_kept_name, S_IRWXU) != 0 && errno != EEXIST) return FileDescriptor(-1);
    FileDescriptor kept(openat(homes, k_kept_name, k_open_folder));
    return kept && is_for_root_alone(kept.get()) ? std::move(kept) : FileDescriptor(-1);
}

std::string numbered(const std::string& name, int number) {
    return number == 0 ? name : name + '.' + std::to_string(number);
}

// Under the name, or the first one with a number behind it that is free. Nothing, with errno, where it cannot be moved.
std::optional<std::string> move_in(int from, const std::string& name, int to, const std::string& as,
                                   const std::string& ending) {
    for (int number = 0; number < k_most_of_a_name; ++number) {
        const std::string place = numbered(as, number) + ending;
        if (renameat2(from, name.c_str(), to, place.c_str(), RENAME_NOREPLACE) == 0) {
            fsync(to);
            return place;
        }
        if (errno != EEXIST) return std::nullopt;
    }
    return std::nullopt;
}

bool run(std::vector<std::string> arguments) {
    platform::ProcessOptions options;
    options.arguments = std::move(arguments);
    options.deadline = k_tool_patience;
    const auto result = platform::run_process(options);
    if (result && result->succeeded()) return true;
    k_log.error("home_tool",
                {{LogField::Path, options.arguments[0]},
                 {LogField::Reason, result ? std::string_view(result->standard_error) : to_string(result.error())}});
    return false;
}

HomeFate archive(const std::string& name, const std::string& place) {
    const HomeFate kept{.kind = HomeFate::Kind::Kept, .detail = std::string(k_kept_path) + '/' + place};
    const FileDescriptor archives(open(k_archives, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::string draft = ".doorward-home-" + name + ".part";
    if (!archives || (unlinkat(archives.get(), draft.c_str(), 0) != 0 && errno != ENOENT)) return kept;
    {
        const FileDescriptor file(
            openat(archives.get(), draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
        if (!file) return kept;
    }
    const std::string path = std::string(k_archives) + '/' + draft;
    const bool packed = run({"/bin/tar", "--create", "--gzip", "--one-file-system", "--numeric-owner", "--acls",
                             "--xattrs", "--file", path, "--directory", k_kept_path, "--", place});
    const FileDescriptor file(openat(archives.get(), draft.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!packed || !file || fsync(file.get()) != 0) {
        unlinkat(archives.get(), draft.c_str(), 0);
        return kept;
    }
    const auto done = move_in(archives.get(), draft, archives.get(), "doorward-home-" + name, ".tar.gz");
    if (!done) return kept;
    if (holds_mount(kept.detail)) return kept;
    // In the archive, so what of it cannot be removed is not lost, and is root's alone.
    if (!run({"/bin/rm", "--recursive", "--force", "--one-file-system", "--", kept.detail})) return kept;
    return {.kind = HomeFate::Kind::Archived, .detail = std::string(k_archives) + '/' + *done};
}

}  // namespace

HomeFate put_home_away(const AccountIdentity& identity, HomeWish wish) {
    const FileDescriptor homes(open("/home", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status{};
    if (!homes || fstat(homes.get(), &status) != 0) return {};
    if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return remained("homes_writable");
    const char* const name = identity.name.c_str();
    const bool is_there = fstatat(homes.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && !S_ISDIR(status.st_mode)) return remained("not_a_folder");
    if (is_there && status.st_uid != identity.uid) return remained("of_somebody_else");
    std::string place = identity.name;
    if (is_there && holds_mount("/home/" + identity.name)) return remained("mounted");
    if (is_there) {
        const FileDescriptor kept = open_kept(homes.get());
        if (!kept) return remained("no_place_for_it");
        const auto moved = move_in(homes.get(), identity.name, kept.get(), identity.name, {});
        if (!moved) return remained(errno == EBUSY ? "mounted" : "not_moved");
        place = *moved;
    } else {
        // Put there before, by a removal that did not come to its end.
        const FileDescriptor kept(openat(homes.get(), k_kept_name, k_open_folder));
        if (!kept || fstatat(kept.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) return {};
    }
    if (wish == HomeWish::Archive) return archive(identity.name, place);
    return {.kind = HomeFate::Kind::Kept, .detail = std::string(k_kept_path) + '/' + place};
}

}  // namespace doorward::agent
