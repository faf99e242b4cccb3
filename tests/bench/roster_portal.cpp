#include "tests/bench/roster_portal.h"

#include "crypto/one_time_code.h"
#include "crypto/random.h"
#include "desktop-client/agent/ipc/admin_message.h"
#include "protocol/audit_event.h"
#include "protocol/challenge.h"
#include "protocol/channel_handshake.h"
#include "protocol/enrolment.h"
#include "protocol/offline_code.h"
#include "protocol/roster.h"
#include "protocol/roster_head.h"
#include "tests/bench/must.h"

#include <sodium.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <stdexcept>
#include <utility>
#include <variant>

namespace doorward::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto k_deadline = 120s;
constexpr std::size_t k_chunk = std::size_t{300} * 1024;
constexpr std::string_view k_rp_id = k_portal_host;
constexpr std::string_view k_origin = "https://localhost";

protocol::Timestamp now() {
    return {std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

template <class SomeId>
SomeId new_id() {
    return SomeId::make(now(), crypto::random_array<10>());
}

std::string base64url(crypto::ByteView bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.resize(text.find('\0'));
    return text;
}

}  // namespace

RosterPortal::RosterPortal(std::size_t technicians, std::uint16_t port)
    : m_port(port),
      m_team(new_id<protocol::TeamId>()),
      m_tenant(new_id<protocol::TenantId>()),
      m_incarnation(new_id<protocol::Incarnation>()) {
    m_technicians.reserve(technicians);
    for (std::size_t i = 0; i < technicians; ++i)
        m_technicians.push_back(make_technician());
}

// The passkey vouches for the agreement key: WebAuthn Level 3, section 6.3.3.
RosterPortal::Technician RosterPortal::make_technician() const {
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_key{};
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret_key{};
    crypto_sign_keypair(public_key.data(), secret_key.data());
    const auto credential = crypto::random_array<32>();
    auto agreement = crypto::PhoneAgreementKey::generate();
    const auto agreement_key = agreement.public_key();
    Technician technician{.id = new_id<protocol::TechnicianId>(),
                          .agreement = std::move(agreement),
                          .phone = {.id = new_id<protocol::PhoneId>(),
                                    .serial = 1,
                                    .credential_id = {credential.begin(), credential.end()},
                                    .algorithm = crypto::PasskeyAlgorithm::EdDsa,
                                    .public_key = {public_key.begin(), public_key.end()},
                                    .agreement_key = agreement_key,
                                    .proof = {},
                                    .strength = protocol::PhoneStrength::DeviceBound}};
    const auto challenge = protocol::agreement_key_challenge(
        {.team_id = m_team, .technician_id = technician.id, .serial = 1}, technician.agreement.public_key());
    auto& proof = technician.phone.proof;
    const auto rp_hash = crypto::sha256(crypto::as_bytes(k_rp_id));
    proof.authenticator_data.assign(rp_hash.bytes().begin(), rp_hash.bytes().end());
    proof.authenticator_data.insert(proof.authenticator_data.end(), {0x05, 0, 0, 0, 0});
    const std::string client_data = R"({"type":"webauthn.get","challenge":")" + base64url(challenge.bytes()) +
                                    R"(","origin":")" + std::string(k_origin) + R"(","crossOrigin":false})";
    proof.client_data_json.assign(client_data.begin(), client_data.end());
    crypto::Bytes message = proof.authenticator_data;
    const auto hash = crypto::sha256(proof.client_data_json);
    message.insert(message.end(), hash.bytes().begin(), hash.bytes().end());
    proof.signature.resize(crypto_sign_BYTES);
    crypto_sign_detached(proof.signature.data(), nullptr, message.data(), message.size(), secret_key.data());
    return technician;
}

std::vector<protocol::RosterDocument> RosterPortal::documents() const {
    std::vector<protocol::RosterDocument> all;
    all.push_back(protocol::encode_document(protocol::TeamDocument{.id = m_team,
                                                                   .name = "Example IT",
                                                                   .suspended = false,
                                                                   .app_rp_id = std::string(k_rp_id),
                                                                   .app_origin = std::string(k_origin)}));
    all.push_back(protocol::encode_document(
        protocol::TenantDocument{.id = m_tenant, .team_id = m_team, .name = "Customer-1", .shared_account = {}}));
    all.push_back(protocol::encode_document(*m_device));
    const protocol::RoleDocument role{.id = new_id<protocol::RoleId>(),
                                      .name = "Full device access",
                                      .purpose = protocol::RolePurpose::Devices,
                                      .system = true,
                                      .permissions = {std::string(protocol::k_permission_technician_sign_in)}};
    all.push_back(protocol::encode_document(role));
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
    all.push_back(protocol::encode_document(policy));
    for (std::size_t i = 0; i < m_technicians.size(); ++i) {
        const auto& technician = m_technicians[i];
        all.push_back(
            protocol::encode_document(protocol::TechnicianDocument{.id = technician.id,
                                                                   .name = "Technician " + std::to_string(i),
                                                                   .username = account(i).substr(4),
                                                                   .account = account(i),
                                                                   .state = protocol::TechnicianState::Activated,
                                                                   .status = protocol::TechnicianStatus::Active,
                                                                   .department_ids = {},
                                                                   .directory_imported = false,
                                                                   .phones = {technician.phone}}));
        // A right each, as administrators give them.
        all.push_back(protocol::encode_document(protocol::RightDocument{.id = new_id<protocol::RightId>(),
                                                                        .subject = technician.id,
                                                                        .object = m_tenant,
                                                                        .role_id = role.id,
                                                                        .valid_from = std::nullopt,
                                                                        .valid_until = std::nullopt}));
    }
    return all;
}

std::string RosterPortal::account(std::size_t technician) {
    std::string number = std::to_string(technician);
    return "msp-t" + std::string(5 - number.size(), '0') + number;
}

std::string RosterPortal::code(std::size_t technician, std::int64_t unix_seconds) const {
    const auto secrets = must(
        protocol::offline_secrets(m_tenant, m_technicians[technician].agreement, m_device->agreement_key), "secrets");
    const auto step = must(crypto::step_at(unix_seconds, crypto::k_per_machine_code), "step");
    return must(crypto::code_at(secrets.totp.bytes(), crypto::k_per_machine_code, step), "code").text();
}

void RosterPortal::send_raw(const link::LinkMessage& message) {
    must(m_link->send(link::encode(message), k_deadline), "the agent does not take a message");
}

link::AgentMessage RosterPortal::receive_raw() {
    const auto frame = must(m_link->receive(k_deadline), "the agent says nothing");
    return must(link::decode_agent_message(frame), "malformed link message");
}

void RosterPortal::send(const protocol::PortalMessage& message) {
    send_raw(link::Received{protocol::encode_portal_message(message)});
}

void RosterPortal::acknowledge(const protocol::AuditMessage& message) {
    const auto last = must(protocol::decode_audit_event(message.events.back()), "malformed audit event");
    send(protocol::AuditAcknowledgedMessage{.sequence = last.sequence});
}

protocol::DeviceMessage RosterPortal::receive() {
    return taken(receive_raw());
}

protocol::DeviceMessage RosterPortal::taken(const link::AgentMessage& raw) {
    const auto* text = std::get_if<link::Send>(&raw);
    if (text == nullptr) throw std::runtime_error("the agent closed the channel");
    auto message = must(protocol::decode_device_message(text->text), "malformed device message");
    if (const auto* audit = std::get_if<protocol::AuditMessage>(&message)) acknowledge(*audit);
    return message;
}

template <class Message>
Message RosterPortal::wait_for() {
    for (;;) {
        auto message = receive();
        if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
        require(!std::holds_alternative<protocol::OutOfStepMessage>(message), "the agent refused the roster");
    }
}

void RosterPortal::shake_hands() {
    require(std::holds_alternative<link::Connect>(receive_raw()), "the agent does not connect");
    const auto binding = crypto::random_array<32>();
    const auto nonce = crypto::random_array<32>();
    send_raw(link::Up{binding});
    send(protocol::ChallengeMessage{.nonce = nonce});
    send(welcome(wait_for<protocol::HelloMessage>().envelope, nonce, binding));
}

protocol::WelcomeMessage RosterPortal::welcome(const protocol::SignedEnvelope& hello,
                                               const protocol::ChannelNonce& nonce,
                                               const protocol::ChannelBinding& binding) const {
    const auto verified = must(protocol::verify_hello(hello, nonce, binding), "the hello does not verify");
    const protocol::WelcomeBody body{.device_nonce = verified.device_nonce,
                                     .portal_nonce = nonce,
                                     .channel_binding = binding,
                                     .time = now(),
                                     .incarnation = m_incarnation};
    return {.envelope =
                protocol::sign_envelope(m_key, crypto::Purpose::ChannelPortal, protocol::encode_welcome_body(body))};
}

void RosterPortal::enrol(const std::filesystem::path& run_folder) {
    // The kernel records who connects, and the agent takes nobody but the link's user.
    require(seteuid(k_link_user) == 0, "cannot become the link's user");
    auto connected = platform::BlockingUnixClient::connect(run_folder / "link.sock", 0, link::k_frame_limit);
    require(seteuid(0) == 0, "cannot become root again");
    m_link = must(std::move(connected), "no link.sock");
    const std::string token = protocol::EnrolmentToken{.app_host = std::string(k_portal_host),
                                                       .port = m_port,
                                                       .portal_key = m_key.public_key(),
                                                       .secret = m_secret.clone()}
                                  .format();
    auto answer = std::async(std::launch::async, [&] {
        auto admin =
            must(platform::BlockingUnixClient::connect(run_folder / "admin.sock", 0, agent::k_admin_frame_limit),
                 "no admin.sock");
        agent::AdminRequest request;
        request.verb = agent::AdminVerb::Enrol;
        request.token = crypto::SecretBytes::copy_of(crypto::as_bytes(token));
        request.name = "bench";
        must(admin.send(agent::encode(request), k_deadline), "admin.sock takes nothing");
        const auto reply = must(admin.receive(k_deadline), "admin.sock says nothing");
        return must(agent::decode_admin_reply(reply), "malformed reply").status == agent::AdminStatus::Done;
    });
    shake_hands();
    const auto body = must(protocol::open_enrol_body(wait_for<protocol::EnrolMessage>().envelope), "enrol body");
    m_device = protocol::DeviceDocument{.id = new_id<protocol::DeviceId>(),
                                        .tenant_id = m_tenant,
                                        .name = body.name,
                                        .kind = body.kind,
                                        .signing_key = body.signing_key,
                                        .agreement_key = body.agreement_key,
                                        .suspended = false,
                                        .group_ids = {}};
    send(protocol::EnrolledMessage{.device_id = m_device->id, .team_id = m_team, .tenant_id = m_tenant});
    require(answer.get(), "the agent was not enrolled");
    send_roster();
}

void RosterPortal::send_roster() {
    const auto all = documents();
    constexpr std::int64_t k_two_weeks_ms = 14LL * 24 * 60 * 60 * 1000;
    const protocol::RosterHead head{.team_id = m_team,
                                    .tenant_id = m_tenant,
                                    .device_id = m_device->id,
                                    .incarnation = m_incarnation,
                                    .revision = 1,
                                    .state_hash = protocol::roster_state_hash(all),
                                    .issued_at = now(),
                                    .offline_until = {now().milliseconds + k_two_weeks_ms},
                                    .next_portal_key = std::nullopt};
    const auto signed_head =
        protocol::sign_envelope(m_key, crypto::Purpose::RosterHead, protocol::encode_roster_head(head));
    protocol::SyncMessage part{
        .from_revision = 0, .full = true, .more = false, .documents = {}, .removed = {}, .head = signed_head};
    std::size_t size = 0;
    for (const auto& document : all) {
        part.documents.push_back(document);
        size += document.body.size();
        if (size < k_chunk) continue;
        part.more = true;
        send(part);
        part.more = false;
        part.documents.clear();
        size = 0;
    }
    send(part);
    static_cast<void>(wait_for<protocol::AppliedMessage>());
}

void RosterPortal::settle() {
    for (;;) {
        const auto frame = m_link->receive(500ms);
        if (!frame) return;
        static_cast<void>(taken(must(link::decode_agent_message(*frame), "malformed link message")));
    }
}

}  // namespace doorward::bench
