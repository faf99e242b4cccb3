#include "protocol/phone_request.h"

#include "protocol/json_parts.h"
#include "protocol/text.h"

#include <algorithm>

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<PhoneDecision>, 3> k_decisions{{
    {PhoneDecision::Approve, "approve"},
    {PhoneDecision::Refuse, "refuse"},
    {PhoneDecision::NotMe, "not_me"},
}};

LinkSecret read_secret(const JsonReader& value) {
    return LinkSecret::filled_by([&](std::span<std::uint8_t, 32> output) { value.bytes_into(output); });
}

Registration read_registration(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return Registration{.credential_id = in["credential_id"].bytes(k_credential_id_size),
                            .client_data_json = in["client_data_json"].bytes(k_client_data_size),
                            .attestation_object = in["attestation_object"].bytes({37, 16 * 1024})};
    });
}

bool is_endpoint(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    return text.size() <= 2048 && text.size() > scheme.size() && text.starts_with(scheme) &&
           std::ranges::all_of(text, [](char character) { return character > ' ' && character <= '~'; });
}

bool is_code_read(std::string_view text) {
    return text == "code_read";
}

CodeRead read_code_read(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        const auto id = in["id"].id<EventId>();
        (void)in["kind"].text(is_code_read);
        return CodeRead{.id = id,
                        .device_id = in["device_id"].id<DeviceId>(),
                        .step = in["step"].integer(k_any_count),
                        .at = in["at"].time_text()};
    });
}

}  // namespace

std::string_view to_string(PhoneDecision decision) {
    return choice_text(k_decisions, decision);
}

Decoded<PairingLookUp> decode_pairing_look_up(std::string_view json) {
    return decode_object(json, k_longest_phone_request,
                         [](JsonObjectReader& in) { return PairingLookUp{.secret = read_secret(in["secret"])}; });
}

Decoded<PairingComplete> decode_pairing_complete(std::string_view json) {
    return decode_object(json, k_longest_phone_request, [](JsonObjectReader& in) {
        return PairingComplete{.secret = read_secret(in["secret"]),
                               .registration = read_registration(in["registration"]),
                               .agreement_key = in["agreement_key"].fixed<crypto::PhoneAgreementPublicKey>(),
                               .proof = read_assertion(in["proof"]),
                               .prf = in["prf"].boolean(),
                               .label = in["label"].text(is_name)};
    });
}

Decoded<OpenAppSession> decode_open_app_session(std::string_view json) {
    return decode_object(json, k_longest_phone_request, [](JsonObjectReader& in) {
        return OpenAppSession{.nonce = in["nonce"].array<32>(), .assertion = read_assertion(in["assertion"])};
    });
}

Decoded<SignInAnswer> decode_sign_in_answer(std::string_view json) {
    return decode_object(json, k_longest_phone_request, [](JsonObjectReader& in) {
        SignInAnswer answer{.decision = in["decision"].choice(k_decisions),
                            .assertion = in["assertion"].optional(read_assertion)};
        if (answer.assertion.has_value() != (answer.decision == PhoneDecision::Approve)) {
            in.fail("assertion", DecodeErrorKind::BadValue);
        }
        return answer;
    });
}

Decoded<PushSubscription> decode_push_subscription(std::string_view json) {
    return decode_object(json, k_longest_phone_request, [](JsonObjectReader& in) {
        PushSubscription subscription{.endpoint = in["endpoint"].text(is_endpoint),
                                      .p256dh = in["p256dh"].array<65>(),
                                      .auth = in["auth"].array<16>()};
        if (subscription.p256dh[0] != 4) in.fail("p256dh", DecodeErrorKind::BadValue);
        return subscription;
    });
}

Decoded<ActivityReport> decode_activity_report(std::string_view json) {
    return decode_object(json, k_longest_phone_request, [](JsonObjectReader& in) {
        ActivityReport report{.events = in["events"].list({1, k_most_activities}, read_code_read)};
        std::vector<EventId> ids;
        ids.reserve(report.events.size());
        for (const CodeRead& event : report.events)
            ids.push_back(event.id);
        std::ranges::sort(ids);
        if (std::ranges::adjacent_find(ids) != ids.end()) in.fail("events", DecodeErrorKind::BadValue);
        return report;
    });
}

}  // namespace doorward::protocol
