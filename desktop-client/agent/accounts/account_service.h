#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

// Uids (and the equal range of gids) that are ours alone; pam_doorward.so knows a managed account by them.
inline constexpr std::uint32_t k_first_managed_uid = 52000;
inline constexpr std::uint32_t k_last_managed_uid = 59999;

enum class AccountError : std::uint8_t {
    BadName,       // not ^[a-z_][a-z0-9_-]{0,30}$
    BadId,         // uid or gid outside the managed range, or no owner
    Conflict,      // a local user or group of that name or id that is not ours; it was not touched
    HomeRefused,   // the home's path is a link, or somebody else's; it was not touched
    Busy,          // the account files stayed locked for 15 s
    ToolFailed,    // useradd and its like did not do their work; the log says which
    NotVerified,   // the files do not say afterwards what they must
    StorageFailed  // a file of ours could not be read or written
};
[[nodiscard]] std::string_view to_string(AccountError error) noexcept;

// What the roster reserves on this device, for a technician or for all of a tenant's, once and for good.
struct AccountIdentity {
    std::string name;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string full_name;
    std::string owner;  // the technician's or tenant's id: whoever has the name later gets neither uid nor home
};

enum class AccountState : std::uint8_t {
    Absent,
    Locked,
    Open,      // password usable, not expired, member of the admin group
    Conflict,  // exists, but not ours
    Broken     // anything else, e.g. half created or half closed: ensure_account or close_account mends it
};
[[nodiscard]] std::string_view to_string(AccountState state) noexcept;

// Something a session left behind that clear_up could not take away.
struct Remainder {
    enum class Kind : std::uint8_t { Process, File, SudoTicket, Linger, ScheduledJob, IpcObject };
    Kind kind = Kind::Process;
    std::string detail;
};
[[nodiscard]] std::string_view to_string(Remainder::Kind kind) noexcept;

// What is to become of the home of an account that is removed.
enum class HomeWish : std::uint8_t { Keep, Archive };

struct HomeFate {
    enum class Kind : std::uint8_t { None, Kept, Archived, Remained };
    Kind kind = Kind::None;  // None: there was none
    std::string detail;      // where it is, or why it remained, in a machine word
};

// Local accounts of technicians. A seam: Linux now, Windows and macOS later. Every call blocks (about 0.1 s, 15 s
// at worst) and the implementation serialises them itself. Nothing is adopted: what we did not make is a Conflict.
class AccountService {
public:
    virtual ~AccountService() = default;

    // Replaces the names that NSS answers for. Names that have an account already are left out by the service, and so
    // is one that cannot be an account.
    [[nodiscard]] virtual std::expected<void, AccountError> publish_names(
        std::span<const AccountIdentity> identities) = 0;

    // Afterwards the account exists, locked if it is new, with its home and the marker group. Idempotent; mends a
    // half-created account of ours.
    [[nodiscard]] virtual std::expected<void, AccountError> ensure_account(const AccountIdentity& identity) = 0;

    // New random password that nobody knows, unlocked, admin group; verified in the files before it returns.
    // On failure the account is closed again as far as that is possible.
    [[nodiscard]] virtual std::expected<void, AccountError> open_account(const AccountIdentity& identity) = 0;

    // Locks and takes the admin group away; the home stays. An error means: it may not be locked.
    [[nodiscard]] virtual std::expected<void, AccountError> close_account(const AccountIdentity& identity) = 0;

    // Writes a line to the terminals of an account, or of one login (audit_session_of() in session_processes.h).
    virtual void tell(const AccountIdentity& identity, std::optional<std::uint32_t> audit_session,
                      std::string_view text) = 0;

    // Of several sessions in one account: ends the processes of this one login (audit_session_of() in
    // session_processes.h) and nobody else's. Takes seconds at worst, and keeps no other call waiting.
    [[nodiscard]] virtual std::vector<Remainder> end_session(const AccountIdentity& identity,
                                                             std::uint32_t audit_session) = 0;

    // Takes the home out of everybody's reach, at once; the next ensure_account makes a new one. For an account that
    // nobody is in. HomeRefused where it stays: it is a link, a mount or somebody else's.
    [[nodiscard]] virtual std::expected<void, AccountError> put_home_aside(const AccountIdentity& identity) = 0;

    // Removes what was put aside, other mounts excepted. Takes as long as there is much, half a minute at worst, and
    // keeps no other call waiting; what it had no time for goes with the next one.
    [[nodiscard]] virtual std::vector<Remainder> remove_homes_aside(const AccountIdentity& identity) = 0;

    // After close_account: ends what still runs and removes what would outlive the session. Takes seconds at worst,
    // and keeps no other call waiting.
    [[nodiscard]] virtual std::vector<Remainder> clear_up(const AccountIdentity& identity) = 0;

    // Takes a locked account away, with its own group; the home as put_home_away() does (home_archive.h). Conflict for
    // what is not ours, NotVerified for an account that is not locked or is still there afterwards. Again for an
    // account that is gone already it looks after the home only. Takes as long as the home is big.
    [[nodiscard]] virtual std::expected<HomeFate, AccountError> remove_account(const AccountIdentity& identity,
                                                                               HomeWish homes) = 0;

    // Every account that was ever made here, whatever became of the agent's store since; without full names.
    [[nodiscard]] virtual std::expected<std::vector<AccountIdentity>, AccountError> recorded() = 0;

    // Whether anything runs with its uid.
    [[nodiscard]] virtual bool is_in_use(const AccountIdentity& identity) = 0;

    // Read from the account files, each time.
    [[nodiscard]] virtual AccountState state(const AccountIdentity& identity) = 0;
};

// For when nobody knows any more whose session lives: closes and clears up every recorded account. An error: one of
// them may still be open; the others were closed all the same.
[[nodiscard]] std::expected<void, AccountError> close_recorded_accounts(AccountService& accounts);

}  // namespace doorward::agent
