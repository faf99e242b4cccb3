#include "mobile-bridge/relay/approval_board.h"

#include <algorithm>
#include <utility>

namespace doorward::relay {
namespace {

constexpr std::int64_t k_remember_ended_ms = 10 * 60'000;

}  // namespace

std::expected<Approval, SubmitRefusal> ApprovalBoard::submit(Approval approval, std::int64_t lifetime_ms,
                                                             std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    if (m_open.contains(approval.id) || m_ended.contains(approval.id)) {
        return std::unexpected(SubmitRefusal::Repeated);
    }
    std::size_t open = 0;
    for (const auto& [id, entry] : m_open) {
        if (entry.approval.technician != approval.technician || entry.deadline <= boot_now) continue;
        if (entry.approval.device == approval.device) return std::unexpected(SubmitRefusal::TooManyOpen);
        ++open;
    }
    if (open >= k_open_per_technician) return std::unexpected(SubmitRefusal::TooManyOpen);

    approval.silent = !makes_a_sound({approval.technician, approval.device}, boot_now);
    const auto deadline = boot_now + std::clamp<std::int64_t>(lifetime_ms, 0, k_lifetime_ms);
    const auto id = approval.id;
    auto [position, inserted] = m_open.emplace(id, Entry{std::move(approval), deadline});
    return position->second.approval;
}

std::vector<Approval> ApprovalBoard::open_for(const protocol::TechnicianId& technician, std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    std::vector<Approval> found;
    for (const auto& [id, entry] : m_open) {
        if (entry.approval.technician == technician && entry.deadline > boot_now) found.push_back(entry.approval);
    }
    std::ranges::sort(found, {}, &Approval::id);
    return found;
}

std::expected<Approval, ClaimError> ApprovalBoard::peek(const protocol::RequestId& id,
                                                        const protocol::TechnicianId& technician,
                                                        std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    const auto entry = m_open.find(id);
    if (entry == m_open.end()) {
        const auto ended = m_ended.find(id);
        const bool own = ended != m_ended.end() && ended->second == technician;
        return std::unexpected(own ? ClaimError::Answered : ClaimError::NotFound);
    }
    if (entry->second.approval.technician != technician) return std::unexpected(ClaimError::NotFound);
    if (entry->second.deadline <= boot_now) return std::unexpected(ClaimError::Expired);
    return entry->second.approval;
}

std::expected<Approval, ClaimError> ApprovalBoard::claim(const protocol::RequestId& id,
                                                         const protocol::TechnicianId& technician,
                                                         std::int64_t boot_now) {
    auto found = peek(id, technician, boot_now);
    if (!found) return found;
    const std::lock_guard lock(m_mutex);
    // Between the two locks somebody else may have been first.
    if (m_open.erase(id) == 0) return std::unexpected(ClaimError::Answered);
    remember_ended(*found, boot_now);
    return found;
}

std::optional<Approval> ApprovalBoard::cancel(const protocol::RequestId& id, const protocol::DeviceId& device,
                                              std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    const auto entry = m_open.find(id);
    if (entry == m_open.end() || entry->second.approval.device != device) return std::nullopt;
    auto approval = std::move(entry->second.approval);
    m_open.erase(entry);
    remember_ended(approval, boot_now);
    return approval;
}

void ApprovalBoard::mute(const protocol::TechnicianId& technician, const protocol::DeviceId& device,
                         std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    m_noises[{technician, device}].muted_until = boot_now + k_mute_ms;
}

std::vector<Approval> ApprovalBoard::expire(std::int64_t boot_now) {
    const std::lock_guard lock(m_mutex);
    std::vector<Approval> expired;
    for (auto entry = m_open.begin(); entry != m_open.end();) {
        if (entry->second.deadline > boot_now) {
            ++entry;
            continue;
        }
        remember_ended(entry->second.approval, boot_now);
        expired.push_back(std::move(entry->second.approval));
        entry = m_open.erase(entry);
    }
    forget_the_quiet(boot_now);
    return expired;
}

bool ApprovalBoard::makes_a_sound(const NoiseKey& key, std::int64_t boot_now) {
    auto& noise = m_noises[key];
    if (noise.muted_until > boot_now) return false;
    while (!noise.sounds.empty() && noise.sounds.front() + k_sound_window_ms <= boot_now)
        noise.sounds.pop_front();
    if (noise.sounds.size() >= k_sounds_per_device) return false;
    noise.sounds.push_back(boot_now);
    return true;
}

void ApprovalBoard::forget_the_quiet(std::int64_t boot_now) {
    std::erase_if(m_noises, [boot_now](const auto& item) {
        const Noise& noise = item.second;
        return noise.muted_until <= boot_now &&
               (noise.sounds.empty() || noise.sounds.back() + k_sound_window_ms <= boot_now);
    });
}

void ApprovalBoard::remember_ended(const Approval& approval, std::int64_t boot_now) {
    while (!m_ended_order.empty() && m_ended_order.front().first + k_remember_ended_ms <= boot_now) {
        m_ended.erase(m_ended_order.front().second);
        m_ended_order.pop_front();
    }
    m_ended.emplace(approval.id, approval.technician);
    m_ended_order.emplace_back(boot_now, approval.id);
}

}  // namespace doorward::relay
