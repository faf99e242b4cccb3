#include "protocol/phone_response.h"

#include "tests/protocol/vector_file.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace doorward::protocol {
namespace {

using nlohmann::json;

template <class SomeId>
SomeId id_of(const json& text) {
    return SomeId::parse(text.get<std::string>()).value();
}

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(const json& text) {
    std::array<std::uint8_t, Size> bytes{};
    std::ranges::copy(test::bytes_of(text), bytes.begin());
    return bytes;
}

constexpr Timestamp k_at{1'795'292'685'123};
constexpr Timestamp k_later{1'795'292'745'123};

}  // namespace

TEST_CASE("the relay's answers have the form that the phone app reads", "[protocol][vectors]") {
    std::map<std::string, std::string> expected;
    for (const auto& vector : test::read_vectors(test::vector_folder() / "responses.json")["cases"]) {
        expected.emplace(vector["name"].get<std::string>(), vector["text"].get<std::string>());
    }
    std::size_t checked = 0;
    const auto check = [&](const std::string& name, const std::string& text) {
        INFO(name);
        REQUIRE(expected.contains(name));
        CHECK(text == expected.at(name));
        ++checked;
    };
    const json owner = json::parse(expected.at("phone_owner"));
    const json workstation = json::parse(expected.at("workstation_list"))["workstations"][0];
    const json activity = json::parse(expected.at("activity_page"))["events"][0];
    const TeamSummary team{.id = id_of<TeamId>(owner["team"]["id"]), .name = "Example MSP"};
    const auto technician = id_of<TechnicianId>(owner["technician"]["id"]);
    const auto phone = id_of<PhoneId>(owner["phone"]["id"]);
    const auto device = id_of<DeviceId>(workstation["id"]);
    const auto request_id = id_of<RequestId>(json::parse(expected.at("push_payload"))["request_id"]);

    check("pairing_offer",
          encode_pairing_offer({.pairing_id = id_of<PairingId>(json::parse(expected.at("pairing_offer"))["pairing_id"]),
                                .team = team,
                                .technician_id = technician,
                                .technician_name = "Nik \"N\" M\u00FCller",
                                .technician_username = "nik",
                                .rp_id = "app.example.com",
                                .serial = 2,
                                .expires_at = k_later,
                                .replaces_phone = true}));
    check("pairing_result", encode_pairing_result({.phone_id = phone, .state = PhoneState::WaitingForAcceptance}));
    check("session_nonce", encode_session_nonce(array_of<32>(json::parse(expected.at("session_nonce"))["nonce"])));
    check("phone_owner", encode_phone_owner({.technician_id = technician,
                                             .technician_name = "Nik \"N\" M\u00FCller",
                                             .technician_username = "nik",
                                             .email = std::nullopt,
                                             .team = team,
                                             .phone_id = phone,
                                             .serial = 2,
                                             .credential_id = test::bytes_of(owner["phone"]["credential_id"]),
                                             .label = "Nik's phone",
                                             .strength = PhoneStrength::Synced,
                                             .state = PhoneState::Active,
                                             .rp_id = "app.example.com"}));

    const Workstation connected{
        .id = device,
        .name = "W11-L",
        .tenant_id = id_of<TenantId>(workstation["tenant_id"]),
        .tenant_name = "Customer",
        .account = "msp-nik",
        .signing_key = crypto::DevicePublicKey(array_of<32>(workstation["signing_key"])),
        .agreement_key = crypto::DeviceAgreementPublicKey(array_of<32>(workstation["agreement_key"])),
        .code_scheme = CodeScheme::PerMachine,
        .connected = true,
        .offline_until = k_later};
    Workstation away = connected;
    away.connected = false;
    away.offline_until.reset();
    const auto list = json::parse(expected.at("workstation_list"));
    TenantCodes codes{.tenant_id = connected.tenant_id, .secrets = {}};
    for (const auto& secret : list["tenant_codes"][0]["secrets"]) {
        codes.secrets.push_back({.id = id_of<TenantSecretId>(secret["id"]),
                                 .ends_at = secret["ends_at"].is_null() ? std::nullopt : std::optional(k_later),
                                 .sealed = test::bytes_of(secret["sealed"])});
    }
    check("workstation_list",
          encode_workstation_list({.as_of = k_at, .workstations = {connected, away}, .tenant_codes = {codes}}));
    check("no_workstations", encode_workstation_list({.as_of = k_at, .workstations = {}}));

    const OpenSignInRequest request{
        .id = request_id,
        .envelope = {.body = R"({"version":1})", .signature = crypto::Signature(std::array<std::uint8_t, 64>{})},
        .device_id = device,
        .created_at = k_at,
        .expires_at = k_later,
        .silent = true};
    check("open_sign_in_requests", encode_open_sign_in_requests({request}));
    check("live_sign_in_request", encode_live_sign_in_request(request));
    check("sign_in_answer_result", encode_sign_in_answer_result(SignInClosedState::Approved));
    check("live_sign_in_closed", encode_live_sign_in_closed(request_id, SignInClosedState::Cancelled));
    check("live_workstations_changed", encode_live_workstations_changed());
    check("push_key", encode_push_key(array_of<65>(json::parse(expected.at("push_key"))["public_key"])));
    check("push_payload", encode_push_payload(request_id));

    const ActivityEntry entry{.id = id_of<EventId>(activity["id"]),
                              .kind = "sign_in_online",
                              .outcome = "success",
                              .device_id = device,
                              .device_name = "W11-L",
                              .tenant_name = "Customer",
                              .at = k_at};
    ActivityEntry bare = entry;
    bare.device_id.reset();
    bare.device_name.reset();
    bare.tenant_name.reset();
    check("activity_page", encode_activity_page({.events = {entry, bare}, .next = std::nullopt}));
    CHECK(checked == expected.size());
}

}  // namespace doorward::protocol
