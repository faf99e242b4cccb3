#pragma once

#include "msp-portal/server/api/codec.h"
#include "msp-portal/server/services/access_explainer.h"
#include "msp-portal/server/services/what_if.h"
#include "msp-portal/server/stores/department_store.h"
#include "msp-portal/server/stores/device_group_store.h"
#include "msp-portal/server/stores/policy_store.h"
#include "msp-portal/server/stores/role_store.h"

// The schemas of openapi.yaml that say who may enter what; members in its order.
namespace doorward::portal::codec {

void role(JsonWriter& out, const RoleRecord& role);
void right(JsonWriter& out, const RightRecord& right, protocol::Timestamp now);
void policy(JsonWriter& out, platform::Database& database, const protocol::TeamId& team, const PolicyRecord& policy);

void entry(JsonWriter& out, const access_explainer::Entry& entry, const protocol::Incarnation& incarnation,
           const Presence& presence, protocol::Timestamp now);

void effect(JsonWriter& out, const what_if::Effect& effect);

/// In a list without its members and policies.
enum class Detail { InList, Alone };
void department(JsonWriter& out, platform::Database& database, const DepartmentRecord& department, Detail detail);
void device_group(JsonWriter& out, platform::Database& database, const DeviceGroupRecord& group, Detail detail);

/// A whole body: the change, or null where none was needed.
[[nodiscard]] std::string perhaps_change(const std::optional<ChangeRecord>& change, const Actor& actor);
void optional_change(JsonWriter& out, std::string_view name, const std::optional<ChangeRecord>& change,
                     const Actor& actor);

}  // namespace doorward::portal::codec
