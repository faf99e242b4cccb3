#pragma once

#include "msp-portal/server/services/policy_service.h"
#include "msp-portal/server/stores/policy_store.h"
#include "msp-portal/server/stores/roster_store.h"
#include "protocol/may_sign_in.h"
#include "tests/msp-portal/portal_world.h"

#include <optional>
#include <string>

namespace doorward::tests {

// A team with two administrators, two activated technicians without any right, and a customer with a workstation;
// whoever may enter is judged by the roster that the workstation is sent.
class AccessWorld : public PortalWorld {
public:
    protocol::DepartmentId department(const std::string& name);
    std::optional<portal::ChangeRecord> add(const protocol::DepartmentId& department,
                                            const protocol::TechnicianId& technician);
    // Full device access on the tenant.
    portal::ChangeRecord grant(const protocol::DepartmentId& department, const protocol::TenantId& tenant);
    portal::ChangeRecord grant_to(const protocol::TechnicianId& technician, const protocol::TenantId& tenant);
    void settle(const portal::ChangeRecord& change);

    // All devices, all subjects but those that a test chooses.
    [[nodiscard]] static protocol::PolicyDocument draft(const std::string& name);
    [[nodiscard]] portal::Result<portal::policy_service::Proposed> propose(const protocol::PolicyDocument& draft);
    [[nodiscard]] portal::Result<portal::policy_service::Proposed> revise(const protocol::PolicyId& id,
                                                                          std::int64_t version,
                                                                          const protocol::PolicyDocument& draft);
    [[nodiscard]] protocol::PolicyId start_policy();
    void retire_start_policy();

    [[nodiscard]] protocol::Decision decide(const protocol::TechnicianId& technician,
                                            protocol::SignInContext context = {});
    [[nodiscard]] bool may_enter(const protocol::TechnicianId& technician) { return may_enter(technician, device_id); }
    [[nodiscard]] bool may_enter(const protocol::TechnicianId& technician, const protocol::DeviceId& device);

    protocol::TechnicianId nik = activated("nik");
    protocol::TechnicianId mia = activated("mia");
    protocol::TenantId tenant_id = tenant(*owner, "Customer-1").id();
    protocol::DeviceId device_id = device(*owner, tenant_id, "W11-L").id;
    portal::Actor anna = administrator(*owner, *owner, "anna");

private:
    protocol::TechnicianId activated(const std::string& username);
    [[nodiscard]] protocol::Decision decide(const protocol::TechnicianId& technician, const protocol::DeviceId& device,
                                            protocol::SignInContext context);
};

}  // namespace doorward::tests
