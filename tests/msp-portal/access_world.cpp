#include "tests/msp-portal/access_world.h"

#include "msp-portal/server/services/department_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "protocol/roster.h"

#include <algorithm>
#include <stdexcept>

namespace doorward::tests {

using namespace portal;
using namespace protocol;

TechnicianId AccessWorld::activated(const std::string& username) {
    const auto id = technician(*owner, username).technician_id;
    must([&](UnitOfWork& unit) -> Result<bool> {
        auto record = *technician_store::find(unit.database, owner->team_id, id);
        record.state = TechnicianState::Activated;
        record.activated_at = unit.now;
        if (auto updated = technician_store::update(unit, record); !updated) return std::unexpected(updated.error());
        roster_service::technician_changed(unit, owner->team_id, id);
        return true;
    });
    return id;
}

DepartmentId AccessWorld::department(const std::string& name) {
    return must([&](UnitOfWork& unit) { return department_service::create(unit, *owner, name); }).id;
}

std::optional<ChangeRecord> AccessWorld::add(const DepartmentId& department, const TechnicianId& technician) {
    return must([&](UnitOfWork& unit) { return department_service::add_member(unit, *owner, department, technician); });
}

ChangeRecord AccessWorld::grant(const DepartmentId& department, const TenantId& tenant) {
    return must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *owner,
                                    {department, tenant, full_device_access(), std::nullopt, std::nullopt});
    });
}

ChangeRecord AccessWorld::grant_to(const TechnicianId& technician, const TenantId& tenant) {
    return PortalWorld::grant(*owner, technician, tenant);
}

void AccessWorld::settle(const ChangeRecord& change) {
    must_accept(anna, change);
}

PolicyDocument AccessWorld::draft(const std::string& name) {
    PolicyDocument policy{.id = PolicyId::make({1}, crypto::random_array<10>()),
                          .name = name,
                          .description = {},
                          .devices = {},
                          .subjects = {},
                          .conditions = {},
                          .valid_from = {},
                          .valid_until = {}};
    policy.devices.all = true;
    return policy;
}

Result<policy_service::Proposed> AccessWorld::propose(const PolicyDocument& draft) {
    return write([&](UnitOfWork& unit) { return policy_service::propose(unit, *owner, draft); });
}

Result<policy_service::Proposed> AccessWorld::revise(const PolicyId& id, std::int64_t version,
                                                     const PolicyDocument& draft) {
    auto next = draft;
    next.id = id;
    return write([&](UnitOfWork& unit) { return policy_service::revise(unit, *owner, version, next); });
}

PolicyId AccessWorld::start_policy() {
    return look(
        [&](platform::Database& database) { return policy_store::list(database, owner->team_id).front().document.id; });
}

void AccessWorld::retire_start_policy() {
    const auto id = start_policy();
    must([&](UnitOfWork& unit) { return policy_service::retire(unit, *owner, id); });
}

bool AccessWorld::may_enter(const TechnicianId& technician, const DeviceId& device) {
    return decide(technician, device, {}).has_value();
}

protocol::Decision AccessWorld::decide(const TechnicianId& technician, SignInContext context) {
    return decide(technician, device_id, std::move(context));
}

protocol::Decision AccessWorld::decide(const TechnicianId& technician, const DeviceId& device, SignInContext context) {
    const roster_service::HeadSigner signer{signing, std::nullopt};
    auto sent = store->read_blocking([&](platform::Database& database, Timestamp now) {
        return roster_service::sync(database, device, 0, now, signer);
    });
    if (!sent) throw std::runtime_error("no roster: " + std::string(to_string(sent.error())));
    const auto roster = Roster::create(std::move(sent->changes.documents));
    if (!roster) throw std::runtime_error("the roster does not hold together: " + to_string(roster.error()));
    return may_sign_in(*roster, {technician, device, store->now(), std::move(context)});
}

}  // namespace doorward::tests
