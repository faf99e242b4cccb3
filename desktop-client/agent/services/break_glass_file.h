#pragma once

#include "platform/secure_file.h"
#include "protocol/break_glass.h"

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace doorward::agent {

/// The break-glass code's Argon2id hash, in a file of its own: while it is there the code is good, and whoever removes
/// it has used the code. The file is larger than it needs to be, so that using the code makes room on a full disk for
/// what has to be written then.
class BreakGlassFile {
public:
    struct Content {
        protocol::BreakGlassId id;
        std::string hash;
        friend bool operator==(const Content&, const Content&) = default;
    };

    explicit BreakGlassFile(std::filesystem::path file) : m_file(std::move(file)) {}

    /// Nothing where there is none, or none that can be used.
    [[nodiscard]] std::optional<Content> read() const;
    /// In place of an older one; durable on return.
    [[nodiscard]] std::expected<void, platform::FileError> write(const Content& content) const;
    /// Unlinked and the folder synced on return. FileError::Missing for all but one of several who try.
    [[nodiscard]] std::expected<void, platform::FileError> remove() const { return platform::remove_file(m_file); }

private:
    std::filesystem::path m_file;
};

}  // namespace doorward::agent
