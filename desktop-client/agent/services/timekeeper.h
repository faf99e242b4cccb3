#pragma once

#include "desktop-client/agent/stores/ledger_store.h"
#include "platform/clock.h"
#include "protocol/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace doorward::agent {

/// What this workstation knows about time. A person can set the wall clock: it counts only between the latest time that
/// is known to have passed (the floor) and the offline horizon. Waits and expiries are on the boot clock.
class Timekeeper {
public:
    explicit Timekeeper(const platform::Clock& clock) : m_clock(clock), m_boot_id(clock.boot_id()) {}

    /// Reads what was known; counts a boot that was not seen before.
    [[nodiscard]] Stored<> start(LedgerStore& ledger);

    [[nodiscard]] protocol::Timestamp wall_now() const { return {m_clock.wall_now()}; }
    [[nodiscard]] std::int64_t boot_now() const { return m_clock.boot_now(); }
    [[nodiscard]] const std::string& boot_id() const { return m_boot_id; }
    /// The portal's time, carried on by the boot clock; unknown, the wall clock, but not before earliest_now().
    [[nodiscard]] protocol::Timestamp best_now() const;
    /// The minute of the local week at a time, by this machine's time zone.
    [[nodiscard]] static int local_minute(protocol::Timestamp time);

    [[nodiscard]] const TimeRow& known() const { return m_known; }
    [[nodiscard]] bool trusted(const std::optional<protocol::Timestamp>& offline_until) const;
    /// A time that has surely passed: the floor, carried on by the boot clock. Holding the wall clock back does not
    /// stop it.
    [[nodiscard]] protocol::Timestamp earliest_now() const;
    /// Nobody signs in without the portal any more: the wall clock says so, or so much time has surely passed.
    [[nodiscard]] bool past_horizon() const;
    /// How far the wall clock is ahead of the portal's time as last heard in this run, in milliseconds; negative:
    /// behind.
    [[nodiscard]] std::optional<std::int64_t> drift() const;
    void set_horizon(const std::optional<protocol::Timestamp>& offline_until) { m_horizon = offline_until; }
    [[nodiscard]] const std::optional<protocol::Timestamp>& horizon() const { return m_horizon; }

    /// The portal's time at the welcome of this connection.
    [[nodiscard]] std::optional<protocol::Timestamp> welcomed_at() const {
        return m_portal ? std::optional(m_portal->time) : std::nullopt;
    }
    /// Something is wrong with the store or with who else has it: codes count only after a fresh head.
    [[nodiscard]] bool is_distrusted() const { return m_known.rolled_back || m_known.quarantine; }

    /// After a commit that raised the floor.
    void floor_raised(protocol::Timestamp time);
    /// What was saved with LedgerStore::save_time().
    void replace(const TimeRow& row);
    /// A time that answers a nonce of ours; nothing once the connection is gone.
    void portal_said(const std::optional<protocol::Timestamp>& time);

private:
    struct PortalTime {
        protocol::Timestamp time;
        std::int64_t boot;
    };
    [[nodiscard]] protocol::Timestamp carried_on(const PortalTime& portal) const;
    const platform::Clock& m_clock;
    std::string m_boot_id;
    TimeRow m_known;
    std::int64_t m_floor_since = 0;  ///< when the floor became what it is, on the boot clock
    std::optional<protocol::Timestamp> m_horizon;
    std::optional<PortalTime> m_portal;
    std::optional<PortalTime> m_last_heard;  ///< the same, and kept when the connection is gone
};

}  // namespace doorward::agent
