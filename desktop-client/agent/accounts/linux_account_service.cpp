#include "desktop-client/agent/accounts/linux_account_service.h"

#include "crypto/account_hash.h"
#include "crypto/random.h"
#include "desktop-client/agent/accounts/account_files.h"
#include "desktop-client/agent/accounts/account_tools.h"
#include "desktop-client/agent/accounts/home_archive.h"
#include "desktop-client/agent/accounts/home_folder.h"
#include "desktop-client/agent/accounts/service_manager.h"
#include "desktop-client/agent/accounts/session_processes.h"
#include "desktop-client/agent/accounts/session_remains.h"
#include "desktop-client/agent/accounts/session_terminals.h"
#include "platform/log.h"
#include "platform/process.h"
#include "platform/secure_file.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log("accounts");

constexpr const char* k_state_folder = "/var/lib/doorward";
constexpr const char* k_names_file = "/var/lib/doorward/names";
constexpr const char* k_agent_folder = "/var/lib/doorward/agent";
constexpr const char* k_record_file = "/var/lib/doorward/agent/accounts";
constexpr const char* k_marker_group = "doorward";
constexpr const char* k_shell = "/bin/bash";
// The second day of 1970: the first is 0, which some tools read as "never".
constexpr const char* k_expired_date = "1970-01-02";
constexpr const char* k_expired_day = "1";
constexpr std::size_t k_longest_name = 31;
constexpr std::size_t k_owner_length = 36;
constexpr std::size_t k_longest_full_name = 100;

bool is_good_name(std::string_view name) {
    const auto small = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.empty() && name.size() <= k_longest_name && small(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '-'; });
}

// A name as people write it, as far as /etc/passwd can hold it. Never a reason to leave an account as it is.
std::string gecos_of(std::string_view full_name) {
    std::string text(full_name);
    std::ranges::replace_if(
        text,
        [](char c) {
            return c == ':' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
        },
        ' ');
    if (text.size() <= k_longest_full_name) return text;
    std::size_t end = k_longest_full_name;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
        --end;
    text.resize(end);
    return text;
}

bool is_ours(std::uint32_t id) {
    return id >= k_first_managed_uid && id <= k_last_managed_uid;
}

// A UUID: nothing in it that could end a field or a line of the record.
bool is_good_owner(std::string_view owner) {
    return owner.size() == k_owner_length && std::ranges::all_of(owner, [](char c) {
               return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == '-';
           });
}

std::expected<void, AccountError> check(const AccountIdentity& identity) {
    if (!is_good_name(identity.name)) return std::unexpected(AccountError::BadName);
    if (!is_ours(identity.uid) || !is_ours(identity.gid) || !is_good_owner(identity.owner)) {
        return std::unexpected(AccountError::BadId);
    }
    return {};
}

std::string home_of(const AccountIdentity& identity) {
    return "/home/" + identity.name;
}

std::string record_line(const AccountIdentity& identity) {
    return identity.name + ' ' + std::to_string(identity.uid) + ' ' + identity.owner + '\n';
}

// The accounts that we made, or were about to make. Nothing if the record cannot be read: then nothing is ours.
std::optional<std::string> read_record() {
    auto record = platform::read_file(k_record_file);
    if (record) return *record;
    if (record.error() == platform::FileError::Missing) return std::string();
    k_log.error("account_record_unreadable", {{LogField::Reason, to_string(record.error())}});
    return std::nullopt;
}

// Nothing for a line that create_account did not write.
std::optional<AccountIdentity> parse_record_line(const std::string& line) {
    std::istringstream fields(line);
    AccountIdentity identity;
    fields >> identity.name >> identity.uid >> identity.owner;
    identity.gid = identity.uid;
    if (!fields || !check(identity) || record_line(identity) != line + '\n') return std::nullopt;
    return identity;
}

bool is_recorded(const std::string& record, const AccountIdentity& identity) {
    const std::string line = record_line(identity);
    return record.starts_with(line) || record.find('\n' + line) != std::string::npos;
}

// Somebody else's user or group stands where this account is to be.
bool is_taken(const AccountFiles& files, const AccountIdentity& identity, bool recorded) {
    if (const auto user = files.user(identity.name)) {
        if (!recorded || user->uid != identity.uid || user->gid != identity.gid) return true;
    }
    if (const auto group = files.group(identity.name)) {
        if (!recorded || group->gid != identity.gid) return true;
    }
    const auto uid_owner = files.user(identity.uid);
    const auto gid_owner = files.group(identity.gid);
    return (uid_owner && uid_owner->name != identity.name) || (gid_owner && gid_owner->name != identity.name);
}

bool is_member(const AccountFiles& files, std::string_view group, std::string_view user) {
    const auto entry = files.group(group);
    return entry && entry->has(user);
}

// A password that nobody will ever know; returns its hash for the comparison afterwards.
std::expected<std::string, AccountError> set_random_password(const std::string& name) {
    const auto password = crypto::random_password();
    if (!password) return std::unexpected(AccountError::ToolFailed);
    const auto hash = crypto::hash_account_password(password->bytes());
    if (!hash) return std::unexpected(AccountError::ToolFailed);
    const auto set = run_tool({"/usr/sbin/chpasswd", "-e"}, name + ':' + *hash + '\n');
    if (!set) return std::unexpected(set.error());
    return *hash;
}

void tell_nscd() {
    if (access("/run/nscd/socket", F_OK) != 0) return;
    for (const char* table : {"passwd", "group"}) {
        platform::ProcessOptions options;
        options.arguments = {"/usr/sbin/nscd", "-i", table};
        if (const auto result = platform::run_process(options); !result || !result->succeeded()) {
            k_log.warning("nscd_not_told", {{LogField::Path, table}});
        }
    }
}

void log_remains(const AccountIdentity& identity, const std::vector<Remainder>& remains) {
    for (const Remainder& remainder : remains) {
        k_log.warning("left_behind", {{LogField::Account, identity.name},
                                      {LogField::Reason, to_string(remainder.kind)},
                                      {LogField::Path, remainder.detail}});
    }
}

std::expected<void, AccountError> prepare_folders() {
    for (const auto& [folder, mode] : {std::pair{k_state_folder, 0755U}, std::pair{k_agent_folder, 0700U}}) {
        const auto ready = platform::ensure_folder(folder, mode);
        if (ready) continue;
        k_log.error("state_folder_unusable", {{LogField::Path, folder}, {LogField::Reason, to_string(ready.error())}});
        return std::unexpected(AccountError::StorageFailed);
    }
    return {};
}

}  // namespace

LinuxAccountService::LinuxAccountService(std::string admin_group) : m_admin_group(std::move(admin_group)) {}

std::expected<std::unique_ptr<LinuxAccountService>, AccountError> LinuxAccountService::create() {
    if (const auto ready = prepare_folders(); !ready) return std::unexpected(ready.error());
    const auto files = AccountFiles::read();
    if (!files) return std::unexpected(AccountError::StorageFailed);
    if (!files->group(k_marker_group)) {
        if (const auto made = run_tool({"/usr/sbin/groupadd", "-r", k_marker_group}); !made) {
            return std::unexpected(made.error());
        }
    }
    for (const char* group : {"sudo", "wheel"}) {
        if (files->group(group)) return std::unique_ptr<LinuxAccountService>(new LinuxAccountService(group));
    }
    k_log.error("no_admin_group");
    return std::unexpected(AccountError::ToolFailed);
}

std::expected<void, AccountError> LinuxAccountService::write_names(std::string_view without) const {
    const auto files = AccountFiles::read();
    if (!files) return std::unexpected(AccountError::StorageFailed);
    std::string content;
    for (const AccountIdentity& identity : m_names) {
        if (identity.name == without || files->user(identity.name)) continue;
        content += identity.name + ":x:" + std::to_string(identity.uid) + ':' + std::to_string(identity.gid) + ':' +
                   gecos_of(identity.full_name) + ':' + home_of(identity) + ':' + k_shell + '\n';
    }
    const auto written = platform::write_file(k_names_file, content, 0644);
    if (!written) {
        k_log.error("names_not_written", {{LogField::Reason, to_string(written.error())}});
        return std::unexpected(AccountError::StorageFailed);
    }
    tell_nscd();
    return {};
}

std::expected<void, AccountError> LinuxAccountService::publish_names(std::span<const AccountIdentity> identities) {
    const std::scoped_lock guard(m_mutex);
    m_names.clear();
    for (const AccountIdentity& identity : identities) {
        if (const auto good = check(identity)) {
            m_names.push_back(identity);
        } else {
            k_log.error("name_left_out",
                        {{LogField::Account, identity.name}, {LogField::Reason, to_string(good.error())}});
        }
    }
    std::ranges::sort(m_names, {}, &AccountIdentity::name);  // libnss_doorward searches by halves
    return write_names({});
}

// The record comes first and the name leaves NSS before the tools run, because both ask NSS whether it is free.
std::expected<void, AccountError> LinuxAccountService::create_account(const AccountIdentity& identity) const {
    const auto record = read_record();
    if (!record) return std::unexpected(AccountError::StorageFailed);
    if (!is_recorded(*record, identity)) {
        const auto written = platform::write_file(k_record_file, *record + record_line(identity), 0600);
        if (!written) return std::unexpected(AccountError::StorageFailed);
    }
    if (const auto written = write_names(identity.name); !written) return written;

    const auto files = AccountFiles::read();
    if (!files) return std::unexpected(AccountError::StorageFailed);
    if (!files->group(identity.name)) {
        const auto made = run_tool({"/usr/sbin/groupadd", "-g", std::to_string(identity.gid), identity.name});
        if (!made) return made;
    }
    if (files->user(identity.name)) return {};
    return run_tool({"/usr/sbin/useradd", "-M", "-u", std::to_string(identity.uid), "-g", std::to_string(identity.gid),
                     "-d", home_of(identity), "-s", k_shell, "-c", gecos_of(identity.full_name), "-e", k_expired_date,
                     "-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0", identity.name});
}

std::expected<void, AccountError> LinuxAccountService::ensure_account(const AccountIdentity& identity) {
    const std::scoped_lock guard(m_mutex);
    if (const auto good = check(identity); !good) return good;
    const AccountState before = look_up(identity);
    if (before == AccountState::Conflict) {
        k_log.error("account_conflict", {{LogField::Account, identity.name}});
        return std::unexpected(AccountError::Conflict);
    }
    if (before == AccountState::Absent || before == AccountState::Broken) {
        if (const auto made = create_account(identity); !made) {
            // So that the name can be signed in with again, to try once more.
            static_cast<void>(write_names({}));
            return made;
        }
        const auto files = AccountFiles::read();
        if (!files) return std::unexpected(AccountError::StorageFailed);
        if (!is_member(*files, k_marker_group, identity.name)) {
            const auto marked = run_tool({"/usr/bin/gpasswd", "-a", identity.name, k_marker_group});
            if (!marked) return marked;
        }
        if (const auto locked = lock(identity); !locked) return locked;
    }
    return ensure_home(identity);
}

// Expired until the very end, so that a crash in between leaves an account that nobody enters.
std::expected<void, AccountError> LinuxAccountService::unlock(const AccountIdentity& identity) const {
    const auto hash = set_random_password(identity.name);
    if (!hash) return std::unexpected(hash.error());
    const auto added = run_tool({"/usr/bin/gpasswd", "-a", identity.name, m_admin_group});
    if (!added) return added;
    const auto unexpired = run_tool({"/usr/bin/chage", "-E", "-1", "-I", "-1", "-M", "-1", identity.name});
    if (!unexpired) return unexpired;

    const auto files = AccountFiles::read();
    const auto shadow = files ? files->shadow(identity.name) : std::nullopt;
    if (!shadow || shadow->hash != *hash || look_up(identity) != AccountState::Open) {
        return std::unexpected(AccountError::NotVerified);
    }
    return {};
}

std::expected<void, AccountError> LinuxAccountService::open_account(const AccountIdentity& identity) {
    const std::scoped_lock guard(m_mutex);
    if (const auto good = check(identity); !good) return good;
    const AccountState before = look_up(identity);
    if (before == AccountState::Conflict) return std::unexpected(AccountError::Conflict);
    if (before != AccountState::Locked && before != AccountState::Open) {
        return std::unexpected(AccountError::NotVerified);
    }
    const auto opened = unlock(identity);
    if (!opened) {
        k_log.error("account_not_opened",
                    {{LogField::Account, identity.name}, {LogField::Reason, to_string(opened.error())}});
        static_cast<void>(lock(identity));
    }
    return opened;
}

// Every step is tried, whatever became of the one before; what counts is what the files say in the end. Setting a
// password takes the "!" away again, so it comes before the locking.
std::expected<void, AccountError> LinuxAccountService::lock(const AccountIdentity& identity) const {
    std::expected<void, AccountError> first_failure;
    const auto note = [&](const std::expected<void, AccountError>& step) {
        if (!step && first_failure) first_failure = step;
    };
    note(run_tool({"/usr/bin/chage", "-E", k_expired_date, identity.name}));
    const auto files = AccountFiles::read();
    if (!files || is_member(*files, m_admin_group, identity.name)) {
        note(run_tool({"/usr/bin/gpasswd", "-d", identity.name, m_admin_group}));
    }
    const auto hash = set_random_password(identity.name);
    if (!hash) note(std::unexpected(hash.error()));
    note(run_tool({"/usr/sbin/usermod", "-L", identity.name}));

    const auto after = AccountFiles::read();
    const auto shadow = after ? after->shadow(identity.name) : std::nullopt;
    if (hash && shadow && shadow->hash == '!' + *hash && look_up(identity) == AccountState::Locked) return {};
    const auto error = first_failure ? AccountError::NotVerified : first_failure.error();
    k_log.error("account_not_locked", {{LogField::Account, identity.name}, {LogField::Reason, to_string(error)}});
    return std::unexpected(error);
}

std::expected<void, AccountError> LinuxAccountService::close_account(const AccountIdentity& identity) {
    const std::scoped_lock guard(m_mutex);
    if (const auto good = check(identity); !good) return good;
    const AccountState before = look_up(identity);
    if (before == AccountState::Conflict) return std::unexpected(AccountError::Conflict);
    if (before == AccountState::Absent) return {};
    return lock(identity);
}

void LinuxAccountService::tell(const AccountIdentity& identity, std::optional<std::uint32_t> audit_session,
                               std::string_view text) {
    if (state(identity) != AccountState::Conflict) write_to_terminals(identity.uid, audit_session, text);
}

std::vector<Remainder> LinuxAccountService::end_session(const AccountIdentity& identity, std::uint32_t audit_session) {
    if (state(identity) == AccountState::Conflict) return {};
    std::vector<Remainder> remains;
    end_logind_sessions(identity, audit_session);
    for (const pid_t pid : end_processes_of(identity.uid, audit_session)) {
        remains.push_back({.kind = Remainder::Kind::Process, .detail = std::to_string(pid)});
    }
    log_remains(identity, remains);
    return remains;
}

std::expected<void, AccountError> LinuxAccountService::put_home_aside(const AccountIdentity& identity) {
    const std::scoped_lock guard(m_mutex);
    if (const auto good = check(identity); !good) return good;
    if (look_up(identity) == AccountState::Conflict) return std::unexpected(AccountError::Conflict);
    return move_home_aside(identity);
}

std::vector<Remainder> LinuxAccountService::remove_homes_aside(const AccountIdentity& identity) {
    if (!check(identity)) return {};
    std::vector<Remainder> remains = remove_what_is_aside(identity);
    log_remains(identity, remains);
    return remains;
}

std::vector<Remainder> LinuxAccountService::clear_up(const AccountIdentity& identity) {
    if (state(identity) == AccountState::Conflict) return {};
    std::vector<Remainder> remains = remove_session_remains(identity);
    log_remains(identity, remains);
    return remains;
}

// The tools write one file after the other: a user that was cut in half is made whole, and then removed.
std::expected<void, AccountError> LinuxAccountService::erase(const AccountIdentity& identity) const {
    auto files = AccountFiles::read();
    if (!files) return std::unexpected(AccountError::StorageFailed);
    if (!files->user(identity.name)) {
        if (const auto made = create_account(identity); !made) return made;
    }
    if (const auto erased = run_tool({"/usr/sbin/userdel", identity.name}); !erased) return erased;
    files = AccountFiles::read();
    if (!files) return std::unexpected(AccountError::StorageFailed);
    // Where userdel leaves a user's own group alone.
    if (files->group(identity.name)) {
        if (const auto erased = run_tool({"/usr/sbin/groupdel", identity.name}); !erased) return erased;
    }
    const auto after = AccountFiles::read();
    if (!after || after->mentions(identity.name)) return std::unexpected(AccountError::NotVerified);
    return {};
}

std::expected<HomeFate, AccountError> LinuxAccountService::remove_account(const AccountIdentity& identity,
                                                                          HomeWish homes) {
    {
        const std::scoped_lock guard(m_mutex);
        if (const auto good = check(identity); !good) return std::unexpected(good.error());
        const auto files = AccountFiles::read();
        const auto record = read_record();
        if (!files || !record) return std::unexpected(AccountError::StorageFailed);
        const bool is_there = files->mentions(identity.name);
        const AccountState before = look_up(identity);
        // What is not in the record of what was made here is somebody else's, whatever its numbers.
        const bool is_foreign = is_there && !is_recorded(*record, identity);
        if (is_foreign || before == AccountState::Conflict) return std::unexpected(AccountError::Conflict);
        const bool is_whole = files->user(identity.name).has_value();
        if (is_whole && before != AccountState::Locked) return std::unexpected(AccountError::NotVerified);
        const auto erased = is_there ? erase(identity) : std::expected<void, AccountError>();
        if (!erased) {
            k_log.error("account_not_removed",
                        {{LogField::Account, identity.name}, {LogField::Reason, to_string(erased.error())}});
            return std::unexpected(erased.error());
        }
    }
    // What an earlier session's fresh home left.
    const auto remains = remove_what_is_aside(identity);
    log_remains(identity, remains);
    auto home = put_home_away(identity, homes);
    if (!remains.empty() && home.kind == HomeFate::Kind::None) {
        home = {.kind = HomeFate::Kind::Remained, .detail = "not_emptied"};
    }
    return home;
}

std::expected<std::vector<AccountIdentity>, AccountError> LinuxAccountService::recorded() {
    const std::scoped_lock guard(m_mutex);
    const auto record = read_record();
    if (!record) return std::unexpected(AccountError::StorageFailed);
    std::vector<AccountIdentity> identities;
    std::istringstream lines(*record);
    for (std::string line; std::getline(lines, line);) {
        auto identity = parse_record_line(line);
        if (!identity) {
            k_log.error("account_record_malformed", {{LogField::Path, k_record_file}});
            return std::unexpected(AccountError::StorageFailed);
        }
        identities.push_back(std::move(*identity));
    }
    return identities;
}

bool LinuxAccountService::is_in_use(const AccountIdentity& identity) {
    return !processes_of(identity.uid).empty();
}

AccountState LinuxAccountService::state(const AccountIdentity& identity) {
    const std::scoped_lock guard(m_mutex);
    if (!check(identity)) return AccountState::Conflict;
    return look_up(identity);
}

AccountState LinuxAccountService::look_up(const AccountIdentity& identity) const {
    const auto files = AccountFiles::read();
    const auto record = read_record();
    if (!files || !record) return AccountState::Broken;
    if (is_taken(*files, identity, is_recorded(*record, identity))) return AccountState::Conflict;
    if (!files->user(identity.name)) return AccountState::Absent;

    const auto shadow = files->shadow(identity.name);
    const bool whole = shadow && files->group(identity.name) && is_member(*files, k_marker_group, identity.name);
    if (!whole) return AccountState::Broken;
    const bool admin = is_member(*files, m_admin_group, identity.name);
    if (shadow->hash.starts_with("!$") && shadow->expires == k_expired_day && !admin) return AccountState::Locked;
    if (shadow->hash.starts_with("$") && shadow->expires.empty() && admin) return AccountState::Open;
    return AccountState::Broken;
}

}  // namespace doorward::agent
