#pragma once

#include "crypto/secret_bytes.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace doorward::platform {

enum class FileError {
    Missing,
    AlreadyExists,
    NotRegular,  ///< a symbolic link, folder, pipe or device
    WrongOwner,
    WrongMode,
    TooLarge,
    Empty,
    DiskFull,
    ReadOnly,
    Denied,
    InputOutput,
};
[[nodiscard]] std::string_view to_string(FileError error);

enum class IfPresent { Refuse, Replace };

/// Reads a file of this user, mode 0600 or stricter, into wiped memory. Symbolic links are not followed. An empty file
/// is refused.
[[nodiscard]] std::expected<crypto::SecretBytes, FileError> read_secret_file(const std::filesystem::path& file,
                                                                             std::size_t limit = 64 * 1024);

/// Writes mode 0600 atomically: an unnamed or temporary file, fsync, rename, fsync of the folder. Durable on return.
[[nodiscard]] std::expected<void, FileError> write_secret_file(const std::filesystem::path& file,
                                                               std::span<const std::uint8_t> content,
                                                               IfPresent if_present = IfPresent::Refuse);

/// Reads a file that is no secret. Symbolic links are followed only where `file` itself is not one.
[[nodiscard]] std::expected<std::string, FileError> read_file(const std::filesystem::path& file,
                                                              std::size_t limit = 4 * 1024 * 1024);

/// Atomic and durable as write_secret_file, with a mode.
[[nodiscard]] std::expected<void, FileError> write_file(const std::filesystem::path& file, std::string_view content,
                                                        mode_t mode = 0644, IfPresent if_present = IfPresent::Replace);

/// Unlinks and syncs the folder: durable on return. A missing file is FileError::Missing.
[[nodiscard]] std::expected<void, FileError> remove_file(const std::filesystem::path& file);

/// Creates the folder (one level) with exactly this mode, or checks that an existing one belongs to this user and has
/// no more permissions than that.
[[nodiscard]] std::expected<void, FileError> ensure_folder(const std::filesystem::path& folder, mode_t mode = 0700);

/// Whether nobody but this user and root can put something else in the place of what is in the folder.
[[nodiscard]] std::expected<void, FileError> check_folder(const std::filesystem::path& folder);

}  // namespace doorward::platform
