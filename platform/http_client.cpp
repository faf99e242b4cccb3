#include "platform/http_client.h"

#include "platform/curl_handle.h"
#include "platform/public_address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace doorward::platform {
namespace {

struct Transfer {
    ReachableAddresses reachable = ReachableAddresses::PublicOnly;
    std::size_t limit = 0;
    bool address_refused = false;
    bool too_large = false;
    Response response;
    std::size_t header_bytes = 0;
};

// Called with the very address that will be connected to, after resolution.
curl_socket_t open_checked(void* context, curlsocktype, curl_sockaddr* address) {
    auto* transfer = static_cast<Transfer*>(context);
    if (transfer->reachable == ReachableAddresses::PublicOnly && !is_public_address(address->addr)) {
        transfer->address_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* context) {
    auto* transfer = static_cast<Transfer*>(context);
    if (transfer->response.body.size() + size > transfer->limit) {
        transfer->too_large = true;
        return 0;
    }
    transfer->response.body.append(data, size);
    return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* context) {
    auto* transfer = static_cast<Transfer*>(context);
    transfer->header_bytes += size;
    if (transfer->header_bytes > 64 * 1024) {
        transfer->too_large = true;
        return 0;
    }
    std::string_view line(data, size);
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' '))
        value.remove_prefix(1);
    transfer->response.headers.push_back(HttpHeader{std::string(line.substr(0, colon)), std::string(value)});
    return size;
}

HttpClientError error_of(CURLcode code) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return HttpClientError::UrlRefused;
        case CURLE_COULDNT_RESOLVE_HOST:
            return HttpClientError::NameNotFound;
        case CURLE_OPERATION_TIMEDOUT:
            return HttpClientError::TimedOut;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return HttpClientError::TlsFailed;
        case CURLE_OUT_OF_MEMORY:
        case CURLE_FAILED_INIT:
            return HttpClientError::Internal;
        default:
            return HttpClientError::Unreachable;
    }
}

bool has_line_end(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace

std::string_view to_string(HttpClientError error) {
    switch (error) {
        case HttpClientError::UrlRefused:
            return "not an https address";
        case HttpClientError::AddressRefused:
            return "leads to a private address";
        case HttpClientError::NameNotFound:
            return "name not found";
        case HttpClientError::Unreachable:
            return "unreachable";
        case HttpClientError::TimedOut:
            return "timed out";
        case HttpClientError::TlsFailed:
            return "certificate not trusted or no TLS";
        case HttpClientError::TooLarge:
            return "answer too large";
        case HttpClientError::Internal:
            return "internal client error";
    }
    return "unknown";
}

std::expected<Response, HttpClientError> perform_http(const HttpClientOptions& options,
                                                      const HttpClientRequest& request) {
    if (!request.url.starts_with("https://") || has_line_end(request.url)) {
        return std::unexpected(HttpClientError::UrlRefused);
    }
    const CurlHandle curl = make_curl();
    CurlList headers;
    for (const HttpHeader& header : request.headers) {
        if (has_line_end(header.name) || has_line_end(header.value)) return std::unexpected(HttpClientError::Internal);
        headers.append(header.name + ": " + header.value);
    }
    headers.append("Expect:");
    if (curl == nullptr) return std::unexpected(HttpClientError::Internal);

    Transfer transfer;
    transfer.reachable = options.reachable;
    transfer.limit = options.response_limit;
    CURL* handle = curl.get();
    const std::string method(to_string(request.method));
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
    if (request.method == HttpMethod::Head) curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (!request.body.empty() || request.method == HttpMethod::Post) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.deadline.count()));
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
    if (!options.authority_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.authority_file.c_str());

    const CURLcode code = curl_easy_perform(handle);
    if (transfer.address_refused && code != CURLE_OK) return std::unexpected(HttpClientError::AddressRefused);
    if (transfer.too_large) return std::unexpected(HttpClientError::TooLarge);
    if (code != CURLE_OK) return std::unexpected(error_of(code));
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
}

}  // namespace doorward::platform
