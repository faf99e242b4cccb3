#include "desktop-client/agent/services/timekeeper.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace doorward::agent {
namespace {

// A clock a few seconds behind the portal's is as right as codes need it (one step).
constexpr std::int64_t k_tolerated_lag_ms = 30'000;

}  // namespace

Stored<> Timekeeper::start(LedgerStore& ledger) {
    const auto row = ledger.time();
    if (!row) return std::unexpected(row.error());
    m_known = *row;
    m_floor_since = m_clock.boot_now();
    if (m_known.boot_id == m_boot_id) return {};
    TimeRow next = m_known;
    next.boot_id = m_boot_id;
    ++next.boots_since_head;
    if (auto saved = ledger.save_time(next); !saved) return saved;
    m_known = next;
    return {};
}

protocol::Timestamp Timekeeper::best_now() const {
    return m_portal ? carried_on(*m_portal) : std::max(wall_now(), earliest_now());
}

protocol::Timestamp Timekeeper::carried_on(const PortalTime& portal) const {
    return portal.time + std::chrono::milliseconds(m_clock.boot_now() - portal.boot);
}

std::optional<std::int64_t> Timekeeper::drift() const {
    if (!m_last_heard) return std::nullopt;
    return (wall_now() - carried_on(*m_last_heard)).count();
}

int Timekeeper::local_minute(protocol::Timestamp time) {
    const auto seconds = static_cast<std::time_t>(time.milliseconds / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    return protocol::local_minute_of_week(time, std::chrono::minutes(local.tm_gmtoff / 60));
}

bool Timekeeper::trusted(const std::optional<protocol::Timestamp>& offline_until) const {
    const std::int64_t now = m_clock.wall_now();
    return offline_until && m_known.floor - k_tolerated_lag_ms <= now && now <= offline_until->milliseconds;
}

protocol::Timestamp Timekeeper::earliest_now() const {
    return {m_known.floor + (m_clock.boot_now() - m_floor_since)};
}

bool Timekeeper::past_horizon() const {
    return !m_horizon || std::max(wall_now(), earliest_now()) > *m_horizon;
}

void Timekeeper::floor_raised(protocol::Timestamp time) {
    TimeRow row = m_known;
    row.floor = std::max(row.floor, time.milliseconds);
    replace(row);
}

void Timekeeper::replace(const TimeRow& row) {
    if (row.floor != m_known.floor) m_floor_since = m_clock.boot_now();
    m_known = row;
}

void Timekeeper::portal_said(const std::optional<protocol::Timestamp>& time) {
    m_portal.reset();
    if (!time) return;
    m_portal = PortalTime{.time = *time, .boot = m_clock.boot_now()};
    m_last_heard = m_portal;
}

}  // namespace doorward::agent
