#include "msp-portal/server/services/sign_in_rules.h"

#include "msp-portal/server/stores/right_store.h"
#include "msp-portal/server/stores/roster_store.h"

#include <algorithm>
#include <set>
#include <utility>

namespace doorward::portal::sign_in_rules {

using namespace protocol;

std::vector<RosterDocument> documents_for(platform::Database& database, const TeamId& team, const TenantId& tenant,
                                          const TechnicianId& technician) {
    std::vector<RosterDocument> documents;
    for (const auto kind : {DocumentKind::Team, DocumentKind::Tenant, DocumentKind::DeviceGroup,
                            DocumentKind::Department, DocumentKind::Role, DocumentKind::Policy}) {
        auto some = roster_store::of_kind(database, tenant, kind);
        std::ranges::move(some, std::back_inserter(documents));
    }
    if (auto document = roster_store::find(database, tenant, document_id(technician))) {
        documents.push_back(std::move(*document));
    }
    for (const auto& right : right_store::device_rights_of_technician(database, team, technician)) {
        if (auto document = roster_store::find(database, tenant, document_id(right.id()))) {
            documents.push_back(std::move(*document));
        }
    }
    return documents;
}

Roster roster_of(std::vector<RosterDocument> documents) {
    auto roster = Roster::create(std::move(documents));
    if (!roster) throw StoreFailure(platform::DatabaseError::Corrupt, to_string(roster.error()));
    return std::move(*roster);
}

bool is_judged_by_workstation(SignInRefusal refusal) {
    switch (refusal) {
        case SignInRefusal::OutsideTimeWindow:
        case SignInRefusal::ReasonRequired:
        case SignInRefusal::TicketRequired:
        case SignInRefusal::TicketMalformed:
        case SignInRefusal::ApprovalRequired:
            return true;
        default:
            return false;
    }
}

std::optional<SignInRefusal> missing(const Roster& roster, const TechnicianId& technician, const DeviceId& device,
                                     Timestamp now) {
    const auto decision =
        may_sign_in(roster, {.technician_id = technician, .device_id = device, .time = now, .context = {}});
    if (decision || is_judged_by_workstation(decision.error())) return std::nullopt;
    return decision.error();
}

SignInProgress may_ask(const Roster& roster, const SignInRequest& request, Timestamp now) {
    const auto* team = roster.team();
    const auto* tenant = roster.tenant();
    const auto* device = roster.device(request.device_id);
    const bool own = team != nullptr && tenant != nullptr && device != nullptr && request.team_id == team->id &&
                     request.tenant_id == tenant->id && request.tenant_id == device->tenant_id &&
                     request.device_name == device->name && request.tenant_name == tenant->name;
    if (!own || missing(roster, request.technician_id, request.device_id, now)) {
        return SignInProgress::NotAllowed;
    }
    return roster.technician(request.technician_id)->phones.empty() ? SignInProgress::NoPhone : SignInProgress::Waiting;
}

std::vector<Enterable> enterable_by(platform::Database& database, const TeamId& team, const TechnicianId& technician,
                                    Timestamp now) {
    std::set<TenantId> tenants;
    for (const auto& right : right_store::device_rights_of_technician(database, team, technician)) {
        const auto reached = right_store::tenants_reached(database, right);
        tenants.insert(reached.begin(), reached.end());
    }
    std::vector<Enterable> found;
    for (const auto& tenant : tenants) {
        auto documents = documents_for(database, team, tenant, technician);
        auto devices = roster_store::of_kind(database, tenant, DocumentKind::Device);
        std::ranges::move(devices, std::back_inserter(documents));
        const auto roster = roster_of(std::move(documents));
        const auto* known = roster.technician(technician);
        if (known == nullptr || roster.tenant() == nullptr) continue;
        for (auto& device : device_store::active_of_tenant(database, team, tenant)) {
            if (missing(roster, technician, device.id, now)) continue;
            // Codes are per machine wherever the tenant's secret is not.
            const bool has_secret = roster.tenant()->code_scheme == CodeScheme::PerTenant &&
                                    roster_store::holds(database, tenant, document_id(DeviceCodesId(device.id.uuid())));
            found.push_back({.device = std::move(device),
                             .code_scheme = has_secret ? CodeScheme::PerTenant : CodeScheme::PerMachine,
                             .account = roster.account_of(*known)});
        }
    }
    std::ranges::sort(found, {},
                      [](const Enterable& item) { return std::tie(item.device.tenant_name, item.device.name); });
    return found;
}

}  // namespace doorward::portal::sign_in_rules
