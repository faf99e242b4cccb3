#pragma once

#include "crypto/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace doorward::agent {

/// What the command line tool and the agent say to each other on admin.sock, which only root can open. The socket's own
/// framing gives the length; texts carry a 32 bit little-endian length.
inline constexpr std::size_t k_admin_frame_limit = std::size_t{1024} * 1024;

enum class AdminVerb : std::uint8_t {
    Status = 1,
    Enrol,
    Sync,
    Sessions,
    Diagnose,
    CodeSchemes,
    Accounts,
    KeysShow,
    KeysMove,
    LogHead,
    Explain
};

/// Exit statuses of the tool; the agent chooses one with every answer.
enum class AdminStatus : std::uint8_t {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotEnrolled = 3,
    Unreachable = 4,
    Denied = 5,
    Conflict = 6,
};

struct AdminRequest {
    AdminVerb verb = AdminVerb::Status;
    crypto::SecretBytes token;  ///< of Enrol; of KeysMove the recovery code
    std::string name;           ///< of Enrol; empty: the host name. Of Explain a username; empty: everybody
    std::string kind;           ///< of Enrol; empty: not in a domain. Of KeysMove the place
};

using AdminValue = std::variant<std::monostate, bool, std::int64_t, std::string>;
struct AdminField {
    std::string name;
    AdminValue value;
    friend bool operator==(const AdminField&, const AdminField&) = default;
};
using AdminRecord = std::vector<AdminField>;

struct AdminReply {
    AdminStatus status = AdminStatus::Done;
    std::string message;  ///< one sentence for a person; may be empty
    bool is_list = false;
    std::vector<AdminRecord> records;
    friend bool operator==(const AdminReply&, const AdminReply&) = default;
};

enum class AdminMessageError : std::uint8_t { Truncated, TrailingBytes, BadValue };
[[nodiscard]] std::string_view to_string(AdminMessageError error);

/// The caller wipes the frame of an enrolment after it was sent.
[[nodiscard]] std::vector<std::uint8_t> encode(const AdminRequest& request);
[[nodiscard]] std::vector<std::uint8_t> encode(const AdminReply& reply);
[[nodiscard]] std::expected<AdminRequest, AdminMessageError> decode_admin_request(
    const std::vector<std::uint8_t>& frame);
[[nodiscard]] std::expected<AdminReply, AdminMessageError> decode_admin_reply(const std::vector<std::uint8_t>& frame);

}  // namespace doorward::agent
