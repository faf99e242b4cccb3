#include "crypto/challenge_code.h"
#include "crypto/hkdf.h"
#include "crypto/one_time_code.h"
#include "protocol/audit_event.h"
#include "protocol/audit_log.h"
#include "protocol/challenge.h"
#include "protocol/enrolment.h"
#include "protocol/offline_code.h"
#include "protocol/roster.h"
#include "protocol/tenant_code.h"
#include "protocol/time.h"
#include "tests/protocol/vector_file.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <map>
#include <string>

namespace doorward::protocol {
namespace {

using nlohmann::json;
using test::bytes_of;

std::string base64url(crypto::ByteView bytes) {
    return crypto::base64url_encode(bytes);
}

template <class SomeId>
SomeId id_of(const json& text) {
    return SomeId::parse(text.get<std::string>()).value();
}

std::array<std::uint8_t, 32> nonce_of(const json& text) {
    std::array<std::uint8_t, 32> nonce{};
    std::ranges::copy(bytes_of(text), nonce.begin());
    return nonce;
}

PhoneBinding binding_of(const json& in) {
    return {.team_id = id_of<TeamId>(in["team_id"]),
            .technician_id = id_of<TechnicianId>(in["technician_id"]),
            .serial = in["serial"].get<std::uint32_t>()};
}

template <class Fixed>
Fixed fixed_of(const json& text) {
    return Fixed::create(bytes_of(text)).value();
}

LinkSecret secret_of(const json& text) {
    return LinkSecret::create(bytes_of(text)).value();
}

json offline(const json& in) {
    const auto tenant = id_of<TenantId>(in["tenant_id"]);
    const auto device = crypto::DeviceAgreementKey::create(bytes_of(in["device_private_key"])).value();
    const auto phone = crypto::PhoneAgreementKey::create(bytes_of(in["phone_private_key"])).value();
    REQUIRE(base64url(device.public_key().bytes()) == in["device_public_key"].get<std::string>());
    const auto at_device = offline_secrets(tenant, device, phone.public_key());
    const auto at_phone = offline_secrets(tenant, phone, device.public_key());
    REQUIRE(at_device.has_value());
    REQUIRE(at_phone.has_value());
    CHECK(at_device->totp == at_phone->totp);
    CHECK(at_device->challenge == at_phone->challenge);
    return {{"totp", base64url(at_device->totp.bytes())}, {"challenge", base64url(at_device->challenge.bytes())}};
}

json token(const json& in) {
    const auto text = in["text"].get<std::string>();
    const auto parsed = EnrolmentToken::parse(text);
    if (!parsed) return nullptr;
    CHECK(parsed->format() == text);
    return {{"app_host", parsed->app_host},
            {"port", parsed->port},
            {"portal_key", base64url(parsed->portal_key.bytes())},
            {"secret", base64url(parsed->secret.bytes())}};
}

json phone_agreement_key(const json& in) {
    const auto binding = binding_of(in);
    crypto::Bytes context(binding.team_id.bytes().begin(), binding.team_id.bytes().end());
    context.insert(context.end(), binding.technician_id.bytes().begin(), binding.technician_id.bytes().end());
    for (int shift = 24; shift >= 0; shift -= 8) {
        context.push_back(static_cast<std::uint8_t>(binding.serial >> shift));
    }
    std::array<std::uint8_t, 32> output{};
    crypto::derive_bytes(crypto::Purpose::PhoneAgreementKey, bytes_of(in["prf_output"]), context, output);
    const auto key = crypto::PhoneAgreementKey::create(output).value();
    return {{"private_key", base64url(output)}, {"public_key", base64url(key.public_key().bytes())}};
}

json state_hash(const json& in) {
    std::vector<RosterDocument> documents;
    for (const auto& document : in["documents"]) {
        documents.push_back({.id = DocumentId::parse(document["id"].get<std::string>()).value(),
                             .body = document["body"].get<std::string>()});
    }
    return base64url(roster_state_hash(documents).bytes());
}

json signature(const json& in) {
    const auto key = crypto::DeviceSigningKey::from_seed(bytes_of(in["seed"])).value();
    CHECK(base64url(key.public_key().bytes()) == in["public_key"].get<std::string>());
    for (int at = 0; at <= static_cast<int>(crypto::k_last_purpose); ++at) {
        const auto purpose = static_cast<crypto::Purpose>(at);
        if (crypto::text(purpose) != in["purpose"].get<std::string>()) continue;
        const auto envelope = sign_envelope(key, purpose, in["body"].get<std::string>());
        CHECK(verify_envelope(key.public_key(), purpose, envelope).has_value());
        CHECK_FALSE(verify_envelope(key.public_key(), crypto::Purpose::Backup, envelope).has_value());
        return base64url(envelope.signature.bytes());
    }
    return "no such purpose";
}

json time_value(const json& in) {
    const auto text = in["text"].get<std::string>();
    const auto time = parse_time(text);
    if (!time) return nullptr;
    CHECK(format_time(*time) == text);
    return time->milliseconds;
}

json offline_code(const json& in) {
    const auto step = crypto::step_at(in["unix_seconds"].get<std::int64_t>(), crypto::k_per_machine_code);
    return crypto::code_at(bytes_of(in["totp_secret"]), crypto::k_per_machine_code, step.value()).value().text();
}

json challenge_answer(const json& in) {
    const auto secret = crypto::OfflineChallengeSecret::create(bytes_of(in["challenge_secret"])).value();
    const auto question = crypto::Code::parse(in["question"].get<std::string>(), crypto::CodeDigits::Eight).value();
    return crypto::challenge_answer(secret, question).value().text();
}

TenantSecretName secret_name(const json& in) {
    return {.tenant = *TenantId::parse(in["tenant_id"].get<std::string>()),
            .secret = *TenantSecretId::parse(in["secret_id"].get<std::string>())};
}

json tenant_secret(const json& in) {
    const auto own = crypto::PhoneAgreementKey::create(bytes_of(in["private_key"])).value();
    const auto secret = open_tenant_secret(own, secret_name(in), bytes_of(in["sealed"]));
    if (!secret) return nullptr;
    const auto again = seal_tenant_secret(own.public_key(), secret_name(in), *secret);
    REQUIRE(again.has_value());
    CHECK(again->size() == k_sealed_tenant_secret);
    CHECK(*again != bytes_of(in["sealed"]));
    CHECK(open_tenant_secret(own, secret_name(in), *again) == *secret);
    return base64url(secret->bytes());
}

json tenant_code(const json& in) {
    const auto step = crypto::step_at(in["unix_seconds"].get<std::int64_t>(), crypto::k_per_tenant_code);
    return crypto::code_at(bytes_of(in["secret"]), crypto::k_per_tenant_code, step.value()).value().text();
}

json otpauth(const json& in) {
    const auto secret = crypto::TenantTotpSecret::create(bytes_of(in["secret"])).value();
    return otpauth_uri(in["team_name"].get<std::string>(), in["tenant_name"].get<std::string>(), secret_name(in),
                       secret);
}

using Computation = std::function<json(const json&)>;

const std::map<std::string, Computation>& computations() {
    static const std::map<std::string, Computation> table{
        {"sign_in_challenge",
         [](const json& in) {
             const auto body = in["request_body"].get<std::string>();
             return base64url(sign_in_challenge(body, PromptNumber::create(in["number"].get<int>()).value()).bytes());
         }},
        {"pair_challenge",
         [](const json& in) {
             return base64url(pair_challenge(id_of<PairingId>(in["pairing_id"]),
                                             id_of<TechnicianId>(in["technician_id"]), secret_of(in["secret"]))
                                  .bytes());
         }},
        {"app_session_challenge",
         [](const json& in) { return base64url(app_session_challenge(nonce_of(in["nonce"])).bytes()); }},
        {"admin_session_challenge",
         [](const json& in) { return base64url(admin_session_challenge(nonce_of(in["nonce"])).bytes()); }},
        {"admin_register_challenge",
         [](const json& in) {
             return base64url(
                 admin_register_challenge(id_of<TechnicianId>(in["technician_id"]), nonce_of(in["nonce"])).bytes());
         }},
        {"change_challenge",
         [](const json& in) {
             const auto body = in["change_body"].get<std::string>();
             return base64url(change_challenge(id_of<ChangeId>(in["change_id"]), body).bytes());
         }},
        {"agreement_key_challenge",
         [](const json& in) {
             const auto key = fixed_of<crypto::PhoneAgreementPublicKey>(in["agreement_key"]);
             return base64url(agreement_key_challenge(binding_of(in), key).bytes());
         }},
        {"phone_agreement_prf_input",
         [](const json& in) { return base64url(phone_agreement_prf_input(binding_of(in)).bytes()); }},
        {"phone_agreement_key", phone_agreement_key},
        {"offline_secrets", offline},
        {"key_label",
         [](const json& in) {
             const auto name = in["device_name"].get<std::string>();
             return key_label(name, fixed_of<crypto::DeviceAgreementPublicKey>(in["device_public_key"]),
                              fixed_of<crypto::PhoneAgreementPublicKey>(in["phone_public_key"]));
         }},
        {"offline_code", offline_code},
        {"challenge_answer", challenge_answer},
        {"tenant_secret", tenant_secret},
        {"tenant_key_id", [](const json& in) { return key_id(secret_name(in)); }},
        {"tenant_code", tenant_code},
        {"otpauth_uri", otpauth},
        {"roster_state_hash", state_hash},
        {"audit_event_hash",
         [](const json& in) { return base64url(audit_event_hash(in["body"].get<std::string>()).bytes()); }},
        {"log_leaf",
         [](const json& in) {
             const LogEntry entry{{in["received_at"].get<std::int64_t>()},
                                  crypto::Digest::create(bytes_of(in["event_hash"])).value()};
             return base64url(log_leaf(entry).bytes());
         }},
        {"enrolment_secret_hash",
         [](const json& in) {
             const auto secret = EnrolmentSecret::create(bytes_of(in["secret"])).value();
             return base64url(enrolment_secret_hash(secret).bytes());
         }},
        {"pairing_link",
         [](const json& in) { return pairing_link(in["app_origin"].get<std::string>(), secret_of(in["secret"])); }},
        {"enrolment_token", token},
        {"signature", signature},
        {"time", time_value},
        {"local_minute_of_week",
         [](const json& in) {
             return local_minute_of_week({in["time"].get<std::int64_t>()},
                                         std::chrono::minutes(in["offset_minutes"].get<int>()));
         }},
    };
    return table;
}

}  // namespace

TEST_CASE("every computation gives what the second implementation of WIRE.md gives", "[protocol][vectors]") {
    const auto file = test::read_vectors(test::vector_folder() / "computations.json");
    CHECK(file["cases"].size() > 60);
    for (const auto& vector : file["cases"]) {
        const auto name = vector["computation"].get<std::string>();
        INFO(name << " " << vector["input"].dump());
        REQUIRE(computations().contains(name));
        CHECK(computations().at(name)(vector["input"]) == vector["output"]);
    }
}

}  // namespace doorward::protocol
