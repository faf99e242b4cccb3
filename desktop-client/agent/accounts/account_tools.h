#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>

namespace doorward::agent {

// Runs one of the distribution's account tools, after the account files' locks became free: a lock whose owner is
// gone is removed, for another one it waits 15 s (Busy). `input` goes to standard input and may be a secret.
[[nodiscard]] std::expected<void, AccountError> run_tool(std::initializer_list<std::string_view> arguments,
                                                         std::string_view input = {});

}  // namespace doorward::agent
