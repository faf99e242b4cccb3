#include "msp-portal/server/services/exposure_service.h"

#include "msp-portal/server/services/sign_in_rules.h"
#include "msp-portal/server/stores/roster_store.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace doorward::portal {

std::string_view to_string(const ExposureReason& reason) {
    return reason.missing ? protocol::to_string(*reason.missing) : "phone_removed";
}

namespace exposure_service {

namespace {

using namespace protocol;

Roster roster_of(std::vector<RosterDocument> documents) {
    auto roster = Roster::create(std::move(documents));
    if (!roster) throw StoreFailure(platform::DatabaseError::Corrupt, to_string(roster.error()));
    return std::move(*roster);
}

// A phone's codes work as long as the workstation holds its key.
bool lost_a_phone(const TechnicianDocument& before, const TechnicianDocument& after) {
    return std::ranges::any_of(before.phones, [&](const PhoneRecord& phone) {
        return std::ranges::none_of(after.phones, [&](const PhoneRecord& one) { return one.id == phone.id; });
    });
}

// A customer's own secret may be in any authenticator app, phone or not.
bool by_customers_code(const Roster& roster) {
    return roster.tenant() != nullptr && roster.tenant()->code_scheme == CodeScheme::PerTenant;
}

// Nothing where the newest roster lets in whoever the older one does, by the same phones.
std::optional<ExposureReason> reason_of(const Roster& held, const Roster& newest, const TechnicianId& id,
                                        const DeviceId& device, Timestamp now) {
    const auto* before = held.technician(id);
    const bool has_code = before != nullptr && (!before->phones.empty() || by_customers_code(held));
    if (!has_code) return std::nullopt;
    if (sign_in_rules::missing(held, id, device, now)) return std::nullopt;
    if (const auto missing = sign_in_rules::missing(newest, id, device, now)) return ExposureReason{missing};
    const auto* after = newest.technician(id);
    if (after != nullptr && lost_a_phone(*before, *after)) return ExposureReason{};
    return std::nullopt;
}

class TenantLook {
public:
    TenantLook(platform::Database& database, TenantId tenant, Timestamp now)
        : m_database(database), m_tenant(tenant), m_now(now) {}

    void look(const std::vector<DeviceBehind>& devices, std::vector<Exposure>& found) {
        // By the revision that is held: those who were away together hold the same.
        std::map<std::int64_t, std::vector<const DeviceBehind*>> groups;
        for (const auto& device : devices)
            groups[device.held_revision].push_back(&device);
        for (const auto& [revision, group] : groups)
            look_at(revision, group, found);
    }

private:
    void look_at(std::int64_t revision, const std::vector<const DeviceBehind*>& devices, std::vector<Exposure>& found) {
        auto before = roster_store::replaced_since(m_database, m_tenant, revision);
        // Only additions since.
        if (before.empty()) return;
        auto documents = roster_store::unchanged_since(m_database, m_tenant, revision);
        std::ranges::move(before, std::back_inserter(documents));
        const auto held = roster_of(std::move(documents));
        for (const auto* device : devices) {
            for (const auto& [id, technician] : held.technicians()) {
                const auto reason = reason_of(held, newest(), id, device->id, m_now);
                if (!reason) continue;
                found.push_back({.technician = {id, technician.name},
                                 .technician_is_gone = newest().technician(id) == nullptr,
                                 .device = {device->id, device->name},
                                 .tenant = {m_tenant, device->tenant_name},
                                 .reason = *reason,
                                 .account = held.account_of(technician),
                                 .held_revision = revision,
                                 .newest_revision = device->newest_revision,
                                 .last_seen_at = device->last_seen_at,
                                 .until = device->until});
            }
        }
    }
    const Roster& newest() {
        if (!m_newest) m_newest = roster_of(roster_store::unchanged_since(m_database, m_tenant, k_any_revision));
        return *m_newest;
    }

    static constexpr std::int64_t k_any_revision = std::int64_t{1} << 53;
    platform::Database& m_database;
    TenantId m_tenant;
    Timestamp m_now;
    std::optional<Roster> m_newest;
};

}  // namespace

ExposureView all(platform::Database& database, const TeamId& team, Timestamp now) {
    ExposureView view;
    std::map<TenantId, std::vector<DeviceBehind>> behind;
    for (auto& device : device_store::behind(database, team, now)) {
        if (device.known) {
            behind[device.tenant_id].push_back(std::move(device));
        } else {
            view.unjudged.push_back({.device = {device.id, std::move(device.name)},
                                     .tenant = {device.tenant_id, std::move(device.tenant_name)},
                                     .last_seen_at = device.last_seen_at,
                                     .until = device.until});
        }
    }
    for (const auto& [tenant, devices] : behind)
        TenantLook(database, tenant, now).look(devices, view.exposures);
    std::ranges::sort(view.exposures, {}, [](const Exposure& item) {
        return std::tie(item.technician.name, item.technician.id, item.tenant.name, item.device.name, item.device.id);
    });
    std::ranges::sort(view.unjudged, {}, [](const Unjudged& item) {
        return std::tie(item.tenant.name, item.device.name, item.device.id);
    });
    return view;
}

Counts counts(const ExposureView& view) {
    std::set<DeviceId> devices;
    std::set<TechnicianId> technicians;
    for (const auto& exposure : view.exposures) {
        devices.insert(exposure.device.id);
        technicians.insert(exposure.technician.id);
    }
    return {.workstations = static_cast<std::int64_t>(devices.size()),
            .technicians = static_cast<std::int64_t>(technicians.size()),
            .unjudged = static_cast<std::int64_t>(view.unjudged.size())};
}

}  // namespace exposure_service
}  // namespace doorward::portal
