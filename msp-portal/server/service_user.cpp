#include "msp-portal/server/service_user.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <utility>

namespace doorward::portal {

namespace {

constexpr gid_t k_nothing = static_cast<gid_t>(-1);

struct Owner {
    uid_t user;
    gid_t group;
};

std::optional<Owner> other_owner_of(const std::filesystem::path& folder) {
    struct stat found{};
    if (geteuid() != 0 || stat(folder.c_str(), &found) != 0 || found.st_uid == 0) return std::nullopt;
    return Owner{found.st_uid, found.st_gid};
}

std::string refusal(const std::filesystem::path& folder) {
    return "cannot act as the owner of " + folder.string();
}

}  // namespace

std::expected<void, std::string> become_owner_of(const std::filesystem::path& folder) {
    const auto owner = other_owner_of(folder);
    if (!owner) return {};
    if (setgroups(0, nullptr) != 0 || setresgid(owner->group, owner->group, owner->group) != 0 ||
        setresuid(owner->user, owner->user, owner->user) != 0) {
        return std::unexpected(refusal(folder));
    }
    return {};
}

std::expected<ActingOwner, std::string> ActingOwner::of(const std::filesystem::path& folder) {
    const auto owner = other_owner_of(folder);
    if (!owner) return ActingOwner(k_nothing);
    if (setegid(owner->group) != 0) return std::unexpected(refusal(folder));
    if (seteuid(owner->user) != 0) {
        if (setegid(getgid()) != 0) std::abort();
        return std::unexpected(refusal(folder));
    }
    return ActingOwner(owner->group);
}

ActingOwner::ActingOwner(ActingOwner&& other) noexcept : m_group(std::exchange(other.m_group, k_nothing)) {}

ActingOwner::~ActingOwner() {
    // With the wrong identity nothing may go on.
    if (m_group != k_nothing && (seteuid(getuid()) != 0 || setegid(getgid()) != 0)) std::abort();
}

}  // namespace doorward::portal
