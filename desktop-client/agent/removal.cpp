#include "desktop-client/agent/removal.h"

#include "desktop-client/agent/ipc/device_description.h"
#include "desktop-client/agent/version.h"
#include "desktop-client/agent/wiring.h"
#include "platform/log.h"
#include "platform/process.h"
#include "platform/secure_file.h"
#include "platform/worker.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using platform::LogField;
using protocol::RemovalFate;
using protocol::RemovalItem;
using protocol::RemovalPart;

const platform::Logger k_log("removal");

constexpr auto k_look_again = 50ms;
constexpr auto k_tool_patience = 120s;

// What became of an account and of its home, or nothing where it is to be tried again.
std::optional<std::vector<RemovalItem>> items_of(const AccountIdentity& identity,
                                                 const std::expected<HomeFate, AccountError>& removed) {
    RemovalItem account{.part = RemovalPart::Account, .name = identity.name};
    if (!removed) {
        if (removed.error() != AccountError::Conflict) return std::nullopt;
        account.fate = RemovalFate::Remained;
        account.note = "of_somebody_else";
        return std::vector{account};
    }
    RemovalItem home{.part = RemovalPart::Home,
                     .name = "/home/" + identity.name,
                     .fate = RemovalFate::Remained,
                     .note = removed->detail};
    switch (removed->kind) {
        case HomeFate::Kind::None:
            return std::vector{account};
        case HomeFate::Kind::Kept:
            home.fate = RemovalFate::Kept;
            break;
        case HomeFate::Kind::Archived:
            home.fate = RemovalFate::Archived;
            break;
        case HomeFate::Kind::Remained:
            break;
    }
    return std::vector{account, home};
}

void append(std::vector<RemovalItem>& items, std::vector<RemovalItem> more) {
    std::ranges::move(more, std::back_inserter(items));
}

bool unwire(const std::filesystem::path& tool) {
    if (tool.empty()) return true;
    platform::ProcessOptions options;
    options.arguments = {tool.native(), "unwire"};
    options.deadline = k_tool_patience;
    const auto result = platform::run_process(options);
    if (result && result->succeeded()) return true;
    k_log.error("not_unwired", {{LogField::Path, tool.native()},
                                {LogField::Reason, result ? std::string_view(result->standard_error)
                                                          : platform::to_string(result.error())}});
    return false;
}

// Signed by them, or run as their programs: they go last.
std::vector<RemovalItem> what_goes_last() {
    std::vector<RemovalItem> items;
    for (const char* name : {"/var/lib/doorward/agent", "/etc/doorward/keys", "doorward-agent.service",
                             "doorward-link.service", "doorward-agent"}) {
        items.push_back(
            {.part = RemovalPart::Program, .name = name, .fate = RemovalFate::Remained, .note = "after_statement"});
    }
    return items;
}

}  // namespace

std::string_view to_string(RemovalProblem problem) {
    switch (problem) {
        case RemovalProblem::SignedIn:
            return "signed_in";
        case RemovalProblem::NotRecorded:
            return "not_recorded";
        case RemovalProblem::AccountsRemain:
            return "accounts_remain";
        case RemovalProblem::NotUnwired:
            return "not_unwired";
        case RemovalProblem::StatementNotStored:
            return "statement_not_stored";
    }
    return "unknown";
}

std::vector<std::string> accounts_in_use(AccountService& accounts, const std::vector<AccountIdentity>& recorded) {
    std::vector<std::string> names;
    for (const auto& identity : recorded) {
        if (accounts.is_in_use(identity)) names.push_back(identity.name);
    }
    return names;
}

asio::awaitable<bool> Removal::remove_accounts(std::vector<AccountIdentity> recorded, HomeWish homes,
                                               std::vector<RemovalItem>* items) {
    bool all = true;
    for (const auto& identity : recorded) {
        const auto removed = co_await m_accounts.remove(identity, homes);
        auto found = items_of(identity, removed);
        all = all && found;
        if (found) append(*items, std::move(*found));
    }
    co_return all;
}

protocol::RemovalStatement Removal::statement(const RemovalReport& report, bool forced,
                                              const protocol::ChainPosition& chain) const {
    const auto& enrolment = *m_roster.enrolment();
    protocol::RemovalStatement statement{.team_id = enrolment.team_id,
                                         .tenant_id = enrolment.tenant_id,
                                         .device_id = enrolment.device_id,
                                         .host_name = describe_this_machine().name,
                                         .agent_version = std::string(k_agent_version),
                                         .at = m_timekeeper.wall_now(),
                                         .clock_trusted = m_timekeeper.trusted(m_timekeeper.horizon()),
                                         .forced = forced,
                                         .chain = chain,
                                         .items = report.items,
                                         .more = 0};
    std::ranges::sort(statement.items, {}, [](const RemovalItem& item) {
        return std::tuple(item.fate != RemovalFate::Remained, item.part, item.name);
    });
    if (statement.items.size() > protocol::k_most_removal_items) {
        statement.more = static_cast<std::int64_t>(statement.items.size() - protocol::k_most_removal_items);
        statement.items.resize(protocol::k_most_removal_items);
    }
    return statement;
}

// After the audit events, so that the portal knows the chain that the statement names.
asio::awaitable<bool> Removal::tell_portal(protocol::SignedEnvelope statement, std::chrono::milliseconds patience) {
    asio::steady_timer pause(m_executor);
    const auto end = std::chrono::steady_clock::now() + patience;
    bool sent = false;
    while (!m_channel.removal_taken() && std::chrono::steady_clock::now() < end) {
        m_channel.connect_now();
        if (!m_channel.is_up()) sent = false;
        const auto head = m_audit.head();
        const auto uploaded = m_audit.acknowledged_sequence();
        if (m_channel.is_up() && !sent && head && uploaded && *uploaded >= head->sequence) {
            m_channel.send(protocol::RemovalMessage{.envelope = statement});
            sent = true;
        }
        pause.expires_after(k_look_again);
        std::ignore = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return m_channel.removal_taken();
}

asio::awaitable<std::expected<RemovalReport, RemovalProblem>> Removal::run(RemovalWish wish) {
    const auto recorded = m_account_service.recorded();
    if (!recorded) co_return std::unexpected(RemovalProblem::NotRecorded);
    const bool somebody_is_in =
        !m_sessions.sessions().empty() || !accounts_in_use(m_account_service, *recorded).empty();
    if (somebody_is_in && wish.if_signed_in == IfSignedIn::Refuse) co_return std::unexpected(RemovalProblem::SignedIn);
    m_sessions.end_all("agent_removed");
    // What that has begun is asked of the accounts' worker before what follows.
    co_await asio::post(m_executor, asio::use_awaitable);

    RemovalReport report;
    const bool all = co_await remove_accounts(*recorded, wish.homes, &report.items);
    if (!all) co_return std::unexpected(RemovalProblem::AccountsRemain);
    platform::Worker worker("removal");
    auto take_out = [tool = wish.wiring_tool] { return unwire(tool); };
    const bool unwired = co_await worker.run(std::move(take_out));
    if (!unwired) co_return std::unexpected(RemovalProblem::NotUnwired);
    append(report.items, look_at_wiring(wish.root));
    append(report.items, what_goes_last());
    if (!m_roster.enrolment()) co_return report;

    const auto recorded_end = m_audit.record(audit_entry(protocol::AuditKind::Removal, protocol::AuditOutcome::Success,
                                                         somebody_is_in ? "forced" : "agent_removed"));
    const auto head = m_audit.head();
    if (!recorded_end || !head) co_return std::unexpected(RemovalProblem::StatementNotStored);
    auto envelope = protocol::sign_envelope(
        m_roster.keys().signing, crypto::Purpose::Removal,
        protocol::encode_removal(statement(report, somebody_is_in, {.sequence = head->sequence, .hash = head->hash})));
    const auto file =
        wish.statement_folder / ("doorward-removal-" + m_roster.enrolment()->device_id.to_string() + ".json");
    const auto written = platform::write_file(file, protocol::encode_envelope(envelope) + '\n', 0600);
    if (!written) {
        k_log.error("statement", {{LogField::Path, file.native()}, {LogField::Reason, to_string(written.error())}});
        co_return std::unexpected(RemovalProblem::StatementNotStored);
    }
    report.statement = file;
    report.portal_has_it = co_await tell_portal(std::move(envelope), wish.portal_patience);
    if (!report.portal_has_it) {
        report.no_portal_because = m_channel.state() == ChannelState::NoLink ? "no_link" : m_channel.last_problem();
    }
    co_return report;
}

std::expected<RemovalReport, RemovalProblem> remove_without_store(AccountService& accounts, const RemovalWish& wish) {
    const auto recorded = accounts.recorded();
    if (!recorded) return std::unexpected(RemovalProblem::NotRecorded);
    if (wish.if_signed_in == IfSignedIn::Refuse && !accounts_in_use(accounts, *recorded).empty()) {
        return std::unexpected(RemovalProblem::SignedIn);
    }
    if (!close_recorded_accounts(accounts)) return std::unexpected(RemovalProblem::AccountsRemain);
    RemovalReport report;
    for (const auto& identity : *recorded) {
        auto found = items_of(identity, accounts.remove_account(identity, wish.homes));
        if (!found) return std::unexpected(RemovalProblem::AccountsRemain);
        append(report.items, std::move(*found));
    }
    if (!unwire(wish.wiring_tool)) return std::unexpected(RemovalProblem::NotUnwired);
    append(report.items, look_at_wiring(wish.root));
    append(report.items, what_goes_last());
    return report;
}

}  // namespace doorward::agent
