#pragma once

#include "desktop-client/agent/grounds.h"
#include "desktop-client/agent/process_identity.h"
#include "desktop-client/agent/stores/result.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorward::agent {

enum class SignInMethod { Online, Offline, BreakGlass };
[[nodiscard]] std::string_view to_string(SignInMethod method);

/// A login. It lives as long as the process that opened it.
struct Session {
    protocol::SessionId id;
    std::string account;
    std::optional<protocol::TechnicianId> technician_id;  ///< nothing by break-glass
    SignInMethod method = SignInMethod::Offline;
    std::string service;
    std::string terminal;
    std::string remote_host;
    ProcessIdentity leader;
    std::string boot_id;
    protocol::Timestamp opened_at;
    std::int64_t opened_boot = 0;
    std::int64_t ends_boot = 0;  ///< when it is ended at the latest
    /// The kernel's number of the login that opened it, which all its processes carry; nothing where there is none.
    std::optional<std::uint32_t> audit_session{};
    Grounds grounds{};
};

class SessionStore {
public:
    explicit SessionStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] Stored<> insert(const Session& session);
    [[nodiscard]] Stored<> shorten(const protocol::SessionId& id, std::int64_t ends_boot);
    [[nodiscard]] Stored<> remove(const protocol::SessionId& id);
    [[nodiscard]] Stored<std::vector<Session>> all();

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
