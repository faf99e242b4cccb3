#include "desktop-client/agent/services/service_table.h"

#include <array>
#include <utility>

namespace doorward::agent {

ServiceAccess access_of(std::string_view service) {
    using enum ServiceAccess;
    static constexpr std::array<std::pair<std::string_view, ServiceAccess>, 14> k_services{{
        {"su", SignInOrInside},
        {"su-l", SignInOrInside},
        {"runuser", SignInOrInside},
        {"runuser-l", SignInOrInside},
        {"sudo", InsideSession},
        {"sudo-i", InsideSession},
        {"polkit-1", InsideSession},
        {"pkexec", InsideSession},
        {"systemd-user", LiveSession},
        {"cron", Never},
        {"crond", Never},
        {"at", Never},
        {"atd", Never},
        {"anacron", Never},
    }};
    for (const auto& [name, access] : k_services) {
        if (name == service) return access;
    }
    return SignIn;
}

}  // namespace doorward::agent
