#pragma once

#include "crypto/signature.h"
#include "protocol/audit_event.h"
#include "protocol/decode_error.h"
#include "protocol/envelope.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::protocol {

// What a workstation says, signed, about its own removal: what Doorward had put there, and what became of it. It is
// made after the looking, so it says what is so, not what was tried.

enum class RemovalPart {
    Account,  // a technician's, with its own group
    Home,
    Pam,  // the stacks that ask our module
    NameService,
    UidRange,  // the limit in login.defs that keeps our uids free
    Sudoers,
    Sshd,
    Program  // units, files of the package, keys and store: they go after the statement was signed
};
[[nodiscard]] std::string_view to_string(RemovalPart part);

enum class RemovalFate {
    Removed,
    Kept,      // a home, where `note` says, for root alone
    Archived,  // a home, in the file that `note` names
    Remained   // `note` says why, in a machine word
};
[[nodiscard]] std::string_view to_string(RemovalFate fate);

struct RemovalItem {
    RemovalPart part = RemovalPart::Account;
    // Of an account or home, or the file.
    std::string name;
    RemovalFate fate = RemovalFate::Removed;
    std::optional<std::string> note{};

    friend bool operator==(const RemovalItem&, const RemovalItem&) = default;
};

inline constexpr std::size_t k_most_removal_items = 200;

// Purpose Removal, signed by the device.
struct RemovalStatement {
    TeamId team_id;
    TenantId tenant_id;
    DeviceId device_id;
    // As the machine calls itself.
    std::string host_name;
    std::string agent_version;
    Timestamp at;
    bool clock_trusted = false;
    // Sessions that were open were ended for it.
    bool forced = false;
    // Where the device's audit chain ends.
    ChainPosition chain;
    // What remained comes first.
    std::vector<RemovalItem> items;
    // How many more there are than are listed.
    std::int64_t more = 0;

    friend bool operator==(const RemovalStatement&, const RemovalStatement&) = default;
};

[[nodiscard]] std::string encode_removal(const RemovalStatement& statement);
[[nodiscard]] Decoded<RemovalStatement> decode_removal(std::string_view body);

enum class RemovalError { BadSignature, Malformed, AnotherDevice };
[[nodiscard]] std::string_view to_string(RemovalError error);
// Signed by this device, and about itself.
[[nodiscard]] std::expected<RemovalStatement, RemovalError> verify_removal(const SignedEnvelope& envelope,
                                                                           const crypto::DevicePublicKey& key,
                                                                           const DeviceId& device);

}  // namespace doorward::protocol
