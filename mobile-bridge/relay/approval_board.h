#pragma once

#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace doorward::relay {

// An approval a workstation asks a technician's phone for. The envelope is what the phone shows and signs.
struct Approval {
    protocol::RequestId id;
    protocol::TeamId team;
    protocol::TenantId tenant;
    protocol::TechnicianId technician;
    protocol::DeviceId device;
    protocol::SignedEnvelope envelope;
    protocol::Timestamp created_at;
    protocol::Timestamp expires_at;
    bool silent = false;  // waits in the app without a sound
};

enum class SubmitRefusal : std::uint8_t {
    TooManyOpen,  // this technician has as many as they may have, or one from this device already
    Repeated,     // this id was there before
};

enum class ClaimError : std::uint8_t {
    NotFound,  // unknown, another technician's, or gone
    Answered,  // somebody was first
    Expired,
};

// The open approvals of all technicians, each answered at most once (I1). Deadlines are judged by boot time, so a
// clock that is set back prolongs nothing. A portal that restarts forgets them all: an approval nobody can vouch for
// any more is better asked for again. Thread-safe.
class ApprovalBoard {
public:
    static constexpr std::int64_t k_lifetime_ms = 60'000;
    static constexpr std::size_t k_open_per_technician = 3;
    // Against phones that buzz all day: so many sounds per technician and workstation, then silence. The remote host
    // plays no part: any local user can make it up.
    static constexpr std::size_t k_sounds_per_device = 3;
    static constexpr std::int64_t k_sound_window_ms = 5 * 60'000;
    static constexpr std::int64_t k_mute_ms = 60 * 60'000;

    // `lifetime_ms` is what the request itself still allows, never more than k_lifetime_ms. The value says what became
    // of `silent`.
    [[nodiscard]] std::expected<Approval, SubmitRefusal> submit(Approval approval, std::int64_t lifetime_ms,
                                                                std::int64_t boot_now);

    // Open ones, oldest first.
    [[nodiscard]] std::vector<Approval> open_for(const protocol::TechnicianId& technician, std::int64_t boot_now);

    // Without changing anything: for verifying an answer before it is claimed.
    [[nodiscard]] std::expected<Approval, ClaimError> peek(const protocol::RequestId& id,
                                                           const protocol::TechnicianId& technician,
                                                           std::int64_t boot_now);

    // Exactly one caller ever gets the approval; it has ended then.
    [[nodiscard]] std::expected<Approval, ClaimError> claim(const protocol::RequestId& id,
                                                            const protocol::TechnicianId& technician,
                                                            std::int64_t boot_now);

    // By the device that asked; nothing if it is not open any more.
    [[nodiscard]] std::optional<Approval> cancel(const protocol::RequestId& id, const protocol::DeviceId& device,
                                                 std::int64_t boot_now);

    // "This wasn't me": what comes from that workstation makes no sound for a while.
    void mute(const protocol::TechnicianId& technician, const protocol::DeviceId& device, std::int64_t boot_now);

    // Takes out what ran out of time.
    [[nodiscard]] std::vector<Approval> expire(std::int64_t boot_now);

private:
    struct Entry {
        Approval approval;
        std::int64_t deadline;
    };
    struct Noise {
        std::deque<std::int64_t> sounds;
        std::int64_t muted_until = 0;
    };
    using NoiseKey = std::pair<protocol::TechnicianId, protocol::DeviceId>;

    [[nodiscard]] bool makes_a_sound(const NoiseKey& key, std::int64_t boot_now);
    void forget_the_quiet(std::int64_t boot_now);
    void remember_ended(const Approval& approval, std::int64_t boot_now);

    std::mutex m_mutex;
    std::unordered_map<protocol::RequestId, Entry> m_open;
    // Ids that ended lately, so that a second answer is told apart from an unknown id, and none comes back.
    std::unordered_map<protocol::RequestId, protocol::TechnicianId> m_ended;
    std::deque<std::pair<std::int64_t, protocol::RequestId>> m_ended_order;
    std::map<NoiseKey, Noise> m_noises;
};

}  // namespace doorward::relay
