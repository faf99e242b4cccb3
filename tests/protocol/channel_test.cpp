#include "crypto/initialise.h"
#include "crypto/purpose.h"
#include "protocol/audit_event.h"
#include "protocol/channel_handshake.h"
#include "protocol/enrolment.h"
#include "protocol/sign_in_request.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace doorward::protocol {
namespace {

template <class SomeId>
SomeId numbered(std::uint8_t number) {
    return SomeId::make({1'795'292'685'123}, std::array<std::uint8_t, 10>{0, 0, 0, number});
}

HelloBody hello(const crypto::DeviceSigningKey& key) {
    HelloBody body{.device_id = numbered<DeviceId>(1),
                   .signing_key = key.public_key(),
                   .agent_version = "0.1.0",
                   .incarnation = std::nullopt};
    body.device_nonce.fill(1);
    body.portal_nonce.fill(2);
    body.channel_binding.fill(3);
    return body;
}

std::vector<std::string> chain(const DeviceId& device, int count) {
    std::vector<std::string> bodies;
    ChainPosition position = empty_chain();
    for (int at = 0; at < count; ++at) {
        bodies.push_back(encode_audit_event({.id = numbered<EventId>(static_cast<std::uint8_t>(at)),
                                             .sequence = position.sequence + 1,
                                             .previous_hash = position.hash,
                                             .at = {1'795'292'685'123},
                                             .reason = std::nullopt,
                                             .tenant_id = numbered<TenantId>(2),
                                             .device_id = device,
                                             .technician_id = std::nullopt,
                                             .account = std::nullopt,
                                             .session_id = std::nullopt,
                                             .request_id = std::nullopt,
                                             .service = "sshd",
                                             .terminal = std::nullopt,
                                             .remote_host = std::nullopt,
                                             .ticket = std::nullopt,
                                             .duration_ms = std::nullopt}));
        position = {.sequence = position.sequence + 1, .hash = audit_event_hash(bodies.back())};
    }
    return bodies;
}

}  // namespace

TEST_CASE("a hello counts only on its own connection and with its own key's signature", "[protocol][channel]") {
    REQUIRE(crypto::initialise().has_value());
    const auto key = crypto::DeviceSigningKey::generate();
    const HelloBody body = hello(key);
    const auto envelope = sign_envelope(key, crypto::Purpose::ChannelDevice, encode_hello_body(body));
    CHECK(verify_hello(envelope, body.portal_nonce, body.channel_binding) == body);
    CHECK(verify_hello(envelope, body.device_nonce, body.channel_binding).error() == HandshakeError::WrongNonce);
    CHECK(verify_hello(envelope, body.portal_nonce, body.device_nonce).error() == HandshakeError::WrongChannel);
    const auto thief = crypto::DeviceSigningKey::generate();
    const auto forged = sign_envelope(thief, crypto::Purpose::ChannelDevice, encode_hello_body(body));
    CHECK(verify_hello(forged, body.portal_nonce, body.channel_binding).error() == HandshakeError::BadSignature);
    const auto enrol = sign_envelope(key, crypto::Purpose::Enrol, encode_hello_body(body));
    CHECK(verify_hello(enrol, body.portal_nonce, body.channel_binding).error() == HandshakeError::BadSignature);
}

TEST_CASE("a welcome counts only from the pinned portal and for this hello", "[protocol][channel]") {
    REQUIRE(crypto::initialise().has_value());
    const auto device_key = crypto::DeviceSigningKey::generate();
    const auto key = crypto::PortalSigningKey::generate();
    const HelloBody body = hello(device_key);
    const WelcomeBody welcome{.device_nonce = body.device_nonce,
                              .portal_nonce = body.portal_nonce,
                              .channel_binding = body.channel_binding,
                              .time = {1'795'292'685'123},
                              .incarnation = numbered<Incarnation>(4)};
    const auto sign = [&](const WelcomeBody& content) {
        return sign_envelope(key, crypto::Purpose::ChannelPortal, encode_welcome_body(content));
    };
    CHECK(verify_welcome(sign(welcome), key.public_key(), body) == welcome);
    WelcomeBody replayed = welcome;
    replayed.device_nonce.fill(9);
    CHECK(verify_welcome(sign(replayed), key.public_key(), body).error() == HandshakeError::WrongNonce);
    WelcomeBody relayed = welcome;
    relayed.channel_binding.fill(9);
    CHECK(verify_welcome(sign(relayed), key.public_key(), body).error() == HandshakeError::WrongChannel);
    const auto other = crypto::PortalSigningKey::generate();
    CHECK(verify_welcome(sign(welcome), other.public_key(), body).error() == HandshakeError::BadSignature);
}

TEST_CASE("an enrolment is signed by the key it brings", "[protocol][channel]") {
    REQUIRE(crypto::initialise().has_value());
    const auto key = crypto::DeviceSigningKey::generate();
    const auto other = crypto::DeviceSigningKey::generate();
    const EnrolBody body{.token_hash = enrolment_secret_hash(EnrolmentSecret::generate()),
                         .signing_key = key.public_key(),
                         .agreement_key = crypto::DeviceAgreementKey::generate().public_key(),
                         .name = "W11-L",
                         .operating_system = "Debian 12",
                         .kind = DeviceKind::NonDomain};
    const auto text = encode_enrol_body(body);
    CHECK(open_enrol_body(sign_envelope(key, crypto::Purpose::Enrol, text)) == body);
    CHECK(open_enrol_body(sign_envelope(other, crypto::Purpose::Enrol, text)).error() == EnvelopeError::BadSignature);
    CHECK(open_enrol_body(sign_envelope(key, crypto::Purpose::Enrol, std::string("{}"))).error() ==
          EnvelopeError::Malformed);
}

TEST_CASE("a sign-in request counts only with the device's signature for that purpose", "[protocol][channel]") {
    REQUIRE(crypto::initialise().has_value());
    const auto key = crypto::DeviceSigningKey::generate();
    const SignInRequest request{.id = numbered<RequestId>(1),
                                .team_id = numbered<TeamId>(2),
                                .tenant_id = numbered<TenantId>(3),
                                .device_id = numbered<DeviceId>(4),
                                .technician_id = numbered<TechnicianId>(5),
                                .tenant_name = "Customer",
                                .device_name = "W11-L",
                                .account = "msp-nik",
                                .service = "sshd",
                                .terminal = "",
                                .remote_host = "192.0.2.7",
                                .reason = std::nullopt,
                                .ticket = "INC1",
                                .issued_at = {1'795'292'685'123},
                                .expires_at = {1'795'292'745'123}};
    const auto text = encode_sign_in_request(request);
    CHECK(open_sign_in_request(sign_envelope(key, crypto::Purpose::SignInRequest, text), key.public_key()) == request);
    CHECK(open_sign_in_request(sign_envelope(key, crypto::Purpose::AuditHead, text), key.public_key()).error() ==
          EnvelopeError::BadSignature);
    CHECK(open_sign_in_request(sign_envelope(key, crypto::Purpose::SignInRequest, text),
                               crypto::DeviceSigningKey::generate().public_key())
              .error() == EnvelopeError::BadSignature);
}

TEST_CASE("a chain verifies only whole, in order, unchanged and of one device", "[protocol][audit]") {
    REQUIRE(crypto::initialise().has_value());
    const auto device = numbered<DeviceId>(1);
    const auto bodies = chain(device, 5);
    const auto end = verify_chain(bodies, empty_chain(), device);
    REQUIRE(end.has_value());
    CHECK(end->sequence == 5);
    CHECK(end->hash == audit_event_hash(bodies.back()));

    const std::span<const std::string> all(bodies);
    const auto middle = verify_chain(all.first(2), empty_chain(), device);
    REQUIRE(middle.has_value());
    CHECK(verify_chain(all.subspan(2), *middle, device) == end);
    CHECK(verify_chain(all.subspan(3), *middle, device).error() == ChainError::SequenceGap);
    CHECK(verify_chain(all, empty_chain(), numbered<DeviceId>(9)).error() == ChainError::WrongDevice);
    auto changed = bodies;
    changed[1].replace(changed[1].find("noted"), 5, "failed");
    CHECK(verify_chain(changed, empty_chain(), device).error() == ChainError::WrongPreviousHash);
    auto broken = bodies;
    broken[4].push_back(' ');
    CHECK(verify_chain(broken, empty_chain(), device)->hash != end->hash);
    broken[4] = "{}";
    CHECK(verify_chain(broken, empty_chain(), device).error() == ChainError::Malformed);

    const auto key = crypto::DeviceSigningKey::generate();
    const AuditHead head{.device_id = device, .sequence = 5, .hash = end->hash, .at = {1'795'292'685'123}};
    const auto sign = [&](const AuditHead& content) {
        return sign_envelope(key, crypto::Purpose::AuditHead, encode_audit_head(content));
    };
    CHECK(verify_audit_head(sign(head), key.public_key(), device, *end) == head);
    CHECK(verify_audit_head(sign(head), key.public_key(), device, *middle).error() == ChainError::WrongHead);
    CHECK(verify_audit_head(sign(head), key.public_key(), numbered<DeviceId>(9), *end).error() ==
          ChainError::WrongDevice);
    CHECK(verify_audit_head(sign(head), crypto::DeviceSigningKey::generate().public_key(), device, *end).error() ==
          ChainError::BadSignature);
}

}  // namespace doorward::protocol
