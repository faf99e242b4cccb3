#pragma once

#include "platform/http_message.h"

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class HttpClientError {
    UrlRefused,      ///< not an https URL
    AddressRefused,  ///< the name leads to a private, loopback, link-local or otherwise special address
    NameNotFound,
    Unreachable,
    TimedOut,
    TlsFailed,
    TooLarge,
    Internal,
};
[[nodiscard]] std::string_view to_string(HttpClientError error);

enum class ReachableAddresses {
    PublicOnly,  ///< what an URL that came from outside may reach
    Any,         ///< where the owner allows it
};

struct HttpClientOptions {
    ReachableAddresses reachable = ReachableAddresses::PublicOnly;
    std::filesystem::path authority_file;  ///< PEM; empty: the system's authorities
    std::chrono::milliseconds deadline{10'000};
    std::size_t response_limit = 256 * 1024;
};

struct HttpClientRequest {
    HttpMethod method = HttpMethod::Post;
    std::string url;
    std::vector<HttpHeader> headers;
    std::string body;
};

/// HTTPS to other people's servers (web push, webhooks) over libcurl. The address is judged after resolution, where the
/// socket is opened, so a name cannot be pointed elsewhere in between. Follows no redirect, uses no proxy and no
/// environment. Blocks: call it on a Worker.
[[nodiscard]] std::expected<Response, HttpClientError> perform_http(const HttpClientOptions& options,
                                                                    const HttpClientRequest& request);

}  // namespace doorward::platform
