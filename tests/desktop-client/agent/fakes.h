#pragma once

#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/process_identity.h"
#include "platform/clock.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::tests {

/// A clock that stands still until it is told.
class FakeClock final : public platform::Clock {
public:
    static constexpr std::int64_t k_start = 1'795'000'000'000;

    [[nodiscard]] std::int64_t wall_now() const override { return wall; }
    [[nodiscard]] std::int64_t boot_now() const override { return boot; }
    [[nodiscard]] std::string boot_id() const override { return "boot-" + std::to_string(boots); }
    void pass(std::chrono::milliseconds time) {
        wall += time.count();
        boot += time.count();
    }
    void restart_machine() {
        ++boots;
        boot = 1'000;
    }

    std::atomic<std::int64_t> wall = k_start;
    std::atomic<std::int64_t> boot = 50'000;
    std::atomic<int> boots = 1;
};

/// Says that every caller is the process that the test chose, whoever connects.
class FakeProcesses final : public agent::ProcessTable {
public:
    [[nodiscard]] std::vector<agent::ProcessIdentity> ancestry(pid_t process) const override;
    [[nodiscard]] std::optional<std::uint32_t> audit_session(pid_t process) const override;
    void terminate(const agent::ProcessIdentity& process) const override;
    [[nodiscard]] std::optional<int> watch(const agent::ProcessIdentity& process) const override;

    void call_as(std::vector<agent::ProcessIdentity> chain);
    /// The kernel's number of its login.
    void number(pid_t process, std::uint32_t audit_session);
    /// Of now on the process is gone, and whoever watches it is told.
    void end(const agent::ProcessIdentity& process);
    [[nodiscard]] std::vector<agent::ProcessIdentity> terminated() const;

private:
    mutable std::mutex m_mutex;
    std::vector<agent::ProcessIdentity> m_chain;
    std::vector<agent::ProcessIdentity> m_ended;
    std::map<pid_t, std::uint32_t> m_audit_sessions;
    mutable std::vector<agent::ProcessIdentity> m_terminated;
    mutable std::map<agent::ProcessIdentity, std::vector<int>> m_watchers;
};

class FakeAccounts final : public agent::AccountService {
public:
    [[nodiscard]] std::expected<void, agent::AccountError> publish_names(
        std::span<const agent::AccountIdentity> identities) override;
    [[nodiscard]] std::expected<void, agent::AccountError> ensure_account(
        const agent::AccountIdentity& identity) override;
    [[nodiscard]] std::expected<void, agent::AccountError> open_account(
        const agent::AccountIdentity& identity) override;
    [[nodiscard]] std::expected<void, agent::AccountError> close_account(
        const agent::AccountIdentity& identity) override;
    void tell(const agent::AccountIdentity& identity, std::optional<std::uint32_t> audit_session,
              std::string_view text) override;
    [[nodiscard]] std::vector<agent::Remainder> end_session(const agent::AccountIdentity& identity,
                                                            std::uint32_t audit_session) override;
    [[nodiscard]] std::expected<void, agent::AccountError> put_home_aside(
        const agent::AccountIdentity& identity) override;
    [[nodiscard]] std::vector<agent::Remainder> remove_homes_aside(const agent::AccountIdentity& identity) override;
    [[nodiscard]] std::vector<agent::Remainder> clear_up(const agent::AccountIdentity& identity) override;
    [[nodiscard]] std::expected<agent::HomeFate, agent::AccountError> remove_account(
        const agent::AccountIdentity& identity, agent::HomeWish homes) override;
    [[nodiscard]] std::expected<std::vector<agent::AccountIdentity>, agent::AccountError> recorded() override;
    [[nodiscard]] bool is_in_use(const agent::AccountIdentity& identity) override;
    [[nodiscard]] agent::AccountState state(const agent::AccountIdentity& identity) override;

    void set(const std::string& name, agent::AccountState state);
    [[nodiscard]] agent::AccountState state_of(const std::string& name) const;
    [[nodiscard]] std::map<std::string, std::uint32_t> published() const;
    [[nodiscard]] int openings() const;
    [[nodiscard]] int closings() const;
    [[nodiscard]] std::vector<std::string> cleared() const;
    /// How often a home was put aside.
    [[nodiscard]] int homes_aside() const;
    /// What was written to terminals.
    [[nodiscard]] std::vector<std::string> told() const;
    /// The logins whose processes alone were ended.
    [[nodiscard]] std::vector<std::uint32_t> ended_sessions() const;
    void record(const agent::AccountIdentity& identity);
    std::atomic<bool> in_use = false;  ///< something runs as each of them
    std::atomic<bool> slow = false;
    std::atomic<bool> refuse_to_close = false;
    std::atomic<bool> home_stays = false;     ///< put_home_aside() is refused
    std::atomic<bool> home_is_stuck = false;  ///< something of what was put aside cannot be removed
    std::atomic<bool> hold_homes = false;     ///< remove_homes_aside() waits until this is false
    std::atomic<bool> hold_clearing = false;  ///< clear_up() waits until this is false

private:
    mutable std::mutex m_mutex;
    std::map<std::string, agent::AccountState> m_states;
    std::map<std::string, std::uint32_t> m_published;
    std::vector<agent::AccountIdentity> m_recorded;
    std::vector<std::string> m_cleared;
    std::vector<std::string> m_told;
    std::vector<std::uint32_t> m_ended_sessions;
    int m_homes_aside = 0;
    int m_openings = 0;
    int m_closings = 0;
};

/// Looks again until it is so, at most twenty seconds: the TPM counts only five seconds after a sign-in.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        const timespec pause{.tv_sec = 0, .tv_nsec = 2'000'000};
        nanosleep(&pause, nullptr);
    }
    return condition();
}

}  // namespace doorward::tests
