#pragma once

#include "msp-portal/server/stores/error.h"
#include "platform/http_message.h"
#include "protocol/decode_error.h"

#include <optional>
#include <string>

namespace doorward::portal {

/// The one place where an error becomes an answer (RFC 9457). What is not named here is "internal" and says nothing
/// more.
[[nodiscard]] platform::Response problem(Error error, const std::string& request_id,
                                         const std::optional<protocol::DecodeError>& malformed = {});
/// For what the server refuses before a handler runs (404, 405, 413, ...).
[[nodiscard]] platform::Response problem_of_status(int status);

[[nodiscard]] platform::Response unauthenticated(const std::string& request_id);
[[nodiscard]] platform::Response cross_site(const std::string& request_id);
[[nodiscard]] platform::Response wrong_media_type(const std::string& request_id);
[[nodiscard]] platform::Response too_many_requests(const std::string& request_id, int retry_after_seconds);

}  // namespace doorward::portal
