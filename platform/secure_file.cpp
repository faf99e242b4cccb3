#include "platform/secure_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

namespace doorward::platform {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor() {
        if (m_number >= 0) close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return m_number; }
    [[nodiscard]] bool valid() const { return m_number >= 0; }

private:
    int m_number;
};

FileError error_of_errno(int number) {
    switch (number) {
        case ENOENT:
            return FileError::Missing;
        case EEXIST:
            return FileError::AlreadyExists;
        case ELOOP:
        case EISDIR:
        case ENXIO:
        case ENOTDIR:
            return FileError::NotRegular;
        case ENOSPC:
        case EDQUOT:
            return FileError::DiskFull;
        case EROFS:
            return FileError::ReadOnly;
        case EACCES:
        case EPERM:
            return FileError::Denied;
        default:
            return FileError::InputOutput;
    }
}

std::unexpected<FileError> last_error() {
    return std::unexpected(error_of_errno(errno));
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
    const auto parent = file.parent_path();
    return parent.empty() ? std::filesystem::path(".") : parent;
}

// O_NONBLOCK so that a pipe put in the file's place cannot make us wait.
int open_to_read(const std::filesystem::path& file) {
    return open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

// The number of bytes read, until the end or until `target` is full.
std::expected<std::size_t, FileError> read_all(int descriptor, std::span<std::uint8_t> target) {
    std::size_t filled = 0;
    while (filled < target.size()) {
        const ssize_t received = read(descriptor, target.data() + filled, target.size() - filled);
        if (received < 0 && errno == EINTR) continue;
        if (received < 0) return last_error();
        if (received == 0) break;
        filled += static_cast<std::size_t>(received);
    }
    return filled;
}

std::expected<void, FileError> write_all(int descriptor, std::span<const std::uint8_t> content) {
    while (!content.empty()) {
        const ssize_t written = write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return last_error();
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

std::expected<void, FileError> sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.valid() || fsync(opened.number()) != 0) return last_error();
    return {};
}

std::expected<void, FileError> write_atomically(const std::filesystem::path& file,
                                                std::span<const std::uint8_t> content, mode_t mode,
                                                IfPresent if_present) {
    static std::random_device source;
    std::filesystem::path temporary = file;
    temporary += ".new-" + std::to_string(source());
    const Descriptor opened(open(temporary.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600));
    if (!opened.valid()) return last_error();

    auto written = write_all(opened.number(), content);
    if (written && (fchmod(opened.number(), mode) != 0 || fsync(opened.number()) != 0)) written = last_error();
    if (written) {
        const unsigned flags = if_present == IfPresent::Refuse ? RENAME_NOREPLACE : 0;
        if (renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, file.c_str(), flags) != 0) written = last_error();
    }
    if (!written) {
        unlink(temporary.c_str());
        return written;
    }
    return sync_folder(folder_of(file));
}

std::expected<struct stat, FileError> regular_file(int descriptor, std::size_t limit) {
    struct stat found{};
    if (fstat(descriptor, &found) != 0) return last_error();
    if (!S_ISREG(found.st_mode)) return std::unexpected(FileError::NotRegular);
    if (std::cmp_greater(found.st_size, limit)) return std::unexpected(FileError::TooLarge);
    return found;
}

}  // namespace

std::string_view to_string(FileError error) {
    switch (error) {
        case FileError::Missing:
            return "file missing";
        case FileError::AlreadyExists:
            return "file is there already";
        case FileError::NotRegular:
            return "not a regular file or folder";
        case FileError::WrongOwner:
            return "belongs to another user";
        case FileError::WrongMode:
            return "others have permissions on it";
        case FileError::TooLarge:
            return "file too large";
        case FileError::Empty:
            return "file empty";
        case FileError::DiskFull:
            return "disk full";
        case FileError::ReadOnly:
            return "file system is read-only";
        case FileError::Denied:
            return "permission denied";
        case FileError::InputOutput:
            return "input/output error";
    }
    return "unknown";
}

std::expected<crypto::SecretBytes, FileError> read_secret_file(const std::filesystem::path& file, std::size_t limit) {
    const Descriptor opened(open_to_read(file));
    if (!opened.valid()) return last_error();
    auto found = regular_file(opened.number(), limit);
    if (!found) return std::unexpected(found.error());
    if (found->st_uid != geteuid()) return std::unexpected(FileError::WrongOwner);
    if ((found->st_mode & 07177) != 0) return std::unexpected(FileError::WrongMode);
    if (found->st_size == 0) return std::unexpected(FileError::Empty);
    auto secret = crypto::SecretBytes::zeroed(static_cast<std::size_t>(found->st_size));
    auto filled = read_all(opened.number(), secret.writable_bytes());
    if (!filled) return std::unexpected(filled.error());
    if (*filled != secret.size()) return std::unexpected(FileError::InputOutput);
    return secret;
}

std::expected<void, FileError> write_secret_file(const std::filesystem::path& file,
                                                 std::span<const std::uint8_t> content, IfPresent if_present) {
    return write_atomically(file, content, 0600, if_present);
}

std::expected<std::string, FileError> read_file(const std::filesystem::path& file, std::size_t limit) {
    const Descriptor opened(open_to_read(file));
    if (!opened.valid()) return last_error();
    auto found = regular_file(opened.number(), limit);
    if (!found) return std::unexpected(found.error());
    std::string content(static_cast<std::size_t>(found->st_size), '\0');
    auto filled = read_all(opened.number(), {reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
    if (!filled) return std::unexpected(filled.error());
    content.resize(*filled);
    return content;
}

std::expected<void, FileError> write_file(const std::filesystem::path& file, std::string_view content, mode_t mode,
                                          IfPresent if_present) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(content.data());
    return write_atomically(file, {bytes, content.size()}, mode, if_present);
}

std::expected<void, FileError> remove_file(const std::filesystem::path& file) {
    if (unlink(file.c_str()) != 0) return last_error();
    return sync_folder(folder_of(file));
}

std::expected<void, FileError> ensure_folder(const std::filesystem::path& folder, mode_t mode) {
    if (mkdir(folder.c_str(), 0700) == 0) {
        if (chmod(folder.c_str(), mode) != 0) return last_error();
        return sync_folder(folder_of(folder));
    }
    if (errno != EEXIST) return last_error();
    const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened.valid()) return last_error();
    struct stat found{};
    if (fstat(opened.number(), &found) != 0) return last_error();
    if (found.st_uid != geteuid()) return std::unexpected(FileError::WrongOwner);
    if ((found.st_mode & 07777U & ~mode) != 0) return std::unexpected(FileError::WrongMode);
    return {};
}

std::expected<void, FileError> check_folder(const std::filesystem::path& folder) {
    struct stat found{};
    if (stat(folder.c_str(), &found) != 0) return last_error();
    if (!S_ISDIR(found.st_mode)) return std::unexpected(FileError::NotRegular);
    if (found.st_uid != geteuid() && found.st_uid != 0) return std::unexpected(FileError::WrongOwner);
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) return std::unexpected(FileError::WrongMode);
    return {};
}

}  // namespace doorward::platform
