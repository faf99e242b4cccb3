#include "desktop-client/agent/ipc/admin_server.h"

#include "crypto/encoding.h"
#include "crypto/secret_bytes.h"
#include "desktop-client/agent/ipc/admin_fields.h"
#include "desktop-client/agent/ipc/device_description.h"
#include "desktop-client/agent/ipc/explanation.h"
#include "desktop-client/agent/version.h"
#include "platform/log.h"
#include "platform/worker.h"
#include "protocol/text.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"admin"};
constexpr uid_t k_root = 0;
constexpr auto k_deadline = 5s;
constexpr auto k_sync_patience = 20s;
constexpr auto k_look_again = 50ms;

AdminReply not_enrolled() {
    return {.status = AdminStatus::NotEnrolled,
            .message =
                "This workstation is not enrolled. Create an enrolment token in the portal, then run: doorward "
                "enrol --token-file FILE",
            .records = {}};
}

std::string quarantine_text(protocol::QuarantineReason reason) {
    const std::string_view why = [&]() -> std::string_view {
        switch (reason) {
            case protocol::QuarantineReason::RolledBack:
                return "its store is older than what it told the portal before";
            case protocol::QuarantineReason::SecondMachine:
                return "another machine has used its identity, or its store was put back from a copy";
            case protocol::QuarantineReason::AnotherMachine:
                return "its store is at work in another machine than before";
            case protocol::QuarantineReason::ChainForked:
                break;
        }
        return "its audit chain is not the one it told the portal before";
    }();
    std::string text = "This workstation is in quarantine: ";
    text.append(why).append(
        ". Nobody can sign in until an administrator ends it on the workstation's page in the portal.");
    return text;
}

AdminReply reply_of(EnrolOutcome outcome) {
    switch (outcome) {
        case EnrolOutcome::Enrolled:
            return reply_with(AdminStatus::Done, "Enrolled.");
        case EnrolOutcome::AlreadyEnrolled:
            return reply_with(AdminStatus::Conflict,
                              "This workstation is enrolled already. To start again: doorward purge --yes");
        case EnrolOutcome::InProgress:
            return reply_with(AdminStatus::Conflict, "An enrolment is under way.");
        case EnrolOutcome::TokenRefused:
            return reply_with(AdminStatus::Denied,
                              "The portal refused the token: it is unknown, used up or expired. Create a new one.");
        case EnrolOutcome::NameTaken:
            return reply_with(AdminStatus::Conflict,
                              "Another workstation of this customer has this name. Choose one with --name.");
        case EnrolOutcome::NoLink:
            return reply_with(AdminStatus::Unreachable,
                              "doorward-link, which connects to the portal, does not run. Try: systemctl status "
                              "doorward-link");
        case EnrolOutcome::Unreachable:
            return reply_with(AdminStatus::Unreachable, "The portal could not be reached. Check the network.");
        case EnrolOutcome::PortalNotGenuine:
            return {.status = AdminStatus::Denied,
                    .message =
                        "What answered is not the portal that made this token. Nothing was sent to it but our "
                        "public key.",
                    .records = {}};
        case EnrolOutcome::Refused:
            return {
                .status = AdminStatus::Failed, .message = "The portal did not accept the enrolment.", .records = {}};
        case EnrolOutcome::NotStored:
            break;
    }
    return {.status = AdminStatus::Failed,
            .message =
                "The enrolment could not be stored. Check the disk, then ask for the device to be removed in the "
                "portal and enrol again.",
            .records = {}};
}

}  // namespace

std::expected<void, platform::UnixSocketError> AdminServer::listen(asio::any_io_executor executor,
                                                                   const std::filesystem::path& path) {
    platform::UnixListenerOptions options;
    options.path = path;
    options.mode = 0600;
    options.frame_limit = k_admin_frame_limit;
    options.connection_limit = 32;
    auto listener =
        platform::UnixListener::open(std::move(executor), std::move(options),
                                     [this](Connection connection) { return serve(std::move(connection)); });
    if (!listener) return std::unexpected(listener.error());
    m_listener = std::move(*listener);
    return {};
}

void AdminServer::stop() {
    if (m_listener) m_listener->stop();
}

asio::awaitable<void> AdminServer::serve(Connection connection) {
    if (connection->peer().user != k_root) co_return;
    auto frame = co_await connection->receive(k_deadline);
    if (!frame) co_return;
    auto request = decode_admin_request(*frame);
    crypto::wipe(*frame);
    if (!request) {
        k_log.warning("malformed", {{LogField::Reason, to_string(request.error())}});
        co_return;
    }
    AdminReply reply;
    switch (request->verb) {
        case AdminVerb::Status:
            reply = status();
            break;
        case AdminVerb::Enrol:
            reply = co_await enrol(std::move(*request));
            break;
        case AdminVerb::Sync:
            reply = co_await sync();
            break;
        case AdminVerb::Sessions:
            reply = sessions();
            break;
        case AdminVerb::Diagnose:
            reply = diagnose();
            break;
        case AdminVerb::CodeSchemes:
            reply = code_schemes();
            break;
        case AdminVerb::Accounts:
            reply = accounts();
            break;
        case AdminVerb::KeysShow:
            reply = keys();
            break;
        case AdminVerb::KeysMove:
            reply = co_await move_keys(std::move(*request));
            break;
        case AdminVerb::LogHead:
            reply = log_head();
            break;
        case AdminVerb::Explain:
            reply = m_roster.enrolment() ? explain(m_roster, m_timekeeper, request->name) : not_enrolled();
            break;
    }
    auto encoded = encode(reply);
    co_await connection->send(std::move(encoded), k_deadline);
}

asio::awaitable<AdminReply> AdminServer::enrol(AdminRequest request) {
    const crypto::ByteView text = request.token.bytes();
    auto token = protocol::EnrolmentToken::parse({reinterpret_cast<const char*>(text.data()), text.size()});
    const auto kind = protocol::parse_device_kind(request.kind.empty() ? "non_domain" : request.kind);
    DeviceDescription description = describe_this_machine();
    if (!request.name.empty()) description.name = request.name;
    AdminReply usage = reply_with(AdminStatus::Usage, "");
    if (!token) usage.message = "That is not an enrolment token (it begins with dwe1:).";
    if (!kind) usage.message = "The kind is domain or non_domain.";
    if (!protocol::is_name(description.name)) usage.message = "That is not a name for a workstation.";
    if (!usage.message.empty()) co_return usage;
    description.kind = *kind;

    struct Waiting {
        explicit Waiting(const asio::any_io_executor& executor)
            : timer(executor, asio::steady_timer::time_point::max()) {}
        asio::steady_timer timer;
        std::optional<EnrolOutcome> outcome;
    };
    const auto waiting = std::make_shared<Waiting>(co_await asio::this_coro::executor);
    m_channel.enrol(std::move(*token), std::move(description), [waiting](EnrolOutcome outcome) {
        waiting->outcome = outcome;
        waiting->timer.cancel();
    });
    while (!waiting->outcome)
        co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    AdminReply reply = reply_of(*waiting->outcome);
    if (reply.status == AdminStatus::Done) reply.records.push_back(status().records.front());
    co_return reply;
}

asio::awaitable<AdminReply> AdminServer::sync() {
    if (!m_roster.enrolment()) co_return not_enrolled();
    m_channel.connect_now();
    asio::steady_timer pause(co_await asio::this_coro::executor);
    const auto end = std::chrono::steady_clock::now() + k_sync_patience;
    // Up, with a roster, or it has failed meanwhile.
    while (std::chrono::steady_clock::now() < end) {
        const ChannelState state = m_channel.state();
        if (state == ChannelState::NoLink || state == ChannelState::Waiting) break;
        if (state == ChannelState::Up && m_roster.head()) break;
        pause.expires_after(k_look_again);
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    AdminReply reply;
    const auto quarantine = m_timekeeper.known().quarantine;
    if (m_channel.state() != ChannelState::Up && quarantine) {
        reply.status = AdminStatus::Denied;
        reply.message = quarantine_text(*quarantine);
    } else if (m_channel.state() != ChannelState::Up) {
        reply.status = AdminStatus::Unreachable;
        reply.message =
            "The portal cannot be reached (" + m_channel.last_problem() + "). Codes from the phone still work.";
    } else {
        reply.message = "Connected; the portal sends every change at once.";
    }
    reply.records.push_back(status().records.front());
    co_return reply;
}

AdminReply AdminServer::status() const {
    AdminReply reply = m_roster.enrolment() ? AdminReply() : not_enrolled();
    const auto& known = m_timekeeper.known();
    if (known.quarantine) {
        reply.message = quarantine_text(*known.quarantine);
    } else if (known.rolled_back) {
        reply.message = "The store is older than it was: codes work again once the portal has been reached.";
    }
    AdminRecord record;
    record.push_back(flag("enrolled", m_roster.enrolment().has_value()));
    record.push_back(field("portal", to_string(m_channel.state())));
    record.push_back(known.quarantine ? field("quarantine", protocol::to_string(*known.quarantine))
                                      : empty("quarantine"));
    const auto* device = m_roster.device();
    const auto* tenant = m_roster.roster().tenant();
    record.push_back(device != nullptr ? field("name", device->name) : empty("name"));
    record.push_back(tenant != nullptr ? field("customer", tenant->name) : empty("customer"));
    record.push_back(m_roster.enrolment() ? field("device_id", m_roster.enrolment()->device_id.to_string())
                                          : empty("device_id"));
    record.push_back(m_roster.head() ? field("revision", m_roster.head()->revision) : empty("revision"));
    record.push_back(time_field("offline_until", m_timekeeper.horizon()));
    record.push_back(flag("clock_trusted", m_timekeeper.trusted(m_timekeeper.horizon())));
    record.push_back(m_timekeeper.drift() ? field("clock_drift_ms", *m_timekeeper.drift()) : empty("clock_drift_ms"));
    record.push_back(field("sessions", static_cast<std::int64_t>(m_sessions.sessions().size())));
    const auto place = m_keys.place();
    record.push_back(place ? field("store_key", to_string(*place)) : empty("store_key"));
    record.push_back(field("version", k_agent_version));
    reply.records.push_back(std::move(record));
    return reply;
}

AdminReply AdminServer::sessions() const {
    AdminReply reply;
    reply.is_list = true;
    for (const auto& session : m_sessions.sessions()) {
        const auto* technician = session.technician_id ? m_roster.roster().technician(*session.technician_id) : nullptr;
        AdminRecord record;
        record.push_back(field("account", session.account));
        record.push_back(technician != nullptr ? field("technician", technician->name) : empty("technician"));
        record.push_back(field("service", session.service));
        record.push_back(field("terminal", session.terminal));
        record.push_back(field("remote_host", session.remote_host));
        record.push_back(field("method", to_string(session.method)));
        record.push_back(time_field("since", session.opened_at));
        record.push_back(field("process", std::int64_t{session.leader.process}));
        record.push_back(field("id", session.id.to_string()));
        record.push_back(session.grounds.ticket ? field("ticket", *session.grounds.ticket) : empty("ticket"));
        record.push_back(session.grounds.reason ? field("reason", *session.grounds.reason) : empty("reason"));
        reply.records.push_back(std::move(record));
    }
    return reply;
}

AdminReply AdminServer::diagnose() const {
    AdminReply reply = status();
    AdminRecord& record = reply.records.front();
    const auto head = m_audit.head();
    const auto acknowledged = m_audit.acknowledged_sequence();
    record.push_back(head ? field("audit_events", head->sequence) : empty("audit_events"));
    record.push_back(acknowledged ? field("audit_uploaded", *acknowledged) : empty("audit_uploaded"));
    record.push_back(flag("store_rolled_back", m_timekeeper.known().rolled_back));
    record.push_back(field("boots_since_head", m_timekeeper.known().boots_since_head));
    record.push_back(time_field("clock_floor", protocol::Timestamp{m_timekeeper.known().floor}));
    record.push_back(m_roster.enrolment() ? field("portal_host", m_roster.enrolment()->host + ":" +
                                                                     std::to_string(m_roster.enrolment()->port))
                                          : empty("portal_host"));
    record.push_back(m_roster.enrolment() && m_roster.enrolment()->origin
                         ? field("app_origin", *m_roster.enrolment()->origin)
                         : empty("app_origin"));
    record.push_back(field("roster_documents", static_cast<std::int64_t>(m_roster.roster().size())));
    record.push_back(field("last_problem", m_channel.last_problem()));
    return reply;
}

AdminReply AdminServer::code_schemes() const {
    const auto* tenant = m_roster.roster().tenant();
    const auto& enrolment = m_roster.enrolment();
    const bool has_secret = enrolment && m_roster.roster().device_codes(enrolment->device_id) != nullptr;
    auto used = protocol::CodeScheme::PerMachine;
    if (tenant != nullptr && has_secret) used = tenant->code_scheme;
    AdminReply reply;
    reply.is_list = true;
    for (const auto scheme : {protocol::CodeScheme::PerMachine, protocol::CodeScheme::PerTenant}) {
        const bool is_per_machine = scheme == protocol::CodeScheme::PerMachine;
        AdminRecord record;
        record.push_back(field("scheme", protocol::to_string(scheme)));
        record.push_back(flag("in_use", tenant != nullptr && used == scheme));
        record.push_back(field("digits", is_per_machine ? 8 : 6));
        record.push_back(field("seconds", 30));
        reply.records.push_back(std::move(record));
    }
    return reply;
}

// In the form of a signed envelope (WIRE.md, section 1), as doorward-verify reads it.
AdminReply AdminServer::log_head() const {
    if (!m_roster.enrolment()) return not_enrolled();
    const auto& held = m_witness.held();
    if (!held) return reply_with(AdminStatus::Failed, "The portal has not shown the audit log here yet.");
    AdminReply reply;
    reply.records.push_back({field("body", crypto::base64url_encode(crypto::as_bytes(held->body))),
                             field("signature", crypto::base64url_encode(held->signature.bytes()))});
    return reply;
}

AdminReply AdminServer::accounts() {
    AdminReply reply;
    reply.is_list = true;
    const auto names = m_roster.names();
    if (!names) {
        return reply_with(AdminStatus::Failed, "The store could not be read.");
    }
    for (const auto& identity : *names) {
        const auto known = m_accounts.states().find(identity.name);
        AdminRecord record;
        record.push_back(field("account", identity.name));
        record.push_back(field("uid", std::int64_t{identity.uid}));
        record.push_back(field("technician", identity.full_name));
        record.push_back(known != m_accounts.states().end() ? field("state", to_string(known->second))
                                                            : empty("state"));
        reply.records.push_back(std::move(record));
    }
    for (const auto& [account, id] : m_roster.conflicts()) {
        const auto* technician = id ? m_roster.roster().technician(*id) : nullptr;
        AdminRecord record;
        record.push_back(field("account", account));
        record.push_back(empty("uid"));
        record.push_back(technician != nullptr ? field("technician", technician->name) : empty("technician"));
        record.push_back(field("state", to_string(AccountState::Conflict)));
        reply.records.push_back(std::move(record));
    }
    return reply;
}

AdminReply AdminServer::keys() const {
    AdminReply reply;
    const auto place = m_keys.place();
    if (!place) {
        return reply_with(AdminStatus::Failed,
                          "The key file cannot be read (" + std::string(to_string(place.error())) + ").");
    }
    AdminRecord record;
    record.push_back(field("place", to_string(*place)));
    record.push_back(flag("recovery_code", m_keys.has_recovery()));
    record.push_back(flag("counter", m_counter.state() == CounterState::Fits));
    reply.records.push_back(std::move(record));
    return reply;
}

asio::awaitable<AdminReply> AdminServer::move_keys(AdminRequest request) {
    const auto place = parse_key_place(request.kind);
    if (!place) co_return reply_with(AdminStatus::Usage, "The place is file, tpm2 or systemd-creds.");
    // The thread lives as long as the question: moving is rare.
    platform::Worker worker("keys");
    auto job = [this, place = *place, code = std::move(request.token)] { return m_keys.move(place, code.bytes()); };
    const std::expected<void, KeyError> moved = co_await worker.run(std::move(job));
    if (moved) {
        if (const auto begun = m_counter.begin_anew(*place); !begun) {
            k_log.error("counter", {{LogField::Reason, platform::to_string(begun.error())}});
        }
        m_channel.status_changed();
        const auto recorded =
            m_audit.record(audit_entry(protocol::AuditKind::Store, protocol::AuditOutcome::Noted, "store_key_moved"));
        if (!recorded) k_log.error("audit", {{LogField::Reason, platform::to_string(recorded.error())}});
        k_log.info("store_key_moved", {{LogField::Reason, to_string(*place)}});
        co_return keys();
    }
    k_log.error("store_key_not_moved", {{LogField::Reason, to_string(moved.error())}});
    switch (moved.error()) {
        case KeyError::Unavailable:
            co_return reply_with(
                AdminStatus::Failed,
                *place == KeyPlace::Tpm2
                    ? "There is no TPM 2.0 that can be used (see tpm in agent.toml). Nothing has changed."
                    : "systemd-creds cannot be used; try: systemd-creds setup. Nothing has changed.");
        case KeyError::Malformed:
            co_return reply_with(AdminStatus::Usage, "A recovery code is needed: --recovery-file FILE.");
        default:
            co_return reply_with(
                AdminStatus::Failed,
                "The key could not be moved (" + std::string(to_string(moved.error())) + "). Nothing has changed.");
    }
}

}  // namespace doorward::agent
