#include "tests/msp-portal/portal_world.h"

#include "crypto/encoding.h"
#include "msp-portal/server/services/team_service.h"
#include "protocol/challenge.h"

#include <cstdlib>

namespace doorward::tests {

using namespace portal;
using namespace protocol;

crypto::Bytes client_data_json(std::string_view type, const crypto::Digest& challenge, std::string_view origin) {
    std::string text = R"({"type":")" + std::string(type) + R"(","challenge":")" +
                       crypto::base64url_encode(challenge.bytes()) + R"(","origin":")" + std::string(origin) +
                       R"(","crossOrigin":false})";
    return {text.begin(), text.end()};
}

LinkSecret secret_of(const std::string& link) {
    const auto bytes = crypto::base64url_decode(link.substr(link.find('#') + 1));
    return std::move(*LinkSecret::create(bytes.value_or(crypto::Bytes())));
}

PortalWorld::PortalWorld()
    : deployment{k_portal_origin, "portal.localhost", k_app_origin, "app.localhost", 8444, signing.public_key(), true} {
    std::string pattern = (std::filesystem::temp_directory_path() / "portal-test-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    auto database = Store::open_database(folder / "portal.db", key, platform::DatabasePresence::CreateNew);
    if (!database) throw std::runtime_error("no store: " + std::string(to_string(database.error())));
    store = std::make_unique<Store>(std::move(*database), key, clock);
    owner_link = must([&](UnitOfWork& unit) {
        insert_portal_record(unit, {k_portal_origin, k_app_origin, unit.new_id<Incarnation>(), unit.now, std::nullopt});
        return team_service::create(unit, deployment, "First team");
    });
    owner = complete_owner(owner_link, owner_key, "olga", "Olga's team");
}

PortalWorld::~PortalWorld() {
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

void PortalWorld::reopen() {
    store.reset();
    auto database = Store::open_database(folder / "portal.db", key, platform::DatabasePresence::MustExist);
    if (!database) throw std::runtime_error("no store: " + std::string(to_string(database.error())));
    store = std::make_unique<Store>(std::move(*database), key, clock);
}

Registration PortalWorld::registration(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                       std::string_view origin) const {
    AuthenticatorAnswer answer;
    answer.rp_id = deployment.portal_host;
    answer.client_data_json = client_data_json("webauthn.create", challenge, origin);
    return {passkey.credential_id(), answer.client_data_json,
            passkey.attestation_object(answer, SoftwarePasskey::Attestation::None)};
}

Assertion PortalWorld::assertion(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                 std::string_view origin) const {
    AuthenticatorAnswer answer;
    answer.rp_id = deployment.portal_host;
    return assertion(passkey, challenge, std::move(answer), origin);
}

Assertion PortalWorld::assertion(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                 AuthenticatorAnswer answer, std::string_view origin) {
    answer.client_data_json = client_data_json("webauthn.get", challenge, origin);
    auto made = passkey.approve(answer);
    return {passkey.credential_id(), std::move(made.authenticator_data), std::move(made.client_data_json),
            std::move(made.signature)};
}

Actor PortalWorld::complete_owner(const std::string& link, const SoftwarePasskey& passkey, const std::string& username,
                                  const std::string& team) {
    const auto secret = secret_of(link);
    auto started = must([&](UnitOfWork& unit) {
        const auto view = session_service::look_up_set_up(unit.database, set_up_secret_hash(secret), unit.now);
        const auto challenge = admin_register_challenge(view->technician.id, secret.bytes());
        const session_service::SetUpCompletion completion{
            secret, registration(passkey, challenge), "Laptop",
            session_service::OwnerIntroduction{username, username, username + "@example.com", team}};
        return session_service::complete_set_up(unit, deployment, completion, client());
    });
    return started->signed_in.actor;
}

Actor PortalWorld::other_team(const std::string& name) {
    const auto link = must([&](UnitOfWork& unit) { return team_service::create(unit, deployment, name); });
    auto passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::EdDsa);
    auto actor = complete_owner(link, passkey, "otto", name);
    keys.emplace(actor.technician_id, std::move(passkey));
    return actor;
}

Actor PortalWorld::technician(const Actor& by, const std::string& username, std::optional<std::string> email) {
    auto invited = must([&](UnitOfWork& unit) {
        return technician_service::invite(unit, by, deployment, {username, username, email, {}});
    });
    const auto& record = invited.technician;
    return {record.team_id, record.id, record.person_id, record.name};
}

Actor PortalWorld::administrator(const Actor& by, const Actor& accepted_by, const std::string& username,
                                 std::optional<std::string> email, const std::optional<RoleId>& role) {
    const auto person = technician(by, username, std::move(email));
    const auto settle = [&](const ChangeRecord& change) {
        if (change.state == ChangeState::Pending) must_accept(accepted_by, change);
    };
    settle(must([&](UnitOfWork& unit) {
        return right_service::grant(
            unit, by,
            {person.technician_id, Section::Team, role.value_or(team_administrator()), std::nullopt, std::nullopt});
    }));
    const auto link = must([&](UnitOfWork& unit) {
        return technician_service::administrator_link(unit, by, deployment, person.technician_id);
    });
    const auto secret = secret_of(link.text);
    const auto& passkey =
        keys.emplace(person.technician_id, SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256)).first->second;
    must([&](UnitOfWork& unit) {
        const auto challenge = admin_register_challenge(person.technician_id, secret.bytes());
        const session_service::SetUpCompletion completion{secret, registration(passkey, challenge), "Key",
                                                          std::nullopt};
        return session_service::complete_set_up(unit, deployment, completion, client());
    });
    for (const auto& change : look([&](platform::Database& database) {
             return change_store::pending_about(database, person.team_id, person.technician_id.uuid());
         })) {
        settle(change);
    }
    return person;
}

Result<ChangeRecord> PortalWorld::accept(const Actor& by, const ChangeRecord& change) {
    return accept(by, change, assertion(key_of(by), change_challenge(change.id, change.payload)));
}

Result<ChangeRecord> PortalWorld::accept(const Actor& by, const ChangeRecord& change, const Assertion& assertion) {
    return write([&](UnitOfWork& unit) { return change_service::accept(unit, by, deployment, change.id, assertion); });
}

const SoftwarePasskey& PortalWorld::key_of(const Actor& administrator) const {
    const auto found = keys.find(administrator.technician_id);
    return found == keys.end() ? owner_key : found->second;
}

ChangeRecord PortalWorld::must_accept(const Actor& by, const ChangeRecord& change) {
    auto accepted = accept(by, change);
    if (!accepted) throw std::runtime_error("not accepted: " + std::string(to_string(accepted.error())));
    return std::move(*accepted);
}

TenantRecord PortalWorld::tenant(const Actor& by, const std::string& name) {
    return must([&](UnitOfWork& unit) { return tenant_service::create(unit, by, name); });
}

DeviceRecord PortalWorld::device(const Actor& by, const TenantId& tenant, const std::string& name) {
    return must([&](UnitOfWork& unit) -> Result<DeviceRecord> {
        const auto created = device_service::create_token(unit, by, deployment, tenant, {});
        if (!created) return std::unexpected(created.error());
        const auto token = EnrolmentToken::parse(created->token);
        const auto agreement = crypto::DeviceAgreementKey::generate();
        const EnrolBody body{enrolment_secret_hash(token->secret),
                             crypto::DeviceSigningKey::generate().public_key(),
                             agreement.public_key(),
                             name,
                             "Debian 12",
                             DeviceKind::NonDomain,
                             {}};
        return device_service::enrol(unit, body);
    });
}

Result<PhoneId> PortalWorld::phone(UnitOfWork& unit, const TeamId& team, const TechnicianId& technician) {
    const auto passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    const auto key = passkey.public_key();
    const auto raw = key.raw();
    const PhoneEntry entry{.record = {.id = unit.new_id<PhoneId>(),
                                      .serial = technician_store::take_phone_serial(unit, technician),
                                      .credential_id = passkey.credential_id(),
                                      .algorithm = key.algorithm(),
                                      .public_key = {raw.begin(), raw.end()},
                                      .agreement_key = crypto::PhoneAgreementKey::generate().public_key(),
                                      .proof = {crypto::Bytes(37), crypto::Bytes(2), crypto::Bytes(64)},
                                      .strength = PhoneStrength::DeviceBound},
                           .technician_id = technician,
                           .team_id = team,
                           .sign_count = 0,
                           .label = "Phone",
                           .state = KeyState::Active,
                           .change_id = {},
                           .created_at = unit.now,
                           .last_used_at = {}};
    if (auto inserted = technician_store::insert_phone(unit, entry); !inserted) {
        return std::unexpected(inserted.error());
    }
    return entry.record.id;
}

ChangeRecord PortalWorld::grant(const Actor& by, const TechnicianId& technician, const RightObject& object) {
    return must([&](UnitOfWork& unit) {
        return right_service::grant(unit, by, {technician, object, full_device_access(), std::nullopt, std::nullopt});
    });
}

}  // namespace doorward::tests
