#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <memory>
#include <mutex>

namespace doorward::agent {

// Accounts through the distribution's own tools (groupadd, useradd, usermod, chage, chpasswd, gpasswd), checked
// afterwards in /etc/passwd, /etc/group and /etc/shadow themselves. Needs root. Which accounts are ours stands in
// /var/lib/doorward/agent/accounts, one name, uid and owner a line, written before the account is made. Safe to call
// from several threads.
class LinuxAccountService final : public AccountService {
public:
    // StorageFailed if /var/lib/doorward cannot be used, ToolFailed if there is neither a sudo nor a wheel group.
    [[nodiscard]] static std::expected<std::unique_ptr<LinuxAccountService>, AccountError> create();

    [[nodiscard]] std::expected<void, AccountError> publish_names(std::span<const AccountIdentity> identities) override;
    [[nodiscard]] std::expected<void, AccountError> ensure_account(const AccountIdentity& identity) override;
    [[nodiscard]] std::expected<void, AccountError> open_account(const AccountIdentity& identity) override;
    [[nodiscard]] std::expected<void, AccountError> close_account(const AccountIdentity& identity) override;
    void tell(const AccountIdentity& identity, std::optional<std::uint32_t> audit_session,
              std::string_view text) override;
    [[nodiscard]] std::vector<Remainder> end_session(const AccountIdentity& identity,
                                                     std::uint32_t audit_session) override;
    [[nodiscard]] std::expected<void, AccountError> put_home_aside(const AccountIdentity& identity) override;
    [[nodiscard]] std::vector<Remainder> remove_homes_aside(const AccountIdentity& identity) override;
    [[nodiscard]] std::vector<Remainder> clear_up(const AccountIdentity& identity) override;
    [[nodiscard]] std::expected<HomeFate, AccountError> remove_account(const AccountIdentity& identity,
                                                                       HomeWish homes) override;
    [[nodiscard]] std::expected<std::vector<AccountIdentity>, AccountError> recorded() override;
    [[nodiscard]] bool is_in_use(const AccountIdentity& identity) override;
    [[nodiscard]] AccountState state(const AccountIdentity& identity) override;

private:
    explicit LinuxAccountService(std::string admin_group);

    [[nodiscard]] std::expected<void, AccountError> write_names(std::string_view without) const;
    [[nodiscard]] std::expected<void, AccountError> create_account(const AccountIdentity& identity) const;
    [[nodiscard]] std::expected<void, AccountError> unlock(const AccountIdentity& identity) const;
    [[nodiscard]] std::expected<void, AccountError> lock(const AccountIdentity& identity) const;
    [[nodiscard]] std::expected<void, AccountError> erase(const AccountIdentity& identity) const;
    [[nodiscard]] AccountState look_up(const AccountIdentity& identity) const;

    std::mutex m_mutex;
    std::string m_admin_group;
    std::vector<AccountIdentity> m_names;
};

}  // namespace doorward::agent
