#include "protocol/document_codec.h"
#include "protocol/json_parts.h"
#include "protocol/roster_choices.h"
#include "protocol/text.h"

#include <cstdint>
#include <limits>

namespace doorward::protocol {
namespace {

constexpr SizeRange k_phone_count{0, k_most_phones};
constexpr SizeRange k_public_key_size{32, 64};

constexpr std::size_t public_key_size(crypto::PasskeyAlgorithm algorithm) {
    return algorithm == crypto::PasskeyAlgorithm::Es256 ? 64 : 32;
}

PhoneRecord read_phone(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        PhoneRecord phone{
            .id = in["id"].id<PhoneId>(),
            .serial = static_cast<std::uint32_t>(in["serial"].integer({1, std::numeric_limits<std::uint32_t>::max()})),
            .credential_id = in["credential_id"].bytes(k_credential_id_size),
            .algorithm = in["algorithm"].choice(k_passkey_algorithms),
            .public_key = in["public_key"].bytes(k_public_key_size),
            .agreement_key = in["agreement_key"].fixed<crypto::PhoneAgreementPublicKey>(),
            .proof = in["proof"].object([](JsonObjectReader& proof) {
                return PhoneProof{.authenticator_data = proof["authenticator_data"].bytes(k_authenticator_data_size),
                                  .client_data_json = proof["client_data_json"].bytes(k_client_data_size),
                                  .signature = proof["signature"].bytes(k_passkey_signature_size)};
            }),
            .strength = in["strength"].choice(k_phone_strengths)};
        if (phone.public_key.size() != public_key_size(phone.algorithm)) {
            in.fail("public_key", DecodeErrorKind::OutOfRange);
        }
        return phone;
    });
}

}  // namespace

TechnicianDocument read_technician(JsonObjectReader& in, const TechnicianId& id) {
    TechnicianDocument technician{.id = id,
                                  .name = in["name"].text(is_name),
                                  .username = in["username"].text(is_username),
                                  .account = in["account"].text(is_account_name),
                                  .state = in["state"].choice(k_technician_states),
                                  .status = in["status"].choice(k_technician_statuses),
                                  .department_ids = read_id_set<DepartmentId>(in["department_ids"]),
                                  .directory_imported = in["directory_imported"].boolean(),
                                  .phones = in["phones"].list(k_phone_count, read_phone)};
    if (!technician.account.ends_with(technician.username)) in.fail("account", DecodeErrorKind::BadValue);
    const auto& phones = technician.phones;
    if (phones.size() == 2 && (phones[0].id == phones[1].id || phones[0].serial == phones[1].serial ||
                               phones[0].credential_id == phones[1].credential_id)) {
        in.fail("phones", DecodeErrorKind::BadValue);
    }
    return technician;
}

void write_technician(JsonWriter& out, const TechnicianDocument& technician) {
    out.text("name", technician.name);
    out.text("username", technician.username);
    out.text("account", technician.account);
    out.text("state", to_string(technician.state));
    out.text("status", to_string(technician.status));
    out.ids("department_ids", technician.department_ids);
    out.boolean("directory_imported", technician.directory_imported);
    out.list("phones", technician.phones, [&](const PhoneRecord& phone) {
        out.object([&] {
            out.id("id", phone.id);
            out.integer("serial", phone.serial);
            out.bytes("credential_id", phone.credential_id);
            out.text("algorithm", choice_text(k_passkey_algorithms, phone.algorithm));
            out.bytes("public_key", phone.public_key);
            out.bytes("agreement_key", phone.agreement_key.bytes());
            out.object("proof", [&] {
                out.bytes("authenticator_data", phone.proof.authenticator_data);
                out.bytes("client_data_json", phone.proof.client_data_json);
                out.bytes("signature", phone.proof.signature);
            });
            out.text("strength", to_string(phone.strength));
        });
    });
}

}  // namespace doorward::protocol
