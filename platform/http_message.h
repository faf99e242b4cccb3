#pragma once

#include "platform/tls_context.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::platform {

enum class HttpMethod { Get, Head, Post, Put, Patch, Delete, Options, Other };
[[nodiscard]] std::string_view to_string(HttpMethod method);

struct HttpHeader {
    std::string name;
    std::string value;
};

/// A request whose head and body were within the limits.
struct Request {
    HttpMethod method = HttpMethod::Other;
    std::string target;  ///< as sent: path and query
    std::string path;    ///< before '?', still percent-encoded
    std::string query;   ///< after '?', still percent-encoded
    std::string host;    ///< the origin's host name, lower case, without port
    std::vector<HttpHeader> headers;
    std::string body;
    std::string peer_address;  ///< IP address as text
    std::uint16_t peer_port = 0;
    ChannelBinding channel_binding{};
    bool wants_websocket = false;
    /// Filled by the router from {names} in the pattern, percent-decoded.
    std::vector<std::pair<std::string, std::string>> parameters;

    /// The header's value (names compare without case); nothing if it is absent or there more than once.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
    /// Percent-decoded; nothing if absent, repeated or badly encoded.
    [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
    /// The router guarantees it is there; an unknown name gives an empty text.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::vector<HttpHeader> headers;
    std::string body;

    [[nodiscard]] static Response make(int status, std::string_view content_type, std::string body);
    void set_header(std::string_view name, std::string_view value);
};

/// The standard phrase of a status code, "Not Found".
[[nodiscard]] std::string_view status_phrase(int status);

/// An RFC 9457 body without a type of its own ("about:blank"), for what the server itself refuses.
[[nodiscard]] Response plain_problem(int status);

/// Percent-decoding of one path segment or form value; nothing for bad encodings and for NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace doorward::platform
