#include "protocol/sign_in_request.h"

#include "crypto/purpose.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/text.h"

namespace doorward::protocol {
namespace {

constexpr std::size_t k_longest_request = 16 * 1024;

}  // namespace

std::string encode_sign_in_request(const SignInRequest& request) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("id", request.id);
        out.id("team_id", request.team_id);
        out.id("tenant_id", request.tenant_id);
        out.id("device_id", request.device_id);
        out.id("technician_id", request.technician_id);
        out.text("tenant_name", request.tenant_name);
        out.text("device_name", request.device_name);
        out.text("account", request.account);
        out.text("service", request.service);
        out.text("terminal", request.terminal);
        out.text("remote_host", request.remote_host);
        out.optional_text("reason", request.reason);
        out.optional_text("ticket", request.ticket);
        out.bytes("nonce", request.nonce);
        out.time("issued_at", request.issued_at);
        out.time("expires_at", request.expires_at);
    });
}

Decoded<SignInRequest> decode_sign_in_request(std::string_view body) {
    return decode_object(body, k_longest_request, [](JsonObjectReader& in) {
        in.version_one();
        SignInRequest request{
            .id = in["id"].id<RequestId>(),
            .team_id = in["team_id"].id<TeamId>(),
            .tenant_id = in["tenant_id"].id<TenantId>(),
            .device_id = in["device_id"].id<DeviceId>(),
            .technician_id = in["technician_id"].id<TechnicianId>(),
            .tenant_name = in["tenant_name"].text(is_name),
            .device_name = in["device_name"].text(is_name),
            .account = in["account"].text(is_account_name),
            .service = in["service"].text(is_name),
            .terminal = in["terminal"].text(is_line),
            .remote_host = in["remote_host"].text(is_line),
            .reason = in["reason"].optional([](const JsonReader& value) { return value.text(is_description); }),
            .ticket = in["ticket"].optional([](const JsonReader& value) { return value.text(is_line); }),
            .nonce = in["nonce"].array<16>(),
            .issued_at = in["issued_at"].time(),
            .expires_at = in["expires_at"].time()};
        if (request.expires_at <= request.issued_at ||
            request.expires_at - request.issued_at > k_sign_in_request_life) {
            in.fail("expires_at", DecodeErrorKind::OutOfRange);
        }
        return request;
    });
}

std::expected<SignInRequest, EnvelopeError> open_sign_in_request(const SignedEnvelope& envelope,
                                                                 const crypto::DevicePublicKey& key) {
    if (!verify_envelope(key, crypto::Purpose::SignInRequest, envelope)) {
        return std::unexpected(EnvelopeError::BadSignature);
    }
    auto request = decode_sign_in_request(envelope.body);
    if (!request) return std::unexpected(EnvelopeError::Malformed);
    return std::move(*request);
}

}  // namespace doorward::protocol
