#include "msp-portal/server/api/codec.h"

#include "crypto/encoding.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/stores/link_store.h"
#include "protocol/text.h"

namespace doorward::portal::codec {

namespace {

using namespace protocol;

std::string fingerprint_of(const crypto::DevicePublicKey& key) {
    const auto digest = crypto::sha256(key.bytes());
    return crypto::hex_encode(crypto::ByteView(digest.bytes()).first(8));
}

std::string_view shown(KeyState state) {
    return state == KeyState::Active ? "active" : "waiting_for_acceptance";
}

template <class IdType>
std::optional<std::string> text_of_id(const std::optional<IdType>& id) {
    return id ? std::optional(id->to_string()) : std::nullopt;
}

void write_wish(JsonWriter& out, std::string_view name, const AccountWish& wish) {
    out.object(name, [&] {
        out.optional_text("account_mode", wish.mode ? std::optional<std::string>(to_string(*wish.mode)) : std::nullopt);
        out.optional_text("account_prefix", wish.prefix);
    });
}

void write_rules(JsonWriter& out, std::string_view name, const account_switch_service::AccountRules& rules) {
    out.object(name, [&] {
        out.text("account_mode", to_string(rules.mode));
        out.text("account_prefix", rules.prefix);
        out.text("shared_account", rules.shared_account);
        out.text("code_scheme", to_string(rules.codes));
    });
}

void write_accounts(JsonWriter& out, std::string_view name,
                    const std::vector<account_switch_service::PlannedAccount>& accounts) {
    out.list(name, accounts, [&](const account_switch_service::PlannedAccount& account) {
        out.object([&] {
            out.text("name", account.name);
            if (account.technician) {
                reference(out, "technician", account.technician->id.to_string(), account.technician->name);
            } else {
                out.null("technician");
            }
        });
    });
}

void person(JsonWriter& out, const TechnicianRecord& technician) {
    out.object("technician", [&] {
        out.id("id", technician.id);
        out.text("name", technician.name);
        out.text("username", technician.username);
        out.optional_text("email", technician.email);
    });
}

void write_phone(JsonWriter& out, const PhoneEntry& phone) {
    out.id("id", phone.record.id);
    out.integer("serial", phone.record.serial);
    out.text("label", phone.label);
    out.text("strength", to_string(phone.record.strength));
    out.text("state", shown(phone.state));
    out.time_text("created_at", phone.created_at);
    out.optional_time_text("last_used_at", phone.last_used_at);
}

void write_passkey(JsonWriter& out, const AdminPasskey& passkey) {
    out.id("id", passkey.id);
    out.text("label", passkey.label);
    out.text("state", shown(passkey.state));
    out.time_text("created_at", passkey.created_at);
    out.optional_time_text("last_used_at", passkey.last_used_at);
}

}  // namespace

void reference(JsonWriter& out, std::string_view name, const std::string& id, const std::string& text) {
    out.object(name, [&] {
        out.text("id", id);
        out.text("name", text);
    });
}

void optional_reference(JsonWriter& out, std::string_view name, const std::optional<std::string>& id,
                        const std::optional<std::string>& text) {
    if (!id) return out.null(name);
    reference(out, name, *id, text.value_or(""));
}

void me(JsonWriter& out, const SignedIn& signed_in, const Deployment& deployment) {
    person(out, signed_in.technician);
    reference(out, "team", signed_in.team.id.to_string(), signed_in.team.name);
    out.boolean("owner", signed_in.technician.owner);
    out.list("permissions", signed_in.permissions, [&](const std::string& permission) { out.text(permission); });
    out.object("session", [&] {
        out.time_text("expires_at", signed_in.session.expires_at);
        out.integer("idle_minutes", session_service::k_idle.count());
    });
    out.text("app_origin", deployment.app_origin);
    out.boolean("mail", deployment.mail);
}

void admin_session(JsonWriter& out, const session_service::ShownSession& session) {
    const auto& record = session.record;
    out.id("id", record.id);
    out.boolean("current", session.current);
    out.text("address", record.client.address);
    out.text("user_agent", record.client.user_agent);
    reference(out, "passkey", record.passkey_id.to_string(), session.passkey_label);
    out.time_text("created_at", record.created_at);
    out.time_text("last_used_at", record.last_used_at);
    out.time_text("expires_at", record.expires_at);
}

void set_up(JsonWriter& out, const session_service::SetUpView& view, const Deployment& deployment) {
    out.id("id", view.link.id);
    out.text("kind", to_string(view.link.kind));
    reference(out, "team", view.team.id.to_string(), view.team.name);
    person(out, view.technician);
    out.text("rp_id", deployment.portal_host);
    out.time_text("expires_at", view.link.expires_at);
}

void team(JsonWriter& out, platform::Database& database, const TeamRecord& team, Timestamp now) {
    const auto owner_id = team_store::owner(database, team.id);
    const auto owner = owner_id ? technician_store::find(database, team.id, *owner_id) : std::nullopt;
    out.id("id", team.id);
    out.text("name", team.name);
    out.text("account_prefix", team.account_prefix);
    out.text("account_mode", to_string(team.account_mode));
    reference(out, "owner", owner ? owner->id.to_string() : "", owner ? owner->name : "");
    out.integer("administrators", team_store::administrators(database, team.id, now));
    out.boolean("suspended", team.suspended);
    const auto restored = restore_store::find(database, team.id);
    out.optional_time_text("restored_at", restored ? std::optional(restored->restored_at) : std::nullopt);
    out.time_text("created_at", team.created_at);
}

void restore(JsonWriter& out, const restore_service::Overview& overview, const Actor& actor, const Presence& presence) {
    const auto& team = overview.team;
    out.id("team_id", actor.team_id);
    out.id("incarnation", overview.incarnation);
    out.bytes("payload", crypto::as_bytes(restore_service::acceptance_payload(actor.team_id, overview.incarnation)));
    out.time_text("restored_at", team.restored_at);
    if (team.first_by) {
        reference(out, "accepted_by", team.first_by->id.to_string(), team.first_by->name);
    } else {
        out.null("accepted_by");
    }
    out.boolean("needs_another_person", !team.first_person_id && overview.needs_another);
    out.boolean("may_accept", team.first_person_id != actor.person_id);
    out.integer("unknown_devices", overview.strangers);
    out.list("devices", overview.reports, [&](const RestoreReport& report) {
        out.object([&] {
            out.id("id", report.device_id);
            out.text("name", report.name);
            reference(out, "tenant", report.tenant.id.to_string(), report.tenant.name);
            out.boolean("connected", presence.connected(report.device_id));
            out.optional_time_text("reported_at", report.reported_at);
            out.text("roster", to_string(report.roster));
            out.integer("revisions_lacking", report.revisions_lacking);
            out.integer("events_lacking", report.events_lacking);
        });
    });
}

void dashboard(JsonWriter& out, const team_service::Dashboard& dashboard, const exposure_service::Counts& exposed,
               std::int64_t connected) {
    out.integer("tenants", dashboard.tenants);
    out.integer("devices", dashboard.devices);
    out.integer("devices_connected", connected);
    out.integer("technicians", dashboard.technicians);
    out.integer("technicians_invited", dashboard.technicians_invited);
    out.integer("pending_changes", dashboard.pending_changes);
    out.integer("sign_ins_today", dashboard.sign_ins);
    out.integer("refusals_today", dashboard.refusals);
    out.integer("codes_used_twice", dashboard.codes_used_twice);
    out.integer("exposed_workstations", exposed.workstations);
    out.integer("exposed_technicians", exposed.technicians);
    out.integer("unjudged_workstations", exposed.unjudged);
}

void tenant(JsonWriter& out, const TenantRecord& tenant, const Presence& presence) {
    const auto& document = tenant.document;
    out.id("id", document.id);
    out.text("name", document.name);
    out.boolean("suspended", document.suspended);
    out.object("settings", [&] {
        out.text("account_prefix", tenant.account_prefix);
        out.text("account_mode", to_string(document.account_mode));
        write_wish(out, "own", tenant.wish);
        out.optional_text("shared_account", document.shared_account);
        out.text("code_scheme", to_string(document.code_scheme));
        out.integer("offline_days", document.offline_days);
        out.integer("longest_session_minutes", document.longest_session_minutes);
        out.text("sudo_asks", to_string(document.sudo_asks));
        out.text("homes", to_string(document.homes));
    });
    out.integer("devices", tenant.devices);
    out.integer("devices_connected", presence.connected_in(document.id));
    out.time_text("created_at", tenant.created_at);
}

void account_plan(JsonWriter& out, const account_switch_service::Plan& plan, const Presence& presence) {
    write_rules(out, "before", plan.before);
    write_rules(out, "after", plan.after);
    write_accounts(out, "locked", plan.locked);
    write_accounts(out, "made", plan.made);
    out.list("workstations", plan.devices, [&](const DeviceRecord& device) {
        out.object([&] {
            out.id("id", device.id);
            out.text("name", device.name);
            out.boolean("connected", presence.connected(device.id));
            out.optional_time_text("last_seen_at", device.last_seen_at);
            out.integer("sessions", device.sessions.value_or(0));
        });
    });
}

void account_switch(JsonWriter& out, const account_switch_service::State& state, const Presence& presence) {
    if (state.last) {
        out.object("last", [&] {
            write_wish(out, "before", state.last->before);
            out.text("code_scheme_before", to_string(state.last->codes_before));
            reference(out, "by", state.last->by.id.to_string(), state.last->by.name);
            out.time_text("at", state.last->at);
        });
    } else {
        out.null("last");
    }
    out.list("workstations", state.followers, [&](const account_switch_service::Follower& follower) {
        out.object([&] {
            out.id("id", follower.device.id);
            out.text("name", follower.device.name);
            out.boolean("connected", presence.connected(follower.device.id));
            out.optional_time_text("last_seen_at", follower.device.last_seen_at);
            out.text("progress", account_switch_service::to_string(follower.progress));
            out.list("open_accounts", follower.open_accounts, [&](const std::string& name) { out.text(name); });
        });
    });
}

void tenant_codes(JsonWriter& out, const tenant_code_service::State& state) {
    out.list("secrets", state.secrets, [&](const TenantSecretRecord& secret) {
        out.object([&] {
            out.text("key_id", key_id(secret.name));
            out.time_text("made_at", secret.made_at);
            out.optional_time_text("ends_at", secret.ends_at);
        });
    });
    out.integer("overlap_hours", tenant_code_service::k_overlap.count());
    out.list("workstations", state.workstations, [&](const tenant_code_service::State::Workstation& workstation) {
        out.object([&] {
            out.id("id", workstation.device.id);
            out.text("name", workstation.device.name);
            out.boolean("confirmed", workstation.confirmed);
        });
    });
    out.list("readings", state.readings, [&](const TenantSecretReading& reading) {
        out.object([&] {
            reference(out, "technician", reading.technician.id.to_string(), reading.technician.name);
            out.time_text("at", reading.at);
        });
    });
    out.text("may_read", to_string(state.may_read));
}

void enrolment_token(JsonWriter& out, const EnrolmentTokenRecord& token, Timestamp now) {
    const std::string_view state = token.revoked_at                   ? "revoked"
                                   : token.uses >= token.uses_allowed ? "used"
                                   : token.expires_at <= now          ? "expired"
                                                                      : "open";
    out.id("id", token.id);
    out.id("tenant_id", token.tenant_id);
    out.optional_text("label", token.label);
    out.integer("uses", token.uses);
    out.integer("uses_allowed", token.uses_allowed);
    out.text("state", state);
    out.time_text("expires_at", token.expires_at);
    out.time_text("created_at", token.created_at);
    if (token.created_by) {
        reference(out, "created_by", token.created_by->id.to_string(), token.created_by->name);
    } else {
        out.null("created_by");
    }
}

void device(JsonWriter& out, const DeviceRecord& device, const Incarnation& incarnation, const Presence& presence) {
    out.id("id", device.id);
    out.text("name", device.name);
    reference(out, "tenant", device.tenant_id.to_string(), device.tenant_name);
    out.text("kind", to_string(device.kind));
    out.text("state", to_string(device.state));
    device.quarantine ? out.text("quarantine_reason", to_string(*device.quarantine)) : out.null("quarantine_reason");
    out.text("operating_system", device.operating_system);
    out.optional_text("agent_version", device.agent_version);
    out.boolean("connected", presence.connected(device.id));
    out.optional_time_text("last_seen_at", device.last_seen_at);
    out.time_text("enrolled_at", device.enrolled_at);
    out.text("key_fingerprint", fingerprint_of(device.signing_key));
    device.clock_trusted ? out.boolean("clock_trusted", *device.clock_trusted) : out.null("clock_trusted");
    out.optional_integer("clock_drift_ms", presence.clock_drift(device.id));
    out.optional_time_text("offline_until", device.offline_until);
    out.optional_integer("sessions", device.sessions);
    device.key_place ? out.text("key_place", to_string(*device.key_place)) : out.null("key_place");
    out.list("accounts", device.accounts, [&](const DeviceAccount& account) {
        out.object([&] {
            out.text("name", account.name);
            out.text("state", account.state);
        });
    });
    out.boolean("up_to_date", device.has_newest_roster(incarnation));
}

void technician(JsonWriter& out, platform::Database& database, const TechnicianRecord& technician,
                const std::string& prefix, Timestamp now) {
    out.id("id", technician.id);
    out.text("name", technician.name);
    out.text("username", technician.username);
    out.text("account", account_name(prefix, technician.username).value_or(""));
    out.optional_text("email", technician.email);
    out.text("state", to_string(technician.state));
    out.text("status", to_string(technician.status));
    out.optional_text("status_reason", technician.status_reason);
    out.boolean("owner", technician.owner);
    out.boolean("administrator",
                !team_store::administration_permissions(database, technician.team_id, technician.id, now).empty());
    out.list("phones", technician_store::phones_of(database, technician.id),
             [&](const PhoneEntry& phone) { out.object([&] { write_phone(out, phone); }); });
    out.list("passkeys", technician_store::passkeys_of(database, technician.id),
             [&](const AdminPasskey& passkey) { out.object([&] { write_passkey(out, passkey); }); });
    const auto invitation = technician.state == TechnicianState::Invitation
                                ? link_store::invitation_of(database, technician.id)
                                : std::nullopt;
    if (invitation) {
        out.object("invitation", [&] {
            out.optional_text("sent_to", technician.email);
            out.time_text("expires_at", invitation->expires_at);
            out.boolean("expired", invitation->expires_at <= now);
        });
    } else {
        out.null("invitation");
    }
    out.time_text("created_at", technician.created_at);
    out.optional_time_text("activated_at", technician.activated_at);
}

void change(JsonWriter& out, const ChangeRecord& change, const Actor& actor) {
    const auto payload = decode_change_payload(change.payload);
    const std::vector<Difference> nothing;
    out.id("id", change.id);
    out.text("kind", to_string(change.kind));
    out.text("state", to_string(change.state));
    out.object("subject", [&] {
        out.text("kind", to_string(change.subject_kind));
        out.optional_text("id", text_of_id(change.subject_id));
        out.optional_text("name", payload ? payload->subject_name : std::nullopt);
    });
    out.list("difference", payload ? payload->difference : nothing, [&](const Difference& line) {
        out.object([&] {
            out.text("field", line.field);
            out.optional_text("before", line.before);
            out.optional_text("after", line.after);
        });
    });
    out.bytes("payload", crypto::as_bytes(change.payload));
    reference(out, "author", change.author.id.to_string(), change.author.name);
    if (change.decided_by) {
        reference(out, "decided_by", change.decided_by->id.to_string(), change.decided_by->name);
    } else {
        out.null("decided_by");
    }
    out.optional_text("reason", change.reason);
    out.boolean("may_accept", change_service::may_accept(change, actor));
    out.time_text("created_at", change.created_at);
    out.optional_time_text("decided_at", change.decided_at);
}

void audit_event(JsonWriter& out, const AuditRecord& event) {
    out.id("id", event.id);
    out.text("source", to_string(event.source));
    out.integer("sequence", event.sequence);
    out.bytes("hash", event.hash.bytes());
    out.time_text("at", event.at);
    out.time_text("received_at", event.received_at);
    out.boolean("clock_trusted", event.clock_trusted);
    out.text("kind", event.kind);
    out.text("outcome", to_string(event.outcome));
    out.optional_text("reason", event.reason);
    // A name that is gone (or was never the team's) leaves the id.
    optional_reference(out, "tenant", text_of_id(event.tenant_id), event.tenant_name);
    optional_reference(out, "device", text_of_id(event.device_id), event.device_name);
    optional_reference(out, "technician", text_of_id(event.technician_id), event.technician_name);
    optional_reference(out, "actor", text_of_id(event.actor_id), event.actor_name);
    out.optional_text("account", event.account);
    out.optional_text("session_id", text_of_id(event.session_id));
    out.optional_text("request_id", text_of_id(event.request_id));
    out.optional_text("service", event.service);
    out.optional_text("terminal", event.terminal);
    out.optional_text("remote_host", event.remote_host);
    out.optional_text("ticket", event.ticket);
    out.optional_text("stated_reason", event.stated_reason);
    out.integer("count", event.count);
    out.optional_integer("duration_ms", event.duration_ms);
    out.optional_text("subject_kind", event.subject_kind);
    out.optional_text("subject_id", text_of_id(event.subject_id));
    out.optional_text("subject_name", event.subject_name);
}

}  // namespace doorward::portal::codec
