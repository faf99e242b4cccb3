#pragma once

#include "tests/desktop-client/agent/portal.h"
#include "tests/desktop-client/agent/workstation.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::tests {

inline constexpr std::int64_t k_day_ms = 24LL * 60 * 60 * 1000;

/// Enrolled, one technician with a right and a phone, and the network gone.
struct OfflineWorkstation {
    OfflineWorkstation() {
        REQUIRE_FALSE(workstation.start());
        portal.enrol(workstation);
    }
    /// Hands the roster over once more and cuts the network.
    void go_offline() {
        REQUIRE(std::holds_alternative<protocol::AppliedMessage>(portal.sync()));
        cut();
    }
    void cut() {
        portal.cut();
        REQUIRE(eventually([&] {
            const std::string prompt = PamExchange(workstation, {}).prompt();
            return !prompt.empty() && !prompt.starts_with("Approve on your phone");
        }));
    }
    [[nodiscard]] std::string code() const { return portal.code(workstation.clock.wall); }
    [[nodiscard]] std::optional<ipc::DeniedReason> refusal(std::string_view typed) {
        return denied_reason(sign_in_with(workstation, typed));
    }
    /// What the portal learns about the last decision once the network is back.
    [[nodiscard]] std::vector<std::string> reasons() {
        portal.accept(workstation);
        const auto head =
            std::get<std::int64_t>(*value_of(ask_agent(workstation, agent::AdminVerb::Diagnose), "audit_events"));
        portal.take_audit(head);
        std::vector<std::string> list;
        for (const auto& event : portal.events())
            list.push_back(event.reason.value_or(""));
        return list;
    }

    Workstation workstation;
    Portal portal;
};

[[nodiscard]] inline bool contains(const std::vector<std::string>& list, const std::string& wanted) {
    return std::ranges::find(list, wanted) != list.end();
}

}  // namespace doorward::tests
