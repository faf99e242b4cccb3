#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <string>

namespace doorward::portal {

/// Commands on the console are started as root, the service is not: whatever they write has to stay the service's.
/// Where root asks and `folder` is there and somebody else's, this process becomes that somebody for good.
/// Errors are sentences.
[[nodiscard]] std::expected<void, std::string> become_owner_of(const std::filesystem::path& folder);

/// The same until the object ends, with root's powers back afterwards.
class ActingOwner {
public:
    [[nodiscard]] static std::expected<ActingOwner, std::string> of(const std::filesystem::path& folder);
    ActingOwner(ActingOwner&& other) noexcept;
    ActingOwner& operator=(ActingOwner&&) = delete;
    ~ActingOwner();

    /// The group to give what root writes for the service; -1 where nothing changed.
    [[nodiscard]] gid_t group() const { return m_group; }

private:
    explicit ActingOwner(gid_t group) : m_group(group) {}
    gid_t m_group = static_cast<gid_t>(-1);
};

}  // namespace doorward::portal
