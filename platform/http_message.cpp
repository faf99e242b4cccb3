#include "platform/http_message.h"

#include "platform/letter_case.h"

#include <algorithm>

namespace doorward::platform {
namespace {

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

// Calls `use` for each piece between separators until it returns false.
template <class Use>
void each_piece(std::string_view text, char separator, Use use) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (!use(text.substr(0, end))) return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

std::string_view to_string(HttpMethod method) {
    switch (method) {
        case HttpMethod::Get:
            return "GET";
        case HttpMethod::Head:
            return "HEAD";
        case HttpMethod::Post:
            return "POST";
        case HttpMethod::Put:
            return "PUT";
        case HttpMethod::Patch:
            return "PATCH";
        case HttpMethod::Delete:
            return "DELETE";
        case HttpMethod::Options:
            return "OPTIONS";
        case HttpMethod::Other:
            return "OTHER";
    }
    return "OTHER";
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const HttpHeader& header : headers) {
        if (!same_but_for_case(header.name, name)) continue;
        if (found) return std::nullopt;
        found = header.value;
    }
    return found;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    std::optional<std::string_view> found;
    bool repeated = false;
    for (const HttpHeader& header : headers) {
        if (!same_but_for_case(header.name, "cookie")) continue;
        each_piece(header.value, ';', [&](std::string_view pair) {
            pair = trimmed(pair);
            const std::size_t equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) return true;
            repeated = repeated || found.has_value();
            found = pair.substr(equals + 1);
            return true;
        });
    }
    if (repeated) return std::nullopt;
    return found;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
    std::optional<std::string> found;
    bool refused = false;
    each_piece(query, '&', [&](std::string_view pair) {
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (percent_decode(pair.substr(0, equals)) != name) return true;
        std::string value(pair.substr(std::min(equals + 1, pair.size())));
        std::replace(value.begin(), value.end(), '+', ' ');
        refused = refused || found.has_value();
        found = percent_decode(value);
        refused = refused || !found.has_value();
        return true;
    });
    if (refused) return std::nullopt;
    return found;
}

std::string_view Request::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) return value;
    }
    return {};
}

Response Response::make(int status, std::string_view content_type, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.set_header("Content-Type", content_type);
    return response;
}

void Response::set_header(std::string_view name, std::string_view value) {
    for (HttpHeader& header : headers) {
        if (same_but_for_case(header.name, name)) {
            header.value = value;
            return;
        }
    }
    headers.push_back(HttpHeader{std::string(name), std::string(value)});
}

std::string_view status_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "Status";
    }
}

Response plain_problem(int status) {
    std::string body = R"({"type":"about:blank","title":")";
    body += status_phrase(status);
    body += R"(","status":)" + std::to_string(status) + "}";
    return Response::make(status, "application/problem+json", std::move(body));
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t position = 0; position < text.size(); ++position) {
        char letter = text[position];
        if (letter == '%') {
            if (position + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[position + 1]);
            const int low = hex_value(text[position + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            letter = static_cast<char>(high * 16 + low);
            position += 2;
        }
        if (letter == '\0') return std::nullopt;
        decoded.push_back(letter);
    }
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view k_digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char letter : text) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') ||
                           std::string_view("-._~").find(letter) != std::string_view::npos;
        if (plain) {
            encoded.push_back(letter);
        } else {
            const auto byte = static_cast<unsigned char>(letter);
            encoded.push_back('%');
            encoded.push_back(k_digits[byte >> 4U]);
            encoded.push_back(k_digits[byte & 15U]);
        }
    }
    return encoded;
}

}  // namespace doorward::platform
