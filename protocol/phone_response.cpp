#include "protocol/phone_response.h"

#include "protocol/json_parts.h"

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<PhoneState>, 2> k_phone_states{{
    {PhoneState::Active, "active"},
    {PhoneState::WaitingForAcceptance, "waiting_for_acceptance"},
}};

constexpr std::array<Choice<SignInClosedState>, 5> k_closed_states{{
    {SignInClosedState::Approved, "approved"},
    {SignInClosedState::Refused, "refused"},
    {SignInClosedState::NotMe, "not_me"},
    {SignInClosedState::Expired, "expired"},
    {SignInClosedState::Cancelled, "cancelled"},
}};

void write_team(JsonWriter& out, const TeamSummary& team) {
    out.object("team", [&] {
        out.id("id", team.id);
        out.text("name", team.name);
    });
}

void write_request(JsonWriter& out, const OpenSignInRequest& request) {
    out.id("id", request.id);
    write_envelope(out, "envelope", request.envelope);
    out.id("device_id", request.device_id);
    out.time_text("created_at", request.created_at);
    out.time_text("expires_at", request.expires_at);
    out.boolean("silent", request.silent);
}

}  // namespace

std::string_view to_string(PhoneState state) {
    return choice_text(k_phone_states, state);
}
std::string_view to_string(SignInClosedState state) {
    return choice_text(k_closed_states, state);
}

std::string encode_pairing_offer(const PairingOffer& offer) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.id("pairing_id", offer.pairing_id);
        write_team(out, offer.team);
        out.object("technician", [&] {
            out.id("id", offer.technician_id);
            out.text("name", offer.technician_name);
            out.text("username", offer.technician_username);
        });
        out.text("rp_id", offer.rp_id);
        out.integer("serial", offer.serial);
        out.time_text("expires_at", offer.expires_at);
        out.boolean("replaces_phone", offer.replaces_phone);
    });
}

std::string encode_pairing_result(const PairingResult& result) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.id("phone_id", result.phone_id);
        out.text("state", to_string(result.state));
    });
}

std::string encode_session_nonce(const std::array<std::uint8_t, 32>& nonce) {
    return JsonWriter::object_text([&](JsonWriter& out) { out.bytes("nonce", nonce); });
}

std::string encode_phone_owner(const PhoneOwner& owner) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.object("technician", [&] {
            out.id("id", owner.technician_id);
            out.text("name", owner.technician_name);
            out.text("username", owner.technician_username);
            out.optional_text("email", owner.email);
        });
        write_team(out, owner.team);
        out.object("phone", [&] {
            out.id("id", owner.phone_id);
            out.integer("serial", owner.serial);
            out.bytes("credential_id", owner.credential_id);
            out.text("label", owner.label);
            out.text("strength", to_string(owner.strength));
            out.text("state", to_string(owner.state));
        });
        out.text("rp_id", owner.rp_id);
    });
}

std::string encode_workstation_list(const WorkstationList& list) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.time_text("as_of", list.as_of);
        out.list("workstations", list.workstations, [&](const Workstation& workstation) {
            out.object([&] {
                out.id("id", workstation.id);
                out.text("name", workstation.name);
                out.id("tenant_id", workstation.tenant_id);
                out.text("tenant_name", workstation.tenant_name);
                out.text("account", workstation.account);
                out.bytes("signing_key", workstation.signing_key.bytes());
                out.bytes("agreement_key", workstation.agreement_key.bytes());
                out.text("code_scheme", to_string(workstation.code_scheme));
                out.boolean("connected", workstation.connected);
                out.optional_time_text("offline_until", workstation.offline_until);
            });
        });
        out.list("tenant_codes", list.tenant_codes, [&](const TenantCodes& codes) {
            out.object([&] {
                out.id("tenant_id", codes.tenant_id);
                out.list("secrets", codes.secrets, [&](const SealedTenantSecret& secret) {
                    out.object([&] {
                        out.id("id", secret.id);
                        out.optional_time_text("ends_at", secret.ends_at);
                        out.bytes("sealed", secret.sealed);
                    });
                });
            });
        });
    });
}

std::string encode_open_sign_in_requests(const std::vector<OpenSignInRequest>& requests) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.list("requests", requests,
                 [&](const OpenSignInRequest& request) { out.object([&] { write_request(out, request); }); });
    });
}

std::string encode_sign_in_answer_result(SignInClosedState state) {
    return JsonWriter::object_text([&](JsonWriter& out) { out.text("state", to_string(state)); });
}

std::string encode_live_sign_in_request(const OpenSignInRequest& request) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", "sign_in_request");
        out.object("request", [&] { write_request(out, request); });
    });
}

std::string encode_live_sign_in_closed(const RequestId& id, SignInClosedState state) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", "sign_in_closed");
        out.id("id", id);
        out.text("state", to_string(state));
    });
}

std::string encode_live_workstations_changed() {
    return JsonWriter::object_text([](JsonWriter& out) { out.text("type", "workstations_changed"); });
}

std::string encode_push_key(const std::array<std::uint8_t, 65>& public_key) {
    return JsonWriter::object_text([&](JsonWriter& out) { out.bytes("public_key", public_key); });
}

std::string encode_activity_page(const ActivityPage& page) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.list("events", page.events, [&](const ActivityEntry& entry) {
            out.object([&] {
                out.id("id", entry.id);
                out.text("kind", entry.kind);
                out.text("outcome", entry.outcome);
                out.optional_id("device_id", entry.device_id);
                out.optional_text("device_name", entry.device_name);
                out.optional_text("tenant_name", entry.tenant_name);
                out.time_text("at", entry.at);
            });
        });
        out.optional_text("next", page.next);
    });
}

std::string encode_push_payload(const RequestId& id) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.text("type", "sign_in_request");
        out.id("request_id", id);
    });
}

}  // namespace doorward::protocol
