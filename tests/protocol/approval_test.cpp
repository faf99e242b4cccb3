#include "protocol/phone_proof.h"
#include "protocol/sign_in_approval.h"
#include "tests/protocol/vector_file.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace doorward::protocol {
namespace {

using nlohmann::json;
using test::bytes_of;

Assertion assertion_of(const json& in) {
    return {.credential_id = bytes_of(in["credential_id"]),
            .authenticator_data = bytes_of(in["authenticator_data"]),
            .client_data_json = bytes_of(in["client_data_json"]),
            .signature = bytes_of(in["signature"])};
}

PhoneRecord phone_of(const json& in) {
    return {.id = PhoneId::parse("019aa000-0007-744e-a325-51988dfe6989").value(),
            .serial = in["serial"].get<std::uint32_t>(),
            .credential_id = bytes_of(in["credential_id"]),
            .algorithm = in["algorithm"] == "es256" ? crypto::PasskeyAlgorithm::Es256 : crypto::PasskeyAlgorithm::EdDsa,
            .public_key = bytes_of(in["public_key"]),
            .agreement_key = crypto::PhoneAgreementPublicKey::create(bytes_of(in["agreement_key"])).value(),
            .proof = {},
            .strength = PhoneStrength::DeviceBound};
}

template <class Result>
json error_of(const Result& result) {
    return result ? json(nullptr) : json(std::string(to_string(result.error())));
}

}  // namespace

TEST_CASE("row 78: an approval counts only for the request, number, origin and passkey it was made for",
          "[protocol][vectors]") {
    const auto file = test::read_vectors(test::vector_folder() / "assertions.json");
    const auto rp_id = file["rp_id"].get<std::string>();
    const auto origin = file["origin"].get<std::string>();
    const auto request = file["request_body"].get<std::string>();
    const auto number = PromptNumber::create(file["number"].get<int>()).value();
    const RelyingParty party{.rp_id = rp_id, .origin = origin};
    for (const auto& phone : file["phones"]) {
        const PhoneRecord record = phone_of(phone);
        for (const auto& vector : phone["approvals"]) {
            INFO(phone["algorithm"] << " " << vector["name"]);
            const Assertion assertion = assertion_of(vector["assertion"]);
            CHECK(error_of(verify_approval(request, number, record, assertion, party)) == vector["agent"]);
            const auto key = passkey_public_key(record).value();
            CHECK(error_of(verify_approval_for_any_number(
                      request, {.credential_id = record.credential_id, .public_key = key}, assertion, party)) ==
                  vector["portal"]);
        }
    }
}

TEST_CASE("a sign count that does not grow is refused", "[protocol]") {
    const auto file = test::read_vectors(test::vector_folder() / "assertions.json");
    const auto rp_id = file["rp_id"].get<std::string>();
    const auto origin = file["origin"].get<std::string>();
    const auto request = file["request_body"].get<std::string>();
    const auto number = PromptNumber::create(file["number"].get<int>()).value();
    const auto& phone = file["phones"][0];
    const Assertion assertion = assertion_of(phone["approvals"][2]["assertion"]);
    const auto verify = [&](std::uint32_t seen) {
        return verify_approval(request, number, phone_of(phone), assertion, {.rp_id = rp_id, .origin = origin}, seen);
    };
    REQUIRE(verify(6).has_value());
    CHECK(verify(6)->sign_count == 7);
    CHECK(verify(7).error() == AssertionError::BadAssertion);
}

TEST_CASE("a phone's agreement key counts only with its passkey's proof", "[protocol][vectors]") {
    const auto file = test::read_vectors(test::vector_folder() / "assertions.json");
    const auto rp_id = file["rp_id"].get<std::string>();
    const auto origin = file["origin"].get<std::string>();
    const auto team = TeamId::parse(file["team_id"].get<std::string>()).value();
    const auto technician = TechnicianId::parse(file["technician_id"].get<std::string>()).value();
    for (const auto& phone : file["phones"]) {
        for (const auto& vector : phone["proofs"]) {
            INFO(phone["algorithm"] << " " << vector["name"]);
            PhoneRecord record = phone_of(phone);
            const Assertion proof = assertion_of(vector["assertion"]);
            record.proof = {.authenticator_data = proof.authenticator_data,
                            .client_data_json = proof.client_data_json,
                            .signature = proof.signature};
            CHECK(error_of(verify_phone_proof(team, technician, record, {.rp_id = rp_id, .origin = origin})) ==
                  vector["error"]);
        }
    }
}

TEST_CASE("a phone whose public key is no point is refused", "[protocol]") {
    const auto file = test::read_vectors(test::vector_folder() / "assertions.json");
    const auto rp_id = file["rp_id"].get<std::string>();
    const auto origin = file["origin"].get<std::string>();
    PhoneRecord record = phone_of(file["phones"][0]);
    record.public_key.assign(64, 1);
    const auto number = PromptNumber::create(42).value();
    const Assertion assertion = assertion_of(file["phones"][0]["approvals"][0]["assertion"]);
    CHECK(verify_approval("{}", number, record, assertion, {.rp_id = rp_id, .origin = origin}).error() ==
          AssertionError::BadPublicKey);
}

}  // namespace doorward::protocol
