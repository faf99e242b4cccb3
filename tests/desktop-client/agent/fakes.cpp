#include "tests/desktop-client/agent/fakes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace doorward::tests {

using agent::AccountError;
using agent::AccountState;

std::vector<agent::ProcessIdentity> FakeProcesses::ancestry(pid_t process) const {
    const std::scoped_lock lock(m_mutex);
    for (const auto& known : m_chain) {
        if (known.process != process) continue;
        return {std::ranges::find(m_chain, known), m_chain.end()};
    }
    // Whoever connected: the process under test. A leader asked for by number may have ended.
    const bool ended = std::ranges::any_of(m_ended, [&](const auto& one) { return one.process == process; });
    return ended ? std::vector<agent::ProcessIdentity>() : m_chain;
}

std::optional<std::uint32_t> FakeProcesses::audit_session(pid_t process) const {
    const std::scoped_lock lock(m_mutex);
    const auto found = m_audit_sessions.find(process);
    if (found == m_audit_sessions.end()) return std::nullopt;
    return found->second;
}

void FakeProcesses::number(pid_t process, std::uint32_t audit_session) {
    const std::scoped_lock lock(m_mutex);
    m_audit_sessions[process] = audit_session;
}

void FakeProcesses::terminate(const agent::ProcessIdentity& process) const {
    const std::scoped_lock lock(m_mutex);
    m_terminated.push_back(process);
}

std::optional<int> FakeProcesses::watch(const agent::ProcessIdentity& process) const {
    const std::scoped_lock lock(m_mutex);
    if (std::ranges::find(m_ended, process) != m_ended.end()) return std::nullopt;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    m_watchers[process].push_back(ends[1]);
    return ends[0];
}

void FakeProcesses::call_as(std::vector<agent::ProcessIdentity> chain) {
    const std::scoped_lock lock(m_mutex);
    m_chain = std::move(chain);
}

void FakeProcesses::end(const agent::ProcessIdentity& process) {
    const std::scoped_lock lock(m_mutex);
    m_ended.push_back(process);
    for (const int descriptor : m_watchers[process])
        ::close(descriptor);
    m_watchers.erase(process);
}

std::vector<agent::ProcessIdentity> FakeProcesses::terminated() const {
    const std::scoped_lock lock(m_mutex);
    return m_terminated;
}

std::expected<void, AccountError> FakeAccounts::publish_names(std::span<const agent::AccountIdentity> identities) {
    const std::scoped_lock lock(m_mutex);
    m_published.clear();
    for (const auto& identity : identities)
        m_published[identity.name] = identity.uid;
    return {};
}

std::expected<void, AccountError> FakeAccounts::ensure_account(const agent::AccountIdentity& identity) {
    const std::scoped_lock lock(m_mutex);
    auto& state = m_states[identity.name];
    if (state == AccountState::Conflict) return std::unexpected(AccountError::Conflict);
    if (state != AccountState::Absent) return {};
    state = AccountState::Locked;
    if (std::ranges::find(m_recorded, identity.name, &agent::AccountIdentity::name) == m_recorded.end()) {
        m_recorded.push_back(identity);
    }
    return {};
}

std::expected<void, AccountError> FakeAccounts::open_account(const agent::AccountIdentity& identity) {
    if (slow) std::this_thread::sleep_for(std::chrono::milliseconds(1'300));
    const std::scoped_lock lock(m_mutex);
    m_states[identity.name] = AccountState::Open;
    ++m_openings;
    return {};
}

std::expected<void, AccountError> FakeAccounts::close_account(const agent::AccountIdentity& identity) {
    const std::scoped_lock lock(m_mutex);
    if (refuse_to_close) return std::unexpected(AccountError::Busy);
    m_states[identity.name] = AccountState::Locked;
    ++m_closings;
    return {};
}

void FakeAccounts::tell(const agent::AccountIdentity& identity, std::optional<std::uint32_t>, std::string_view text) {
    const std::scoped_lock guard(m_mutex);
    m_told.push_back(identity.name + ": " + std::string(text));
}

std::vector<std::string> FakeAccounts::told() const {
    const std::scoped_lock guard(m_mutex);
    return m_told;
}

std::vector<agent::Remainder> FakeAccounts::end_session(const agent::AccountIdentity&, std::uint32_t audit_session) {
    const std::scoped_lock lock(m_mutex);
    m_ended_sessions.push_back(audit_session);
    return {};
}

std::vector<std::uint32_t> FakeAccounts::ended_sessions() const {
    const std::scoped_lock lock(m_mutex);
    return m_ended_sessions;
}

std::expected<void, agent::AccountError> FakeAccounts::put_home_aside(const agent::AccountIdentity&) {
    const std::scoped_lock guard(m_mutex);
    if (home_stays) return std::unexpected(agent::AccountError::HomeRefused);
    ++m_homes_aside;
    return {};
}

std::vector<agent::Remainder> FakeAccounts::remove_homes_aside(const agent::AccountIdentity&) {
    while (hold_homes)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::scoped_lock guard(m_mutex);
    if (!home_is_stuck) return {};
    return {{.kind = agent::Remainder::Kind::File, .detail = "/home/.doorward-gone-msp-nik/home-0/file"}};
}

int FakeAccounts::homes_aside() const {
    const std::scoped_lock guard(m_mutex);
    return m_homes_aside;
}

std::vector<agent::Remainder> FakeAccounts::clear_up(const agent::AccountIdentity& identity) {
    while (hold_clearing)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::scoped_lock lock(m_mutex);
    m_cleared.push_back(identity.name);
    return {};
}

std::expected<agent::HomeFate, AccountError> FakeAccounts::remove_account(const agent::AccountIdentity& identity,
                                                                          agent::HomeWish homes) {
    const std::scoped_lock lock(m_mutex);
    auto& state = m_states[identity.name];
    if (state == AccountState::Conflict) return std::unexpected(AccountError::Conflict);
    if (state != AccountState::Locked && state != AccountState::Absent)
        return std::unexpected(AccountError::NotVerified);
    state = AccountState::Absent;
    const auto kind = homes == agent::HomeWish::Keep ? agent::HomeFate::Kind::Kept : agent::HomeFate::Kind::Archived;
    return agent::HomeFate{.kind = kind, .detail = "/kept/" + identity.name};
}

std::expected<std::vector<agent::AccountIdentity>, AccountError> FakeAccounts::recorded() {
    const std::scoped_lock lock(m_mutex);
    return m_recorded;
}

bool FakeAccounts::is_in_use(const agent::AccountIdentity&) {
    return in_use;
}

AccountState FakeAccounts::state(const agent::AccountIdentity& identity) {
    return state_of(identity.name);
}

void FakeAccounts::set(const std::string& name, AccountState state) {
    const std::scoped_lock lock(m_mutex);
    m_states[name] = state;
}

AccountState FakeAccounts::state_of(const std::string& name) const {
    const std::scoped_lock lock(m_mutex);
    const auto found = m_states.find(name);
    return found == m_states.end() ? AccountState::Absent : found->second;
}

std::map<std::string, std::uint32_t> FakeAccounts::published() const {
    const std::scoped_lock lock(m_mutex);
    return m_published;
}

int FakeAccounts::openings() const {
    const std::scoped_lock lock(m_mutex);
    return m_openings;
}

std::vector<std::string> FakeAccounts::cleared() const {
    const std::scoped_lock lock(m_mutex);
    return m_cleared;
}

void FakeAccounts::record(const agent::AccountIdentity& identity) {
    const std::scoped_lock lock(m_mutex);
    m_recorded.push_back(identity);
}

int FakeAccounts::closings() const {
    const std::scoped_lock lock(m_mutex);
    return m_closings;
}

}  // namespace doorward::tests
