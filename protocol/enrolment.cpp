#include "protocol/enrolment.h"

#include "crypto/encoding.h"
#include "crypto/purpose.h"
#include "crypto/secret_bytes.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/roster_choices.h"
#include "protocol/text.h"

#include <charconv>

namespace doorward::protocol {
namespace {

constexpr std::string_view k_token_start = "dwe1:";
constexpr std::size_t k_longest_enrol_body = 4 * 1024;

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.empty() || text.front() == '0') return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return port;
}

}  // namespace

std::optional<EnrolmentToken> EnrolmentToken::parse(std::string_view text) {
    if (!text.starts_with(k_token_start)) return std::nullopt;
    text.remove_prefix(k_token_start.size());
    const std::size_t host_end = text.find(':');
    if (host_end == std::string_view::npos) return std::nullopt;
    const std::size_t port_end = text.find(':', host_end + 1);
    if (port_end == std::string_view::npos) return std::nullopt;
    const std::string_view host = text.substr(0, host_end);
    const auto port = parse_port(text.substr(host_end + 1, port_end - host_end - 1));
    const std::string_view keys_text = text.substr(port_end + 1);
    if (!is_host_name(host) || !port || keys_text.size() != 86) return std::nullopt;
    auto keys = crypto::base64url_decode(keys_text);
    if (!keys || keys->size() != 64) return std::nullopt;
    const crypto::WipeOnExit wipe(*keys);
    const crypto::ByteView view(*keys);
    const auto portal_key = crypto::PortalPublicKey::create(view.first(32));
    auto secret = EnrolmentSecret::create(view.last(32));
    if (!portal_key || !secret) return std::nullopt;
    return EnrolmentToken{
        .app_host = std::string(host), .port = *port, .portal_key = *portal_key, .secret = std::move(*secret)};
}

std::string EnrolmentToken::format() const {
    std::array<std::uint8_t, 64> keys{};
    const crypto::WipeOnExit wipe(keys);
    std::ranges::copy(portal_key.bytes(), keys.begin());
    std::ranges::copy(secret.bytes(), keys.begin() + 32);
    std::string text(k_token_start);
    text.append(app_host).append(":").append(std::to_string(port)).append(":").append(crypto::base64url_encode(keys));
    return text;
}

std::string encode_enrol_body(const EnrolBody& body) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.bytes("token_hash", body.token_hash.bytes());
        out.bytes("signing_key", body.signing_key.bytes());
        out.bytes("agreement_key", body.agreement_key.bytes());
        out.text("name", body.name);
        out.text("operating_system", body.operating_system);
        out.text("kind", choice_text(k_device_kinds, body.kind));
        out.bytes("channel_binding", body.channel_binding);
    });
}

Decoded<EnrolBody> decode_enrol_body(std::string_view body) {
    return decode_object(body, k_longest_enrol_body, [](JsonObjectReader& in) {
        in.version_one();
        return EnrolBody{.token_hash = in["token_hash"].fixed<crypto::Digest>(),
                         .signing_key = in["signing_key"].fixed<crypto::DevicePublicKey>(),
                         .agreement_key = in["agreement_key"].fixed<crypto::DeviceAgreementPublicKey>(),
                         .name = in["name"].text(is_name),
                         .operating_system = in["operating_system"].text(is_line),
                         .kind = in["kind"].choice(k_device_kinds),
                         .channel_binding = in["channel_binding"].array<32>()};
    });
}

std::expected<EnrolBody, EnvelopeError> open_enrol_body(const SignedEnvelope& envelope) {
    auto body = decode_enrol_body(envelope.body);
    if (!body) return std::unexpected(EnvelopeError::Malformed);
    if (!verify_envelope(body->signing_key, crypto::Purpose::Enrol, envelope)) {
        return std::unexpected(EnvelopeError::BadSignature);
    }
    return std::move(*body);
}

}  // namespace doorward::protocol
