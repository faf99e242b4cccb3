#include "desktop-client/agent/accounts/account_service.h"

namespace doorward::agent {

std::string_view to_string(AccountError error) noexcept {
    switch (error) {
        case AccountError::BadName:
            return "bad_name";
        case AccountError::BadId:
            return "bad_id";
        case AccountError::Conflict:
            return "conflict";
        case AccountError::HomeRefused:
            return "home_refused";
        case AccountError::Busy:
            return "busy";
        case AccountError::ToolFailed:
            return "tool_failed";
        case AccountError::NotVerified:
            return "not_verified";
        case AccountError::StorageFailed:
            return "storage_failed";
    }
    return "unknown";
}

std::string_view to_string(AccountState state) noexcept {
    switch (state) {
        case AccountState::Absent:
            return "absent";
        case AccountState::Locked:
            return "locked";
        case AccountState::Open:
            return "open";
        case AccountState::Conflict:
            return "conflict";
        case AccountState::Broken:
            return "broken";
    }
    return "unknown";
}

std::string_view to_string(Remainder::Kind kind) noexcept {
    switch (kind) {
        case Remainder::Kind::Process:
            return "process";
        case Remainder::Kind::File:
            return "file";
        case Remainder::Kind::SudoTicket:
            return "sudo_ticket";
        case Remainder::Kind::Linger:
            return "linger";
        case Remainder::Kind::ScheduledJob:
            return "scheduled_job";
        case Remainder::Kind::IpcObject:
            return "ipc_object";
    }
    return "unknown";
}

std::expected<void, AccountError> close_recorded_accounts(AccountService& accounts) {
    const auto recorded = accounts.recorded();
    if (!recorded) return std::unexpected(recorded.error());
    std::expected<void, AccountError> result;
    // All are locked before the first is cleared up, which may take its time.
    for (const AccountIdentity& identity : *recorded) {
        const AccountState state = accounts.state(identity);
        if (state == AccountState::Locked || state == AccountState::Absent || state == AccountState::Conflict) continue;
        if (const auto closed = accounts.close_account(identity); !closed && result) result = closed;
    }
    for (const AccountIdentity& identity : *recorded)
        static_cast<void>(accounts.clear_up(identity));
    return result;
}

}  // namespace doorward::agent
