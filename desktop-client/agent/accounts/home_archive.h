#pragma once
#include "desktop-client/agent/accounts/account_service.h"

namespace doorward::agent {

// Takes the home of an account that goes out of everybody's reach: into /home/.doorward-kept, which only root enters,
// because its uid may be somebody else's one day. Archive: from there into /var/backups/doorward-home-<name>.tar.gz,
// readable for root, and then away. A home that is a link or somebody else's, is a mount or
// holds one, is left where it is. Again after
// a crash it goes on where it was. Takes as long as the home is big.
[[nodiscard]] HomeFate put_home_away(const AccountIdentity& identity, HomeWish wish);

}  // namespace doorward::agent
