#include "protocol/client_data.h"

#include "protocol/json_reader.h"

#include <algorithm>

namespace doorward::protocol {
namespace {

bool is_any_text(std::string_view) {
    return true;
}

std::string_view as_text(crypto::ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Decoded<ClientData> decode_client_data(std::string_view json) {
    auto document = JsonDocument::parse(json, k_longest_client_data);
    if (!document) return std::unexpected(std::move(document.error()));
    return document->read_open_object([](JsonObjectReader& in) {
        return ClientData{.type = in["type"].text(is_any_text),
                          .challenge = in["challenge"].bytes({0, 1024}),
                          .origin = in["origin"].text(is_any_text),
                          .cross_origin = in.has("crossOrigin") && in["crossOrigin"].boolean(),
                          .has_top_origin = in.has("topOrigin")};
    });
}

std::expected<ClientData, AssertionError> check_client_data(crypto::ByteView json, CeremonyType type,
                                                            std::string_view origin) {
    auto data = decode_client_data(as_text(json));
    if (!data) return std::unexpected(AssertionError::MalformedClientData);
    if (data->type != (type == CeremonyType::Get ? "webauthn.get" : "webauthn.create")) {
        return std::unexpected(AssertionError::WrongType);
    }
    if (data->cross_origin || data->has_top_origin) return std::unexpected(AssertionError::CrossOrigin);
    if (data->origin != origin) return std::unexpected(AssertionError::WrongOrigin);
    return std::move(*data);
}

std::expected<void, AssertionError> check_client_data(crypto::ByteView json, CeremonyType type, std::string_view origin,
                                                      const crypto::Digest& challenge) {
    const auto data = check_client_data(json, type, origin);
    if (!data) return std::unexpected(data.error());
    if (!std::ranges::equal(data->challenge, challenge.bytes())) return std::unexpected(AssertionError::WrongChallenge);
    return {};
}

}  // namespace doorward::protocol
