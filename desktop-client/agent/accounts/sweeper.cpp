#include "desktop-client/agent/accounts/sweeper.h"

#include "desktop-client/agent/accounts/beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

namespace doorward::agent {
namespace {

// A descriptor each; whatever is deeper keeps the folders above it, and they are reported.
constexpr int k_deepest = 64;
constexpr std::size_t k_most_reported = 20;
constexpr std::size_t k_entries_between_looks_at_the_clock = 64;
// As long as a session can be.
constexpr std::time_t k_recent_seconds = 24 * 3600;

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

Folder entries_of(int folder) {
    const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    Folder stream(copy < 0 ? nullptr : fdopendir(copy), closedir);
    if (!stream && copy >= 0) close(copy);
    return stream;
}

bool is_recent_set_uid(const struct stat& status) {
    return S_ISREG(status.st_mode) && (status.st_mode & S_ISUID) != 0 &&
           status.st_ctime > std::time(nullptr) - k_recent_seconds;
}

}  // namespace

Sweeper::Sweeper(std::optional<uid_t> uid, Remainder::Kind kind, std::vector<Remainder>& remains, const Limits& limits)
    : m_uid(uid),
      m_kind(kind),
      m_remains(remains),
      m_entries_left(limits.entries),
      m_deadline(std::chrono::steady_clock::now() + limits.time) {}

void Sweeper::sweep(std::initializer_list<const char*> folders) {
    for (const Into into : {Into::OwnFolders, Into::OthersFolders}) {
        for (const char* path : folders) {
            const FileDescriptor folder(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (folder) sweep(folder.get(), path, 0, into);
        }
    }
    report_rest();
}

void Sweeper::sweep(int folder, const std::string& path) {
    m_top = folder;
    do {
        m_moved_up = false;
        sweep(folder, path, 0, Into::OwnFolders);
    } while (m_moved_up && m_entries_left > 0);
    sweep(folder, path, 0, Into::OthersFolders);
    report_rest();
}

void Sweeper::report_rest() {
    if (m_unreported == 0) return;
    m_remains.push_back({.kind = m_kind, .detail = "and " + std::to_string(m_unreported) + " more"});
    m_unreported = 0;
}

// One entry at a time, whatever the folder holds: an attacker's folder must not become our memory.
void Sweeper::sweep(int folder, const std::string& path, int depth, Into into) {
    const Folder entries = entries_of(folder);
    if (!entries) return;
    while (const dirent* entry = readdir(entries.get())) {  // NOLINT(concurrency-mt-unsafe)
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (exhausted()) {
            if (!std::exchange(m_reported_exhaustion, true)) report(path + ": too much to look through");
            return;
        }
        look_at(folder, entry->d_name, path, depth, into);
    }
}

void Sweeper::look_at(int folder, const char* name, const std::string& path, int depth, Into into) {
    struct stat status{};
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    const bool is_folder = S_ISDIR(status.st_mode);
    const bool is_own = !m_uid || status.st_uid == *m_uid;
    if (is_folder && depth < k_deepest && (is_own || into == Into::OthersFolders)) {
        const FileDescriptor inner = open_folder_beneath(folder, name);
        if (inner) sweep(inner.get(), path + '/' + name, depth + 1, into);
    } else if (is_folder && !m_uid && m_top >= 0 && into == Into::OwnFolders && move_up(folder, name)) {
        return;
    }
    if (!is_own) {
        if (into == Into::OthersFolders && is_recent_set_uid(status)) report(path + '/' + name + ": set-user-id");
        return;
    }
    if (unlinkat(folder, name, is_folder ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT) return;
    // Something of somebody else's may still be taken out of it when other people's folders have their turn.
    if (into == Into::OthersFolders) report(path + '/' + name);
}

// Too deep for one descent; moved up it is looked into by the next. A name may be taken by what an earlier sweep had no
// time for.
bool Sweeper::move_up(int folder, const char* name) {
    while (!exhausted()) {
        const std::string place = ".deep-" + std::to_string(m_next_place++);
        if (renameat2(folder, name, m_top, place.c_str(), RENAME_NOREPLACE) == 0) return m_moved_up = true;
        if (errno != EEXIST) return false;
    }
    return false;
}

bool Sweeper::exhausted() {
    if (m_entries_left == 0) return true;
    --m_entries_left;
    if (m_entries_left % k_entries_between_looks_at_the_clock == 0 && std::chrono::steady_clock::now() >= m_deadline) {
        m_entries_left = 0;
    }
    return m_entries_left == 0;
}

void Sweeper::report(std::string detail) {
    if (m_remains.size() >= k_most_reported) {
        ++m_unreported;
    } else {
        m_remains.push_back({.kind = m_kind, .detail = std::move(detail)});
    }
}

}  // namespace doorward::agent
