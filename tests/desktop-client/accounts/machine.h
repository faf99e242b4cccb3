#pragma once
#include "desktop-client/agent/accounts/linux_account_service.h"

#include <memory>
#include <string>
#include <string_view>

namespace doorward::tests {

// The private machine's files as Debian delivers them, at the start of each test.
[[nodiscard]] std::unique_ptr<agent::LinuxAccountService> fresh_service();

// "msp-nik", uid and gid 52001.
[[nodiscard]] agent::AccountIdentity nik();

// Runs a shell command and returns what it wrote, standard error included.
std::string shell(const std::string& command);

[[nodiscard]] std::string content(const std::string& path);
void write(const std::string& path, std::string_view text);
// The colon-separated line of `name` in an account file, without the line end; empty if there is none.
[[nodiscard]] std::string line(const std::string& path, const std::string& name);

}  // namespace doorward::tests
