#pragma once

#include "msp-portal/server/services/account_switch_service.h"
#include "msp-portal/server/services/change_payload.h"
#include "msp-portal/server/services/exposure_service.h"
#include "msp-portal/server/services/presence.h"
#include "msp-portal/server/services/restore_service.h"
#include "msp-portal/server/services/session_service.h"
#include "msp-portal/server/services/team_service.h"
#include "msp-portal/server/services/technician_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/stores/audit_store.h"
#include "msp-portal/server/stores/device_store.h"
#include "msp-portal/server/stores/enrolment_token_store.h"
#include "msp-portal/server/stores/right_store.h"
#include "msp-portal/server/stores/tenant_store.h"
#include "protocol/json_writer.h"

#include <optional>
#include <string>
#include <string_view>

// The schemas of openapi.yaml, one function each; members in its order.
namespace doorward::portal::codec {

using protocol::JsonWriter;

/// Writes an item as a whole text.
template <class Write>
[[nodiscard]] std::string text_of(Write write) {
    return JsonWriter::object_text(write);
}

/// `write(out, item)` writes the members of one item.
template <class Item, class Write>
[[nodiscard]] std::string page_text(const Page<Item>& page, Write write) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.list("items", page.items, [&](const Item& item) { out.object([&] { write(out, item); }); });
        out.optional_text("next", page.next);
    });
}

void reference(JsonWriter& out, std::string_view name, const std::string& id, const std::string& text);
void optional_reference(JsonWriter& out, std::string_view name, const std::optional<std::string>& id,
                        const std::optional<std::string>& text);

void me(JsonWriter& out, const SignedIn& signed_in, const Deployment& deployment);
void admin_session(JsonWriter& out, const session_service::ShownSession& session);
void set_up(JsonWriter& out, const session_service::SetUpView& view, const Deployment& deployment);
void team(JsonWriter& out, platform::Database& database, const TeamRecord& team, protocol::Timestamp now);
/// What administrators decide on after a restore.
void restore(JsonWriter& out, const restore_service::Overview& overview, const Actor& actor, const Presence& presence);
void dashboard(JsonWriter& out, const team_service::Dashboard& dashboard, const exposure_service::Counts& exposed,
               std::int64_t connected);
void tenant(JsonWriter& out, const TenantRecord& tenant, const Presence& presence);
void account_plan(JsonWriter& out, const account_switch_service::Plan& plan, const Presence& presence);
void tenant_codes(JsonWriter& out, const tenant_code_service::State& state);
void account_switch(JsonWriter& out, const account_switch_service::State& state, const Presence& presence);
void enrolment_token(JsonWriter& out, const EnrolmentTokenRecord& token, protocol::Timestamp now);
void device(JsonWriter& out, const DeviceRecord& device, const protocol::Incarnation& incarnation,
            const Presence& presence);
void technician(JsonWriter& out, platform::Database& database, const TechnicianRecord& technician,
                const std::string& prefix, protocol::Timestamp now);
/// `actor` is who looks at it.
void change(JsonWriter& out, const ChangeRecord& change, const Actor& actor);
void audit_event(JsonWriter& out, const AuditRecord& event);

}  // namespace doorward::portal::codec
