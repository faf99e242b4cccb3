#include "protocol/channel_handshake.h"

#include "crypto/purpose.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/text.h"

namespace doorward::protocol {
namespace {

constexpr std::size_t k_longest_handshake_body = 4 * 1024;
constexpr std::string_view k_device_role = "device";
constexpr std::string_view k_portal_role = "portal";

constexpr std::array<Choice<HandshakeError>, 4> k_errors{{
    {HandshakeError::BadSignature, "bad_signature"},
    {HandshakeError::Malformed, "malformed"},
    {HandshakeError::WrongNonce, "wrong_nonce"},
    {HandshakeError::WrongChannel, "wrong_channel"},
}};

constexpr std::array<Choice<QuarantineReason>, 4> k_quarantine_reasons{{
    {QuarantineReason::RolledBack, "rolled_back"},
    {QuarantineReason::SecondMachine, "second_machine"},
    {QuarantineReason::ChainForked, "chain_forked"},
    {QuarantineReason::AnotherMachine, "another_machine"},
}};

void require_role(JsonObjectReader& in, TextRule is_role) {
    (void)in["role"].text(is_role);
}

}  // namespace

std::string_view to_string(HandshakeError error) {
    return choice_text(k_errors, error);
}

std::string_view to_string(QuarantineReason reason) {
    return choice_text(k_quarantine_reasons, reason);
}

std::optional<QuarantineReason> parse_quarantine_reason(std::string_view text) {
    return find_choice(k_quarantine_reasons, text);
}

std::string encode_hello_body(const HelloBody& body) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.text("role", k_device_role);
        out.optional_id("device_id", body.device_id);
        out.bytes("signing_key", body.signing_key.bytes());
        out.bytes("device_nonce", body.device_nonce);
        out.bytes("portal_nonce", body.portal_nonce);
        out.bytes("channel_binding", body.channel_binding);
        out.text("agent_version", body.agent_version);
        out.optional_id("incarnation", body.incarnation);
        out.integer("revision", body.revision);
        out.integer("generation", body.generation);
        body.last_nonce ? out.bytes("last_nonce", *body.last_nonce) : out.null("last_nonce");
        body.machine ? out.bytes("machine", body.machine->bytes()) : out.null("machine");
    });
}

Decoded<HelloBody> decode_hello_body(std::string_view body) {
    return decode_object(body, k_longest_handshake_body, [](JsonObjectReader& in) {
        in.version_one();
        require_role(in, [](std::string_view role) { return role == k_device_role; });
        return HelloBody{
            .device_id = in["device_id"].optional([](const JsonReader& value) { return value.id<DeviceId>(); }),
            .signing_key = in["signing_key"].fixed<crypto::DevicePublicKey>(),
            .device_nonce = in["device_nonce"].array<32>(),
            .portal_nonce = in["portal_nonce"].array<32>(),
            .channel_binding = in["channel_binding"].array<32>(),
            .agent_version = in["agent_version"].text(is_line),
            .incarnation = in["incarnation"].optional([](const JsonReader& value) { return value.id<Incarnation>(); }),
            .revision = in["revision"].integer(k_any_count),
            .generation = in["generation"].integer(k_any_count),
            .last_nonce = in["last_nonce"].optional([](const JsonReader& value) { return value.array<32>(); }),
            .machine = in["machine"].optional([](const JsonReader& value) { return value.fixed<crypto::Digest>(); })};
    });
}

std::string encode_welcome_body(const WelcomeBody& body) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.text("role", k_portal_role);
        out.bytes("device_nonce", body.device_nonce);
        out.bytes("portal_nonce", body.portal_nonce);
        out.bytes("channel_binding", body.channel_binding);
        out.time("time", body.time);
        out.id("incarnation", body.incarnation);
        body.quarantine ? out.text("quarantine", to_string(*body.quarantine)) : out.null("quarantine");
        if (!body.chain) return out.null("chain");
        out.object("chain", [&] {
            out.integer("sequence", body.chain->sequence);
            out.bytes("hash", body.chain->hash.bytes());
        });
    });
}

Decoded<WelcomeBody> decode_welcome_body(std::string_view body) {
    return decode_object(body, k_longest_handshake_body, [](JsonObjectReader& in) {
        in.version_one();
        require_role(in, [](std::string_view role) { return role == k_portal_role; });
        return WelcomeBody{.device_nonce = in["device_nonce"].array<32>(),
                           .portal_nonce = in["portal_nonce"].array<32>(),
                           .channel_binding = in["channel_binding"].array<32>(),
                           .time = in["time"].time(),
                           .incarnation = in["incarnation"].id<Incarnation>(),
                           .quarantine = in["quarantine"].optional(
                               [](const JsonReader& value) { return value.choice(k_quarantine_reasons); }),
                           .chain = in["chain"].optional([](const JsonReader& value) {
                               return value.object([](JsonObjectReader& position) {
                                   return ChainPosition{.sequence = position["sequence"].integer(k_any_count),
                                                        .hash = position["hash"].fixed<crypto::Digest>()};
                               });
                           })};
    });
}

std::expected<HelloBody, HandshakeError> verify_hello(const SignedEnvelope& hello, const ChannelNonce& portal_nonce,
                                                      const ChannelBinding& channel_binding) {
    auto body = decode_hello_body(hello.body);
    if (!body) return std::unexpected(HandshakeError::Malformed);
    if (!verify_envelope(body->signing_key, crypto::Purpose::ChannelDevice, hello)) {
        return std::unexpected(HandshakeError::BadSignature);
    }
    if (body->portal_nonce != portal_nonce) return std::unexpected(HandshakeError::WrongNonce);
    if (body->channel_binding != channel_binding) return std::unexpected(HandshakeError::WrongChannel);
    return std::move(*body);
}

std::expected<WelcomeBody, HandshakeError> verify_welcome(const SignedEnvelope& welcome,
                                                          const crypto::PortalPublicKey& portal_key,
                                                          const HelloBody& hello) {
    if (!verify_envelope(portal_key, crypto::Purpose::ChannelPortal, welcome)) {
        return std::unexpected(HandshakeError::BadSignature);
    }
    auto body = decode_welcome_body(welcome.body);
    if (!body) return std::unexpected(HandshakeError::Malformed);
    if (body->device_nonce != hello.device_nonce || body->portal_nonce != hello.portal_nonce) {
        return std::unexpected(HandshakeError::WrongNonce);
    }
    if (body->channel_binding != hello.channel_binding) return std::unexpected(HandshakeError::WrongChannel);
    return std::move(*body);
}

}  // namespace doorward::protocol
