#include "desktop-client/nss/names_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace doorward::nss {
namespace {

constexpr std::size_t k_longest_line = 1024;
constexpr off_t k_few_lines = 2048;

class Descriptor {
public:
    explicit Descriptor(int descriptor) noexcept : m_descriptor(descriptor) {}
    ~Descriptor() {
        if (m_descriptor >= 0) close(m_descriptor);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return m_descriptor; }

private:
    int m_descriptor;
};

bool only_root_writes(int descriptor, mode_t type, struct stat& status) noexcept {
    return fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == type && status.st_uid == 0 &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

Lookup lookup_for_errno() noexcept {
    return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO ? Lookup::System : Lookup::Unusable;
}

struct Fields {
    std::string_view name;
    std::string_view full_name;
    std::string_view home;
    std::string_view shell;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

bool parse_id(std::string_view text, std::uint32_t& id) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() && id >= k_first_managed_uid &&
           id <= k_last_managed_uid;
}

// name:x:uid:gid:full name:home:shell, with ids of ours only.
bool parse_line(std::string_view line, Fields& fields) noexcept {
    std::array<std::string_view, 7> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t end = line.find(':');
        if ((end == std::string_view::npos) != (i == parts.size() - 1)) return false;
        parts[i] = line.substr(0, end);
        line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    }
    fields.name = parts[0];
    fields.full_name = parts[4];
    fields.home = parts[5];
    fields.shell = parts[6];
    return !parts[0].empty() && parts[1] == "x" && parse_id(parts[2], fields.uid) && parse_id(parts[3], fields.gid) &&
           parts[5].starts_with('/') && parts[6].starts_with('/');
}

bool matches(const Key& key, const Fields& fields) noexcept {
    if (const auto* name = std::get_if<std::string_view>(&key)) return *name == fields.name;
    if (const auto* uid = std::get_if<Uid>(&key)) return uid->value == fields.uid;
    const auto* gid = std::get_if<Gid>(&key);
    return gid != nullptr && gid->value == fields.gid;
}

class Filler {
public:
    explicit Filler(std::span<char> buffer) noexcept : m_rest(buffer) {}
    char* put(std::string_view text) noexcept {
        if (text.size() + 1 > m_rest.size()) {
            m_full = true;
            return nullptr;
        }
        char* const start = m_rest.data();
        if (!text.empty()) std::memcpy(start, text.data(), text.size());
        start[text.size()] = '\0';
        m_rest = m_rest.subspan(text.size() + 1);
        return start;
    }
    [[nodiscard]] bool full() const noexcept { return m_full; }

private:
    std::span<char> m_rest;
    bool m_full = false;
};

Lookup fill(const Fields& fields, passwd& entry, std::span<char> buffer) noexcept {
    Filler filler(buffer);
    entry.pw_name = filler.put(fields.name);
    entry.pw_passwd = filler.put("x");
    entry.pw_uid = fields.uid;
    entry.pw_gid = fields.gid;
    entry.pw_gecos = filler.put(fields.full_name);
    entry.pw_dir = filler.put(fields.home);
    entry.pw_shell = filler.put(fields.shell);
    return filler.full() ? Lookup::BufferTooSmall : Lookup::Found;
}

bool may_be_ours(const Key& key) noexcept {
    const auto in_range = [](std::uint32_t id) { return id >= k_first_managed_uid && id <= k_last_managed_uid; };
    if (const auto* uid = std::get_if<Uid>(&key)) return in_range(uid->value);
    if (const auto* gid = std::get_if<Gid>(&key)) return in_range(gid->value);
    return true;
}

// The start of a line that is not after the one with this name, in a file sorted by name: near it, as long as the lines
// on the way are ones that we can read.
off_t start_near(int file, off_t size, std::string_view name) noexcept {
    off_t low = 0;
    off_t high = size;
    std::array<char, k_longest_line> window;
    while (high - low > k_few_lines) {
        const off_t middle = low + (high - low) / 2;
        const ssize_t got = pread(file, window.data(), window.size(), middle);
        if (got <= 0) return low;
        std::string_view rest(window.data(), static_cast<std::size_t>(got));
        const std::size_t line = rest.find('\n');
        if (line == std::string_view::npos) return low;
        rest.remove_prefix(line + 1);
        const std::size_t name_end = rest.find(':');
        const off_t start = middle + static_cast<off_t>(line) + 1;
        if (name_end == std::string_view::npos || start >= high) return low;
        const int order = rest.substr(0, name_end).compare(name);
        if (order <= 0) low = start;
        if (order == 0) return low;
        if (order > 0) high = start;
    }
    return low;
}

}  // namespace

Lookup find_name(const Key& key, passwd& entry, std::span<char> buffer) noexcept {
    if (!may_be_ours(key)) return Lookup::NotFound;
    const Descriptor folder(open(k_names_folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.get() < 0) return lookup_for_errno();
    const Descriptor file(openat(folder.get(), k_names_file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file.get() < 0) return lookup_for_errno();
    struct stat status{};
    if (!only_root_writes(folder.get(), S_IFDIR, status) || !only_root_writes(file.get(), S_IFREG, status)) {
        return Lookup::Unusable;
    }
    const auto* name = std::get_if<std::string_view>(&key);
    if (name != nullptr && lseek(file.get(), start_near(file.get(), status.st_size, *name), SEEK_SET) < 0) {
        return Lookup::System;
    }

    std::array<char, k_longest_line> window;
    std::size_t filled = 0;
    bool skipping = false;  // inside a line that is too long to be ours
    for (;;) {
        const ssize_t got = read(file.get(), window.data() + filled, window.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Lookup::System;
        if (got == 0) return Lookup::NotFound;  // what has no line end was not written to its end
        filled += static_cast<std::size_t>(got);

        std::string_view rest(window.data(), filled);
        for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            Fields fields;
            const bool is_whole = !skipping && parse_line(rest.substr(0, end), fields);
            if (is_whole && matches(key, fields)) return fill(fields, entry, buffer);
            if (is_whole && name != nullptr && fields.name > *name) return Lookup::NotFound;
            skipping = false;
            rest.remove_prefix(end + 1);
        }
        if (rest.size() == window.size()) {
            skipping = true;
            rest = {};
        }
        std::memmove(window.data(), rest.data(), rest.size());
        filled = rest.size();
    }
}

}  // namespace doorward::nss
