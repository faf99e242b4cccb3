#pragma once

#include "crypto/secret_key.h"
#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/stores/link_store.h"
#include "msp-portal/server/stores/session_store.h"
#include "protocol/assertion.h"
#include "protocol/phone_request.h"
#include "protocol/secrets.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace doorward::portal {

namespace role {
struct AdminSession;
}
using SessionToken = crypto::SecretKey<role::AdminSession, 32>;

/// Who is behind a request, as the session says; made only by session_service::authenticate().
struct SignedIn {
    Actor actor;
    TechnicianRecord technician;
    TeamRecord team;
    std::vector<std::string> permissions;
    AdminSessionRecord session;

    [[nodiscard]] bool may(std::string_view permission) const;
};

namespace session_service {

inline constexpr std::chrono::hours k_life{8};
inline constexpr std::chrono::minutes k_idle{30};

using NonceBytes = std::array<std::uint8_t, 32>;
[[nodiscard]] NonceBytes create_nonce(UnitOfWork& unit);

struct Started {
    SessionToken token;  ///< for the cookie
    SignedIn signed_in;
};
/// The reason is for log and audit; the caller of the API learns only that it was refused.
struct Refused {
    std::string reason;
    std::optional<protocol::TechnicianId> technician;
};
/// Always a value where the store works, so that the nonce stays used whatever came of it.
[[nodiscard]] Result<std::variant<Started, Refused>> sign_in(UnitOfWork& unit, const Deployment& deployment,
                                                             const NonceBytes& nonce,
                                                             const protocol::Assertion& assertion,
                                                             const Client& client);

/// Error::SignInRefused for anything but a live session of an active administrator, from the same browser.
[[nodiscard]] Result<SignedIn> authenticate(platform::Database& database, const crypto::Digest& token_hash,
                                            const crypto::Digest& user_agent_hash, protocol::Timestamp now);
[[nodiscard]] crypto::Digest token_hash(const SessionToken& token);
/// Whether an open page of this session may go on listening.
[[nodiscard]] bool still_live(platform::Database& database, const crypto::Digest& token_hash, protocol::Timestamp now);
void sign_out(UnitOfWork& unit, const SignedIn& signed_in);

/// A live session as its holder sees it.
struct ShownSession {
    AdminSessionRecord record;
    std::string passkey_label;
    bool current = false;
};
[[nodiscard]] std::vector<ShownSession> own_sessions(platform::Database& database, const SignedIn& signed_in,
                                                     protocol::Timestamp now);
/// Of the person's own; Error::NotFound for any other.
[[nodiscard]] Result<void> end_session(UnitOfWork& unit, const SignedIn& signed_in, const AdminSessionId& id);
void end_other_sessions(UnitOfWork& unit, const SignedIn& signed_in);
/// Of the person's own, with the sessions it opened. Error::LastPasskey for the only one that works.
[[nodiscard]] Result<void> remove_passkey(UnitOfWork& unit, const SignedIn& signed_in, const AdminPasskeyId& id);

/// What a set-up link is for.
struct SetUpView {
    SetUpLinkRecord link;
    TeamRecord team;
    TechnicianRecord technician;
};
[[nodiscard]] Result<SetUpView> look_up_set_up(platform::Database& database, const crypto::Digest& secret_hash,
                                               protocol::Timestamp now);

struct OwnerIntroduction {
    std::string name;
    std::string username;
    std::optional<std::string> email;
    std::string team_name;
};
struct SetUpCompletion {
    const protocol::LinkSecret& secret;
    protocol::Registration registration;
    std::string label;
    std::optional<OwnerIntroduction> owner;  ///< exactly for SetUpKind::Owner
};
/// Registers the passkey and uses the link up. An owner is signed in at once; a further administrator's key is a change
/// (no session where it waits).
[[nodiscard]] Result<std::optional<Started>> complete_set_up(UnitOfWork& unit, const Deployment& deployment,
                                                             const SetUpCompletion& completion, const Client& client);

}  // namespace session_service
}  // namespace doorward::portal
