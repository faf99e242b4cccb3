#pragma once
#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/accounts/file_descriptor.h"

#include <expected>

namespace doorward::agent {

// Makes /home/<name> from /etc/skel, once, complete or not at all, without following a link. A home that exists
// already must be a folder of the account's own: nothing is ever given away with chown.
[[nodiscard]] std::expected<void, AccountError> ensure_home(const AccountIdentity& identity);

// The account's home, if it is a folder of its own; nothing otherwise.
[[nodiscard]] FileDescriptor open_home(const AccountIdentity& identity);

}  // namespace doorward::agent
