#include "platform/smtp.h"

#include "platform/curl_handle.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <ctime>
#include <random>

namespace doorward::platform {
namespace {

constexpr std::size_t k_address_limit = 254;

// Printable ASCII without what means something in an envelope or header.
bool is_address(std::string_view address) {
    if (address.empty() || address.size() > k_address_limit || std::count(address.begin(), address.end(), '@') != 1) {
        return false;
    }
    const std::size_t at = address.find('@');
    if (at == 0 || at + 1 == address.size()) return false;
    return std::all_of(address.begin(), address.end(), [](unsigned char letter) {
        return letter > 0x20 && letter < 0x7f && std::strchr("<>()[]\\,;:\"", letter) == nullptr;
    });
}

bool is_one_line(std::string_view text) {
    return text.size() <= 500 &&
           std::none_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x20 || letter == 0x7f; });
}

std::string base64(std::string_view bytes, std::size_t line_length) {
    constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    std::size_t column = 0;
    for (std::size_t position = 0; position < bytes.size(); position += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - position);
        std::uint32_t bits = 0;
        for (std::size_t index = 0; index < 3; ++index) {
            const auto byte = index < left ? static_cast<unsigned char>(bytes[position + index]) : 0U;
            bits = bits << 8U | byte;
        }
        for (std::size_t index = 0; index < 4; ++index) {
            text.push_back(index <= left ? k_alphabet[(bits >> (18 - 6 * index)) & 63U] : '=');
        }
        column += 4;
        if (line_length > 0 && column >= line_length) {
            text += "\r\n";
            column = 0;
        }
    }
    return text;
}

// RFC 2047, in words of at most 45 bytes, cut between UTF-8 characters.
std::string header_text(std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x7f; });
    if (plain && text.find("=?") == std::string_view::npos && text.size() <= 200) return std::string(text);
    std::string encoded;
    while (!text.empty()) {
        std::size_t size = std::min<std::size_t>(45, text.size());
        while (size > 1 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80)
            --size;
        if (!encoded.empty()) encoded += "\r\n ";
        encoded += "=?UTF-8?B?" + base64(text.substr(0, size), 0) + "?=";
        text.remove_prefix(size);
    }
    return encoded;
}

std::string quoted_name(std::string_view name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return letter < 0x7f && letter != '"' && letter != '\\';
    });
    return plain ? "\"" + std::string(name) + "\"" : header_text(name);
}

std::string random_word() {
    static std::random_device source;
    std::string word;
    for (int part = 0; part < 4; ++part)
        word += std::to_string(source());
    return word;
}

std::string mail_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[48];
    const std::size_t size = std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return {text, size};
}

std::string part(std::string_view type, std::string_view content) {
    return "Content-Type: " + std::string(type) + "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           base64(content, 76) + "\r\n";
}

std::string compose(const SmtpOptions& options, const MailMessage& message) {
    std::string text = "Date: " + mail_date() + "\r\n";
    text += "From: " + quoted_name(options.sender_name) + " <" + options.sender + ">\r\n";
    text += "To: <" + message.recipient + ">\r\n";
    text += "Subject: " + header_text(message.subject) + "\r\n";
    text += "Message-ID: <" + random_word() + options.sender.substr(options.sender.find('@')) + ">\r\n";
    text += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    if (message.html.empty()) return text + part("text/plain", message.text);
    const std::string boundary = "part-" + random_word();
    text += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
    text += "--" + boundary + "\r\n" + part("text/plain", message.text);
    text += "--" + boundary + "\r\n" + part("text/html", message.html);
    return text + "--" + boundary + "--\r\n";
}

struct Upload {
    std::string text;
    std::size_t sent = 0;
    bool loopback_only = false;
    bool refused = false;
};

std::size_t give_text(char* target, std::size_t size, std::size_t count, void* context) {
    auto* upload = static_cast<Upload*>(context);
    const std::size_t amount = upload->text.copy(target, size * count, upload->sent);
    upload->sent += amount;
    return amount;
}

bool is_loopback(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in found{};
        std::memcpy(&found, &address, sizeof(found));
        return ntohl(found.sin_addr.s_addr) >> 24U == 127;
    }
    sockaddr_in6 found{};
    std::memcpy(&found, &address, sizeof(found));
    return address.sa_family == AF_INET6 && std::memcmp(&found.sin6_addr, &in6addr_loopback, sizeof(in6_addr)) == 0;
}

curl_socket_t open_checked(void* context, curlsocktype, curl_sockaddr* address) {
    auto* upload = static_cast<Upload*>(context);
    if (upload->loopback_only && !is_loopback(address->addr)) {
        upload->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

SmtpError error_of(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return SmtpError::TimedOut;
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return SmtpError::TlsFailed;
        case CURLE_LOGIN_DENIED:
            return SmtpError::LoginRefused;
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_WEIRD_SERVER_REPLY:
            return SmtpError::RejectedByServer;
        case CURLE_OUT_OF_MEMORY:
        case CURLE_FAILED_INIT:
            return SmtpError::Internal;
        default:
            return SmtpError::Unreachable;
    }
}

}  // namespace

std::string_view to_string(SmtpError error) {
    switch (error) {
        case SmtpError::MessageRefused:
            return "address or subject malformed";
        case SmtpError::PlainRefused:
            return "mail server without TLS is not on this machine";
        case SmtpError::Unreachable:
            return "mail server unreachable";
        case SmtpError::TimedOut:
            return "mail server too slow";
        case SmtpError::TlsFailed:
            return "mail server's TLS refused or not trusted";
        case SmtpError::LoginRefused:
            return "mail server refused the login";
        case SmtpError::RejectedByServer:
            return "mail server rejected the message";
        case SmtpError::Internal:
            return "internal mail error";
    }
    return "unknown";
}

std::expected<void, SmtpError> send_mail(const SmtpOptions& options, const MailMessage& message) {
    if (!is_address(options.sender) || !is_address(message.recipient) || !is_one_line(options.sender_name) ||
        !is_one_line(message.subject)) {
        return std::unexpected(SmtpError::MessageRefused);
    }
    const CurlHandle curl = make_curl();
    if (curl == nullptr) return std::unexpected(SmtpError::Internal);
    Upload upload;
    upload.text = compose(options, message);
    upload.loopback_only = options.security == SmtpSecurity::PlainOnLoopback;
    CurlList recipients;
    recipients.append("<" + message.recipient + ">");
    const std::string scheme = options.security == SmtpSecurity::ImplicitTls ? "smtps://" : "smtp://";
    const std::string url = scheme + options.host + ":" + std::to_string(options.port) + "/";
    const std::string sender = "<" + options.sender + ">";

    CURL* handle = curl.get();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    const bool plain = options.security == SmtpSecurity::PlainOnLoopback;
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!options.authority_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.authority_file.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, sender.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_text);
    curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &upload);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.deadline.count()));
    if (!options.user.empty()) {
        auto password = crypto::SecretBytes::zeroed(options.password.size() + 1);  // with its final zero
        std::copy_n(options.password.bytes().data(), options.password.size(), password.writable_bytes().data());
        curl_easy_setopt(handle, CURLOPT_USERNAME, options.user.c_str());
        curl_easy_setopt(handle, CURLOPT_PASSWORD, reinterpret_cast<const char*>(password.bytes().data()));
    }
    const CURLcode code = curl_easy_perform(handle);
    if (upload.refused && code != CURLE_OK) return std::unexpected(SmtpError::PlainRefused);
    if (code == CURLE_OK) return {};
    long answer = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
    if (answer >= 400 && code != CURLE_LOGIN_DENIED && code != CURLE_USE_SSL_FAILED) {
        return std::unexpected(SmtpError::RejectedByServer);
    }
    return std::unexpected(error_of(code));
}

}  // namespace doorward::platform
