#include "tests/desktop-client/agent/portal.h"

#include "crypto/challenge_code.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"
#include "protocol/challenge.h"
#include "protocol/enrolment.h"
#include "protocol/offline_code.h"
#include "protocol/tenant_code.h"

#include <catch2/catch_test_macros.hpp>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>
#include <variant>

namespace doorward::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto k_deadline = 20s;
constexpr std::string_view k_rp_id = "app.example.com";
constexpr std::string_view k_origin = "https://app.example.com";

std::string base64url(crypto::ByteView bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.resize(text.find('\0'));
    return text;
}

crypto::Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

link::AgentMessage next_message(platform::BlockingUnixClient& from) {
    const auto frame = from.receive(k_deadline);
    REQUIRE(frame);
    auto message = link::decode_agent_message(*frame);
    REQUIRE(message);
    return std::move(*message);
}

bool asks_for_log_head(const link::AgentMessage& message) {
    const auto* text = std::get_if<link::Send>(&message);
    if (text == nullptr) return false;
    const auto sent = protocol::decode_device_message(text->text);
    return sent && std::holds_alternative<protocol::LogHeadRequestMessage>(*sent);
}

}  // namespace

Phone::Phone(std::uint32_t serial) : m_serial(serial) {
    REQUIRE(sodium_init() >= 0);
    crypto_sign_keypair(m_public.data(), m_secret.data());
    const auto credential = crypto::random_array<16>();
    m_credential.assign(credential.begin(), credential.end());
}

// WebAuthn Level 3, section 6.3.3: the signature is over authenticator data and the client data's hash.
protocol::Assertion Phone::assert_for(const crypto::Digest& challenge) const {
    protocol::Assertion assertion;
    assertion.credential_id = m_credential;
    const auto rp_hash = crypto::sha256(crypto::as_bytes(k_rp_id));
    assertion.authenticator_data.assign(rp_hash.bytes().begin(), rp_hash.bytes().end());
    assertion.authenticator_data.push_back(verifies_user ? 0x05 : 0x01);
    assertion.authenticator_data.insert(assertion.authenticator_data.end(), {0, 0, 0, 0});
    assertion.client_data_json = bytes_of(R"({"type":"webauthn.get","challenge":")" + base64url(challenge.bytes()) +
                                          R"(","origin":")" + std::string(k_origin) + R"(","crossOrigin":false})");
    crypto::Bytes message = assertion.authenticator_data;
    const auto client_hash = crypto::sha256(assertion.client_data_json);
    message.insert(message.end(), client_hash.bytes().begin(), client_hash.bytes().end());
    assertion.signature.resize(64);
    crypto_sign_detached(assertion.signature.data(), nullptr, message.data(), message.size(), m_secret.data());
    return assertion;
}

protocol::PhoneRecord Phone::record(const protocol::TeamId& team, const protocol::TechnicianId& technician) const {
    const auto proof = assert_for(protocol::agreement_key_challenge(
        {.team_id = team, .technician_id = technician, .serial = m_serial}, m_agreement.public_key()));
    return {.id = id,
            .serial = m_serial,
            .credential_id = m_credential,
            .algorithm = crypto::PasskeyAlgorithm::EdDsa,
            .public_key = {m_public.begin(), m_public.end()},
            .agreement_key = m_agreement.public_key(),
            .proof = {.authenticator_data = proof.authenticator_data,
                      .client_data_json = proof.client_data_json,
                      .signature = proof.signature},
            .strength = protocol::PhoneStrength::DeviceBound};
}

protocol::Assertion Phone::approve(std::string_view request_body, int number) const {
    return assert_for(protocol::sign_in_challenge(request_body, *protocol::PromptNumber::create(number)));
}

std::string Phone::code(const protocol::TenantId& tenant, const crypto::DeviceAgreementPublicKey& device,
                        std::int64_t milliseconds) const {
    const auto secrets = protocol::offline_secrets(tenant, m_agreement, device);
    REQUIRE(secrets);
    const auto step = crypto::step_at(milliseconds / 1000, crypto::k_per_machine_code);
    return crypto::code_at(secrets->totp.bytes(), crypto::k_per_machine_code, *step)->text();
}

std::string Phone::answer(const protocol::TenantId& tenant, const crypto::DeviceAgreementPublicKey& device,
                          std::string_view question) const {
    const auto secrets = protocol::offline_secrets(tenant, m_agreement, device);
    REQUIRE(secrets);
    const auto digits = crypto::Code::parse(question, crypto::CodeDigits::Eight);
    REQUIRE(digits);
    return crypto::challenge_answer(secrets->challenge, *digits)->text();
}

Portal::Portal()
    : team{.id = new_id<protocol::TeamId>(),
           .name = "Example IT",
           .suspended = false,
           .app_rp_id = std::string(k_rp_id),
           .app_origin = std::string(k_origin)},
      tenant{.id = new_id<protocol::TenantId>(), .team_id = team.id, .name = "Customer-1", .shared_account = {}} {
    technicians.push_back(make_technician("nik", {&phone}));
    const protocol::RoleDocument role{.id = new_id<protocol::RoleId>(),
                                      .name = "Full device access",
                                      .purpose = protocol::RolePurpose::Devices,
                                      .system = true,
                                      .permissions = {std::string(protocol::k_permission_technician_sign_in)}};
    roles.push_back(role);
    rights.push_back({.id = new_id<protocol::RightId>(),
                      .subject = technicians.front().id,
                      .object = tenant.id,
                      .role_id = role.id,
                      .valid_from = std::nullopt,
                      .valid_until = std::nullopt});
    protocol::PolicyDocument policy{.id = new_id<protocol::PolicyId>(),
                                    .name = "Everywhere",
                                    .description = "",
                                    .devices = {},
                                    .subjects = {},
                                    .conditions = {},
                                    .valid_from = std::nullopt,
                                    .valid_until = std::nullopt};
    policy.state = protocol::PolicyState::Active;
    policy.devices.all = true;
    policy.subjects.all = true;
    policies.push_back(policy);
}

protocol::TechnicianDocument Portal::make_technician(const std::string& username,
                                                     const std::vector<const Phone*>& phones) const {
    protocol::TechnicianDocument technician{.id = new_id<protocol::TechnicianId>(),
                                            .name = "Technician " + username,
                                            .username = username,
                                            .account = "msp-" + username,
                                            .state = protocol::TechnicianState::Activated,
                                            .status = protocol::TechnicianStatus::Active,
                                            .department_ids = {},
                                            .phones = {}};
    for (const auto* one : phones)
        technician.phones.push_back(one->record(team.id, technician.id));
    return technician;
}

void Portal::attach(const Workstation& workstation) {
    auto client =
        platform::BlockingUnixClient::connect(workstation.config().link_socket(), geteuid(), link::k_frame_limit);
    REQUIRE(client);
    m_link.emplace(std::move(*client));
}

void Portal::send_raw(const link::LinkMessage& message) {
    REQUIRE(m_link->send(link::encode(message), k_deadline));
}

// Whoever looks at raw messages did not ask for the agent's question about the log, which comes with a roster.
link::AgentMessage Portal::receive_raw() {
    for (;;) {
        auto message = next_message(*m_link);
        if (!asks_for_log_head(message)) return message;
    }
}

void Portal::cut() {
    send_raw(link::Down{.reason = link::DownReason::Broken});
    m_link.reset();
}

void Portal::send(const protocol::PortalMessage& message) {
    send_raw(link::Received{protocol::encode_portal_message(message)});
}

void Portal::take(const protocol::AuditMessage& message) {
    // An acknowledgement may have got lost.
    const auto fresh = std::ranges::find_if(message.events, [&](const std::string& body) {
        const auto event = protocol::decode_audit_event(body);
        return event && event->sequence > m_chain.sequence;
    });
    const std::vector<std::string> events(fresh, message.events.end());
    const bool continues =
        !events.empty() && protocol::decode_audit_event(events.front())->sequence == m_chain.sequence + 1;
    if (!continues) return send(protocol::AuditAcknowledgedMessage{.sequence = m_chain.sequence});
    const auto verified = protocol::verify_chain(events, m_chain, device->id);
    REQUIRE(verified);
    REQUIRE(protocol::verify_audit_head(message.head, hello->signing_key, device->id, *verified));
    if (!acknowledges) return;
    m_chain = *verified;
    audit.insert(audit.end(), events.begin(), events.end());
    send(protocol::AuditAcknowledgedMessage{.sequence = m_chain.sequence});
}

protocol::DeviceMessage Portal::receive() {
    const auto raw = next_message(*m_link);
    const auto* text = std::get_if<link::Send>(&raw);
    REQUIRE(text != nullptr);
    auto message = protocol::decode_device_message(text->text);
    REQUIRE(message);
    if (const auto* batch = std::get_if<protocol::AuditMessage>(&*message)) take(*batch);
    if (const auto* state = std::get_if<protocol::StatusMessage>(&*message)) status = *state;
    return std::move(*message);
}

void Portal::lose_audit_after(std::int64_t sequence) {
    audit.resize(static_cast<std::size_t>(sequence));
    m_chain = {.sequence = sequence, .hash = protocol::audit_event_hash(audit.back())};
}

void Portal::take_audit(std::int64_t sequence) {
    while (m_chain.sequence < sequence)
        static_cast<void>(receive());
}

protocol::WelcomeBody Portal::make_welcome(const protocol::HelloBody& body) const {
    return {.device_nonce = body.device_nonce,
            .portal_nonce = m_nonce,
            .channel_binding = m_binding,
            .time = {time},
            .incarnation = incarnation,
            .quarantine = quarantine,
            .chain = released_chain};
}

protocol::HelloBody Portal::accept(const Workstation& workstation) {
    if (!m_link) attach(workstation);
    const auto connect = receive_raw();
    REQUIRE(std::holds_alternative<link::Connect>(connect));
    m_binding = crypto::random_array<32>();
    m_nonce = crypto::random_array<32>();
    send_raw(link::Up{m_binding});
    send(protocol::ChallengeMessage{.nonce = m_nonce});
    const auto message = wait_for<protocol::HelloMessage>();
    const auto verified = protocol::verify_hello(message.envelope, m_nonce, m_binding);
    REQUIRE(verified);
    hello = *verified;
    send(protocol::WelcomeMessage{.envelope =
                                      protocol::sign_envelope(key, crypto::Purpose::ChannelPortal,
                                                              protocol::encode_welcome_body(make_welcome(*verified)))});
    return *verified;
}

std::string Portal::token() const {
    return protocol::EnrolmentToken{
        .app_host = std::string(k_rp_id), .port = 443, .portal_key = key.public_key(), .secret = m_secret.clone()}
        .format();
}

void Portal::enrol(const Workstation& workstation) {
    attach(workstation);
    auto answer = std::async(std::launch::async, [&] {
        agent::AdminRequest request;
        request.verb = agent::AdminVerb::Enrol;
        request.token = crypto::SecretBytes::copy_of(crypto::as_bytes(token()));
        request.name = "W11-L";
        return ask_agent(workstation, request);
    });
    const auto body = accept(workstation);
    REQUIRE(!body.device_id);
    const auto enrol_message = wait_for<protocol::EnrolMessage>();
    const auto enrolment = protocol::open_enrol_body(enrol_message.envelope);
    REQUIRE(enrolment);
    REQUIRE(enrolment->token_hash == protocol::enrolment_secret_hash(m_secret));
    device = protocol::DeviceDocument{.id = new_id<protocol::DeviceId>(),
                                      .tenant_id = tenant.id,
                                      .name = enrolment->name,
                                      .kind = enrolment->kind,
                                      .signing_key = enrolment->signing_key,
                                      .agreement_key = enrolment->agreement_key,
                                      .suspended = false,
                                      .group_ids = {}};
    send(protocol::EnrolledMessage{.device_id = device->id, .team_id = team.id, .tenant_id = tenant.id});
    REQUIRE(answer.get().status == agent::AdminStatus::Done);
    REQUIRE(std::holds_alternative<protocol::AppliedMessage>(sync_full()));
}

std::map<std::string, protocol::RosterDocument> Portal::documents() const {
    std::map<std::string, protocol::RosterDocument> all;
    const auto add = [&](const protocol::DocumentContent& content) {
        auto document = protocol::encode_document(content);
        all.emplace(document.id.to_string(), std::move(document));
    };
    add(team);
    add(tenant);
    if (device) add(*device);
    if (codes) add(*codes);
    for (const auto& one : technicians)
        add(one);
    for (const auto& one : roles)
        add(one);
    for (const auto& one : rights)
        add(one);
    for (const auto& one : policies)
        add(one);
    return all;
}

protocol::RosterHead Portal::make_head() {
    std::vector<protocol::RosterDocument> list;
    for (const auto& [name, document] : documents())
        list.push_back(document);
    return {.team_id = team.id,
            .tenant_id = tenant.id,
            .device_id = device->id,
            .incarnation = incarnation,
            .revision = revision,
            .state_hash = protocol::roster_state_hash(list),
            .issued_at = {time},
            .offline_until = {offline_until},
            .next_portal_key = next_key};
}

protocol::SignedEnvelope Portal::sign_head(const protocol::RosterHead& head) const {
    return protocol::sign_envelope(key, crypto::Purpose::RosterHead, protocol::encode_roster_head(head));
}

protocol::SyncMessage Portal::make_sync(bool full) {
    const auto now = documents();
    protocol::SyncMessage message{.from_revision = full ? 0 : revision,
                                  .full = full,
                                  .documents = {},
                                  .removed = {},
                                  .head = sign_head(make_head())};
    for (const auto& [name, document] : now) {
        const auto before = m_sent.find(name);
        if (full || before == m_sent.end() || before->second != document) message.documents.push_back(document);
    }
    if (!full) {
        for (const auto& [name, document] : m_sent) {
            if (!now.contains(name)) message.removed.push_back(document.id);
        }
    }
    ++revision;
    message.head = sign_head(make_head());
    m_sent = now;
    return message;
}

protocol::DeviceMessage Portal::sync() {
    send(make_sync(false));
    for (;;) {
        auto message = receive();
        if (std::holds_alternative<protocol::AppliedMessage>(message) ||
            std::holds_alternative<protocol::OutOfStepMessage>(message)) {
            return message;
        }
    }
}

protocol::DeviceMessage Portal::sync_full() {
    send(make_sync(true));
    for (;;) {
        auto message = receive();
        if (std::holds_alternative<protocol::AppliedMessage>(message) ||
            std::holds_alternative<protocol::OutOfStepMessage>(message)) {
            return message;
        }
    }
}

std::vector<protocol::AuditEvent> Portal::events() const {
    std::vector<protocol::AuditEvent> decoded;
    for (const auto& body : audit) {
        auto event = protocol::decode_audit_event(body);
        REQUIRE(event);
        decoded.push_back(std::move(*event));
    }
    return decoded;
}

std::string Portal::code(std::int64_t milliseconds) const {
    return phone.code(tenant.id, device->agreement_key, milliseconds);
}

void Portal::give_tenant_secret(std::optional<std::int64_t> old_until) {
    tenant.code_scheme = protocol::CodeScheme::PerTenant;
    const auto id = new_id<protocol::TenantSecretId>();
    auto secret = crypto::TenantTotpSecret::generate();
    auto sealed = protocol::seal_tenant_secret(device->agreement_key, {tenant.id, id}, secret);
    REQUIRE(sealed);
    protocol::DeviceCodesDocument fresh{.id = protocol::DeviceCodesId(device->id.uuid()),
                                        .secrets = {{.id = id, .ends_at = std::nullopt, .sealed = std::move(*sealed)}}};
    if (codes && old_until) {
        fresh.secrets.push_back(codes->secrets.front());
        fresh.secrets.back().ends_at = protocol::Timestamp{*old_until};
    }
    codes = std::move(fresh);
    m_tenant_secrets.push_back(std::move(secret));
}

std::string Portal::tenant_code(std::int64_t milliseconds, std::size_t secrets_ago) const {
    const auto& secret = m_tenant_secrets.at(m_tenant_secrets.size() - 1 - secrets_ago);
    const auto step = crypto::step_at(milliseconds / 1000, crypto::k_per_tenant_code);
    return crypto::code_at(secret.bytes(), crypto::k_per_tenant_code, *step)->text();
}

std::string Portal::answer(std::string_view question) const {
    return phone.answer(tenant.id, device->agreement_key, question);
}

}  // namespace doorward::tests
