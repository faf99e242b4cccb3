#pragma once

#include "crypto/hash.h"
#include "msp-portal/server/stores/store.h"
#include "msp-portal/server/stores/technician_store.h"

#include <optional>
#include <string>
#include <vector>

namespace doorward::portal {

namespace entity {
struct AdminSession;
}
using AdminSessionId = protocol::Id<entity::AdminSession>;

/// From where somebody works in the portal, as the request says.
struct Client {
    std::string address;
    std::string user_agent;  ///< a line of text, shortened
    crypto::Digest user_agent_hash;
};

struct AdminSessionRecord {
    crypto::Digest token_hash;
    AdminSessionId id;
    protocol::TeamId team_id;
    protocol::TechnicianId technician_id;
    AdminPasskeyId passkey_id;
    Client client;
    protocol::Timestamp created_at;
    protocol::Timestamp last_used_at;
    protocol::Timestamp expires_at;
};

/// What was answered to a request with an Idempotency-Key.
struct KeptAnswer {
    crypto::Digest request_hash;
    int status = 200;
    std::string location;
    std::string etag;
    std::string body;
};

namespace session_store {

void insert_nonce(UnitOfWork& unit, const crypto::Digest& nonce_hash, protocol::Timestamp expires_at);
/// True once, while it is good.
[[nodiscard]] bool use_nonce(UnitOfWork& unit, const crypto::Digest& nonce_hash);

void insert(UnitOfWork& unit, const AdminSessionRecord& session);
[[nodiscard]] std::optional<AdminSessionRecord> find(platform::Database& database, const crypto::Digest& token_hash);
void touch(UnitOfWork& unit, const crypto::Digest& token_hash);
/// All of them, over or not.
[[nodiscard]] std::vector<AdminSessionRecord> of_technician(platform::Database& database,
                                                            const protocol::TechnicianId& technician);
void end(UnitOfWork& unit, const crypto::Digest& token_hash);
void end_of_technician(UnitOfWork& unit, const protocol::TechnicianId& technician);
/// Nonces, sessions and kept answers nobody can use any more.
void sweep(UnitOfWork& unit, protocol::Timestamp answers_before);

[[nodiscard]] std::optional<KeptAnswer> find_answer(platform::Database& database,
                                                    const protocol::TechnicianId& technician, const std::string& key);
void keep_answer(UnitOfWork& unit, const protocol::TechnicianId& technician, const std::string& key,
                 const KeptAnswer& answer);

}  // namespace session_store
}  // namespace doorward::portal
