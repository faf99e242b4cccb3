#pragma once
#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/accounts/file_descriptor.h"

#include <expected>
#include <vector>

namespace doorward::agent {

// Makes /home/<name> from /etc/skel, once, complete or not at all, without following a link. A home that exists
// already must be a folder of the account's own: nothing is ever given away with chown.
[[nodiscard]] std::expected<void, AccountError> ensure_home(const AccountIdentity& identity);

// Puts the home into a folder that only root enters, by one rename. HomeRefused where it stays as it is: it is a link,
// a mount or somebody else's. Fine where there is none.
[[nodiscard]] std::expected<void, AccountError> move_home_aside(const AccountIdentity& identity);

// Removes all that was put there: no link is followed and no other mount entered. What a call does not get done is
// there for the next one. Returns what is still there.
[[nodiscard]] std::vector<Remainder> remove_what_is_aside(const AccountIdentity& identity);

// The account's home, if it is a folder of its own; nothing otherwise.
[[nodiscard]] FileDescriptor open_home(const AccountIdentity& identity);

}  // namespace doorward::agent
