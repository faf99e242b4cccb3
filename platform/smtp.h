#pragma once

#include "crypto/secret_bytes.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace doorward::platform {

enum class SmtpError {
    MessageRefused,  ///< an address or the subject is malformed (line ends, control characters)
    PlainRefused,    ///< plain text to a server that is not on loopback
    Unreachable,
    TimedOut,
    TlsFailed,
    LoginRefused,
    RejectedByServer,
    Internal,
};
[[nodiscard]] std::string_view to_string(SmtpError error);

enum class SmtpSecurity {
    StartTls,
    ImplicitTls,
    PlainOnLoopback,
};

struct SmtpOptions {
    std::string host;
    std::uint16_t port = 587;
    SmtpSecurity security = SmtpSecurity::StartTls;
    std::string user;              ///< empty: no login
    crypto::SecretBytes password;  ///< UTF-8
    std::filesystem::path authority_file;
    std::string sender;  ///< address only
    std::string sender_name;
    std::chrono::milliseconds deadline{20'000};
};

struct MailMessage {
    std::string recipient;  ///< address only
    std::string subject;    ///< UTF-8, one line
    std::string text;       ///< UTF-8
    std::string html;       ///< UTF-8; empty: plain text only
};

/// Hands the message to the server and waits for its answer. Blocks: call it on a Worker.
[[nodiscard]] std::expected<void, SmtpError> send_mail(const SmtpOptions& options, const MailMessage& message);

}  // namespace doorward::platform
