#include "desktop-client/agent/services/channel_service.h"

#include "crypto/random.h"
#include "desktop-client/agent/version.h"
#include "platform/log.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace doorward::agent {
namespace {

using platform::LogField;
using namespace std::chrono_literals;

const platform::Logger k_log{"channel"};

constexpr std::int64_t k_stable_ms = 30'000;
constexpr std::int64_t k_log_head_pause_ms = 30 * 60 * 1000;
constexpr auto k_handshake_deadline = 30s;
constexpr auto k_status_pause = 10s;
// Events that come together go together; also keeps the upload out of the way of the sign-in that caused it.
constexpr auto k_upload_pause = 50ms;
constexpr std::size_t k_largest_roster = std::size_t{64} * 1024 * 1024;

protocol::AccountState reported(AccountState state) {
    switch (state) {
        case AccountState::Absent:
            return protocol::AccountState::Absent;
        case AccountState::Locked:
            return protocol::AccountState::Locked;
        case AccountState::Conflict:
            return protocol::AccountState::Conflict;
        case AccountState::Open:
        case AccountState::Broken:
            break;
    }
    return protocol::AccountState::Open;
}

protocol::StoreKeyPlace reported(KeyPlace place) {
    switch (place) {
        case KeyPlace::Tpm2:
            return protocol::StoreKeyPlace::Tpm2;
        case KeyPlace::SystemdCreds:
            return protocol::StoreKeyPlace::SystemdCreds;
        case KeyPlace::File:
            break;
    }
    return protocol::StoreKeyPlace::File;
}

}  // namespace

std::string_view to_string(EnrolOutcome outcome) {
    switch (outcome) {
        case EnrolOutcome::Enrolled:
            return "enrolled";
        case EnrolOutcome::AlreadyEnrolled:
            return "already_enrolled";
        case EnrolOutcome::InProgress:
            return "in_progress";
        case EnrolOutcome::TokenRefused:
            return "token_refused";
        case EnrolOutcome::NameTaken:
            return "name_taken";
        case EnrolOutcome::NoLink:
            return "no_link";
        case EnrolOutcome::Unreachable:
            return "unreachable";
        case EnrolOutcome::PortalNotGenuine:
            return "portal_not_genuine";
        case EnrolOutcome::Refused:
            return "refused";
        case EnrolOutcome::NotStored:
            return "not_stored";
    }
    return "unknown";
}

std::string_view to_string(ChannelState state) {
    switch (state) {
        case ChannelState::NoLink:
            return "no_link";
        case ChannelState::NotEnrolled:
            return "not_enrolled";
        case ChannelState::Waiting:
            return "waiting";
        case ChannelState::Connecting:
            return "connecting";
        case ChannelState::Handshake:
            return "handshake";
        case ChannelState::Up:
            return "up";
    }
    return "unknown";
}

ChannelService::ChannelService(RosterService& roster, AuditService& audit, LogWitness& witness, Timekeeper& timekeeper,
                               AccountCoordinator& accounts, SessionService& sessions, const StoreKeyFile& keys,
                               LinkPort& link, boost::asio::any_io_executor executor)
    : m_roster(roster),
      m_audit(audit),
      m_witness(witness),
      m_timekeeper(timekeeper),
      m_accounts(accounts),
      m_sessions(sessions),
      m_keys(keys),
      m_link(link),
      m_executor(executor),
      m_reconnect(executor),
      m_handshake(executor),
      m_link_wait(executor),
      m_status_pause(executor),
      m_upload_pause(executor) {}

void ChannelService::link_came() {
    m_closing = false;
    m_state = ChannelState::NotEnrolled;
    schedule();
}

void ChannelService::link_went() {
    went_down("link_lost");
    m_state = ChannelState::NoLink;
    m_reconnect.cancel();
}

void ChannelService::schedule() {
    if (!m_link.is_present()) return;
    if (!m_enrolling && !m_roster.enrolment()) {
        m_state = ChannelState::NotEnrolled;
        return;
    }
    m_state = ChannelState::Waiting;
    m_reconnect.expires_after(m_enrolling ? 0ms : m_backoff.pause(crypto::random_below));
    m_reconnect.async_wait([this](const boost::system::error_code& error) {
        if (!error) connect();
    });
}

void ChannelService::connect_now() {
    if (m_state != ChannelState::Waiting) return;
    m_backoff.succeeded();
    m_reconnect.cancel();
    connect();
}

void ChannelService::connect() {
    if (m_state != ChannelState::Waiting || m_closing) return;
    if (!m_enrolling && !m_roster.enrolment()) {
        m_state = ChannelState::NotEnrolled;
        return;
    }
    link::Connect request;
    m_link_wait.cancel();
    request.host = m_enrolling ? m_enrolling->token.app_host : m_roster.enrolment()->host;
    request.port = m_enrolling ? m_enrolling->token.port : m_roster.enrolment()->port;
    m_state = ChannelState::Connecting;
    m_hello.reset();
    m_welcomed.reset();
    m_partial.reset();
    m_link.post(request);
    m_handshake.expires_after(k_handshake_deadline);
    m_handshake.async_wait([this](const boost::system::error_code& error) {
        if (!error && m_state != ChannelState::Up) drop("handshake_timed_out");
    });
}

void ChannelService::link_said(const link::LinkMessage& message) {
    if (const auto* up = std::get_if<link::Up>(&message)) {
        if (m_state != ChannelState::Connecting || m_closing) return;
        m_binding = up->channel_binding;
        m_state = ChannelState::Handshake;
        return;
    }
    if (const auto* down = std::get_if<link::Down>(&message)) {
        if (m_closing) {
            m_closing = false;
            schedule();
            return;
        }
        went_down(link::to_string(down->reason));
        schedule();
        return;
    }
    if (m_closing || (m_state != ChannelState::Handshake && m_state != ChannelState::Up)) return;
    const auto decoded = protocol::decode_portal_message(std::get<link::Received>(message).text);
    if (!decoded) {
        k_log.error("message", {{LogField::Reason, protocol::to_string(decoded.error())}});
        drop("malformed_message");
        return;
    }
    handle(*decoded);
}

void ChannelService::drop(std::string_view problem) {
    went_down(problem);
    m_closing = true;
    m_link.post(link::Close{});
}

void ChannelService::went_down(std::string_view problem) {
    const bool was_up = m_state == ChannelState::Up;
    if (m_state == ChannelState::NoLink || m_state == ChannelState::NotEnrolled || m_state == ChannelState::Waiting) {
        return finish_enrolling(EnrolOutcome::Unreachable);
    }
    m_handshake.cancel();
    m_last_problem = problem;
    const bool was_stable = was_up && m_timekeeper.boot_now() - m_up_since >= k_stable_ms;
    if (was_stable) {
        m_backoff.succeeded();
    } else {
        m_backoff.failed();
    }
    m_state = ChannelState::Waiting;
    m_upload_in_flight = false;
    m_log_head_awaited = false;
    m_log_head_asked_at.reset();
    m_partial.reset();
    m_timekeeper.portal_said(std::nullopt);
    k_log.warning("down", {{LogField::Reason, problem}});
    finish_enrolling(problem == "portal_not_genuine" ? EnrolOutcome::PortalNotGenuine : EnrolOutcome::Unreachable);
}

void ChannelService::finish_enrolling(EnrolOutcome outcome) {
    if (!m_enrolling) return;
    m_link_wait.cancel();
    const auto done = std::move(m_enrolling->done);
    m_enrolling.reset();
    done(outcome);
}

void ChannelService::enrol(protocol::EnrolmentToken token, DeviceDescription description,
                           std::function<void(EnrolOutcome)> done) {
    if (m_roster.enrolment()) return done(EnrolOutcome::AlreadyEnrolled);
    if (m_enrolling) return done(EnrolOutcome::InProgress);
    m_enrolling = Enrolling{.token = std::move(token), .description = std::move(description), .done = std::move(done)};
    if (m_link.is_present() && !m_closing) return schedule();
    // It connects when the link comes, or has closed the connection before.
    m_link_wait.expires_after(k_link_patience);
    m_link_wait.async_wait([this](const boost::system::error_code& error) {
        if (!error) finish_enrolling(EnrolOutcome::NoLink);
    });
}

void ChannelService::handle(const protocol::PortalMessage& message) {
    const bool is_ready = m_state == ChannelState::Up;
    const bool fits = std::visit(
        [&](const auto& one) {
            using Message = std::decay_t<decltype(one)>;
            if constexpr (std::is_same_v<Message, protocol::GoodbyeMessage>) return true;
            if constexpr (std::is_same_v<Message, protocol::ChallengeMessage>) return !is_ready && !m_hello;
            if constexpr (std::is_same_v<Message, protocol::WelcomeMessage>) {
                return !is_ready && m_hello && !m_welcomed;
            }
            if constexpr (std::is_same_v<Message, protocol::EnrolledMessage> ||
                          std::is_same_v<Message, protocol::EnrolRefusedMessage>) {
                return !is_ready && m_welcomed && m_enrolling;
            }
            return is_ready;
        },
        message);
    if (!fits) return drop("message_out_of_turn");
    std::visit([this](const auto& one) { on(one); }, message);
}

void ChannelService::on(const protocol::ChallengeMessage& message) {
    protocol::HelloBody hello{.device_id = std::nullopt,
                              .signing_key = m_roster.keys().signing.public_key(),
                              .device_nonce = crypto::random_array<32>(),
                              .portal_nonce = message.nonce,
                              .channel_binding = m_binding,
                              .agent_version = std::string(k_agent_version),
                              .incarnation = std::nullopt};
    if (!m_enrolling) {
        hello.device_id = m_roster.enrolment()->device_id;
        if (const auto& head = m_roster.head()) {
            hello.incarnation = head->incarnation;
            hello.revision = head->revision;
        }
        const auto chain = m_audit.head();
        const auto last_nonce = m_roster.last_nonce();
        // Without them we would be taken for a copy of ourselves.
        if (!chain || !last_nonce) return drop("not_stored");
        hello.generation = chain->sequence;
        hello.last_nonce = *last_nonce;
        hello.machine = m_roster.machine();
    }
    auto envelope = protocol::sign_envelope(m_roster.keys().signing, crypto::Purpose::ChannelDevice,
                                            protocol::encode_hello_body(hello));
    send(protocol::HelloMessage{.device_id = hello.device_id, .envelope = std::move(envelope)});
    m_hello = std::move(hello);
}

void ChannelService::on(const protocol::WelcomeMessage& message) {
    std::vector<crypto::PortalPublicKey> keys = m_roster.portal_keys();
    if (m_enrolling) keys = {m_enrolling->token.portal_key};
    std::optional<protocol::WelcomeBody> welcome;
    for (const auto& key : keys) {
        const auto verified = protocol::verify_welcome(message.envelope, key, *m_hello);
        if (verified) {
            welcome = *verified;
            break;
        }
        k_log.error("welcome", {{LogField::Reason, protocol::to_string(verified.error())}});
    }
    if (!welcome) return drop("portal_not_genuine");
    if (welcome->quarantine && !m_enrolling) {
        k_log.error("quarantined", {{LogField::Reason, protocol::to_string(*welcome->quarantine)}});
        if (auto noted = m_roster.quarantined(*welcome->quarantine); !noted) return drop("not_stored");
        return drop("quarantined");
    }
    if (auto settled = m_roster.welcomed(*welcome); !settled) return drop("not_stored");
    if (welcome->chain) {
        if (auto continued = m_audit.continue_from(*welcome->chain); !continued) return drop("not_stored");
    }
    m_welcomed = welcome->incarnation;
    if (m_enrolling) return send_enrolment();
    ready();
}

void ChannelService::on(const protocol::GoodbyeMessage& message) {
    drop(protocol::to_string(message.reason));
}

void ChannelService::send_enrolment() {
    const protocol::EnrolBody body{.token_hash = protocol::enrolment_secret_hash(m_enrolling->token.secret),
                                   .signing_key = m_roster.keys().signing.public_key(),
                                   .agreement_key = m_roster.keys().agreement.public_key(),
                                   .name = m_enrolling->description.name,
                                   .operating_system = m_enrolling->description.operating_system,
                                   .kind = m_enrolling->description.kind,
                                   .channel_binding = m_binding};
    send(protocol::EnrolMessage{.envelope = protocol::sign_envelope(m_roster.keys().signing, crypto::Purpose::Enrol,
                                                                    protocol::encode_enrol_body(body))});
}

void ChannelService::on(const protocol::EnrolledMessage& message) {
    const Enrolment enrolment{.device_id = message.device_id,
                              .team_id = message.team_id,
                              .tenant_id = message.tenant_id,
                              .host = m_enrolling->token.app_host,
                              .port = m_enrolling->token.port,
                              .portal_key = m_enrolling->token.portal_key,
                              .next_portal_key = std::nullopt,
                              .rp_id = std::nullopt,
                              .origin = std::nullopt};
    if (auto stored = m_roster.enrol(enrolment); !stored) {
        k_log.error("enrol", {{LogField::Reason, platform::to_string(stored.error())}});
        finish_enrolling(EnrolOutcome::NotStored);
        return drop("not_stored");
    }
    k_log.info("enrolled", {{LogField::Device, message.device_id.to_string()}});
    finish_enrolling(EnrolOutcome::Enrolled);
    ready();
}

void ChannelService::on(const protocol::EnrolRefusedMessage& message) {
    switch (message.reason) {
        case protocol::EnrolRefusal::Token:
            finish_enrolling(EnrolOutcome::TokenRefused);
            break;
        case protocol::EnrolRefusal::NameTaken:
            finish_enrolling(EnrolOutcome::NameTaken);
            break;
        case protocol::EnrolRefusal::Malformed:
            finish_enrolling(EnrolOutcome::Refused);
            break;
    }
    drop("enrol_refused");
}

void ChannelService::ready() {
    m_handshake.cancel();
    m_state = ChannelState::Up;
    m_up_since = m_timekeeper.boot_now();
    m_last_problem.clear();
    k_log.info("up");
    status_changed();
    upload_soon();
}

void ChannelService::on(protocol::SyncMessage message) {
    if (!m_partial) {
        m_partial = RosterUpdate{
            .from_revision = message.from_revision, .full = message.full, .changes = {}, .head = message.head};
        m_partial_bytes = 0;
    }
    if (m_partial->from_revision != message.from_revision || m_partial->full != message.full) {
        return drop("sync_parts_differ");
    }
    for (auto& document : message.documents) {
        m_partial_bytes += document.body.size() + sizeof document;
        m_partial->changes.documents.push_back(std::move(document));
    }
    m_partial_bytes += message.removed.size() * sizeof(protocol::DocumentId);
    std::ranges::move(message.removed, std::back_inserter(m_partial->changes.removed));
    if (m_partial_bytes > k_largest_roster) return drop("roster_too_large");
    if (message.more) return;
    m_partial->head = std::move(message.head);
    const RosterUpdate update = std::move(*m_partial);
    m_partial.reset();
    apply(update);
}

void ChannelService::apply(const RosterUpdate& update) {
    const auto applied = m_roster.apply(update, m_welcomed);
    const auto& head = m_roster.head();
    if (applied) {
        send(protocol::AppliedMessage{.incarnation = head->incarnation, .revision = head->revision});
        status_changed();
        ask_for_log_head();
        return;
    }
    protocol::OutOfStepMessage answer{.incarnation = std::nullopt, .reason = applied.error()};
    if (head) {
        answer.incarnation = head->incarnation;
        answer.revision = head->revision;
    }
    send(answer);
}

void ChannelService::on(const protocol::AuditAcknowledgedMessage& message) {
    const auto before = m_audit.acknowledged_sequence();
    if (auto stored = m_audit.acknowledged(message.sequence); !stored) return drop("not_stored");
    const auto now = m_audit.acknowledged_sequence();
    m_upload_in_flight = false;
    // What changed nothing would be sent over and over.
    if (!before || !now || *before != *now) upload_soon();
}

// With the roster's head, which is signed anew every hour; not with each of its changes.
void ChannelService::ask_for_log_head() {
    const auto now = m_timekeeper.boot_now();
    if (m_log_head_asked_at && now - *m_log_head_asked_at < k_log_head_pause_ms) return;
    m_log_head_asked_at = now;
    m_log_head_awaited = true;
    send(m_witness.request());
}

void ChannelService::on(const protocol::LogHeadMessage& message) {
    // Only an answer has a proof from the size that was held when it was asked for.
    if (!std::exchange(m_log_head_awaited, false)) return;
    if (auto stored = m_witness.take(message, m_welcomed); !stored) drop("not_stored");
}

void ChannelService::on(const protocol::BreakGlassOrderMessage& message) {
    // Of a connection that is gone meanwhile nobody waits for it; the next one brings the order again.
    auto answer = [](ChannelService* channel, protocol::SignedEnvelope order) -> boost::asio::awaitable<void> {
        auto code = co_await channel->m_break_glass->make(std::move(order));
        if (code && channel->is_up()) channel->send(protocol::BreakGlassCodeMessage{std::move(*code)});
    };
    boost::asio::co_spawn(m_executor, answer(this, message.envelope), boost::asio::detached);
}

void ChannelService::upload_soon() {
    if (!is_up() || m_upload_in_flight || m_upload_waiting) return;
    m_upload_waiting = true;
    m_upload_pause.expires_after(k_upload_pause);
    m_upload_pause.async_wait([this](const boost::system::error_code&) {
        m_upload_waiting = false;
        upload();
    });
}

void ChannelService::upload() {
    if (!is_up() || m_upload_in_flight) return;
    auto batch = m_audit.next_batch();
    if (!batch) {
        k_log.error("audit", {{LogField::Reason, platform::to_string(batch.error())}});
        return;
    }
    if (batch->events.empty()) return;
    const protocol::AuditHead head{.device_id = m_roster.enrolment()->device_id,
                                   .sequence = batch->position.sequence,
                                   .hash = batch->position.hash,
                                   .at = m_timekeeper.wall_now()};
    m_upload_in_flight = true;
    send(protocol::AuditMessage{.events = std::move(batch->events),
                                .head = protocol::sign_envelope(m_roster.keys().signing, crypto::Purpose::AuditHead,
                                                                protocol::encode_audit_head(head))});
}

void ChannelService::status_changed() {
    if (!is_up()) return;
    m_status_due = true;
    if (m_status_waiting) return;
    send_status();
}

void ChannelService::send_status() {
    m_status_due = false;
    protocol::StatusMessage status{.clock_trusted = m_timekeeper.trusted(m_timekeeper.horizon()),
                                   .clock_drift_ms = m_timekeeper.drift(),
                                   .offline_until = m_timekeeper.horizon(),
                                   .sessions = static_cast<int>(m_sessions.sessions().size()),
                                   .accounts = {},
                                   .agent_version = std::string(k_agent_version)};
    if (const auto chain = m_audit.head()) status.generation = chain->sequence;
    if (const auto place = m_keys.place()) status.key_place = reported(*place);
    for (const auto& [name, technician] : m_roster.conflicts()) {
        if (status.accounts.size() == protocol::k_most_reported_accounts) break;
        status.accounts.push_back({.name = name, .state = protocol::AccountState::Conflict});
    }
    for (const auto& [name, state] : m_accounts.states()) {
        if (status.accounts.size() == protocol::k_most_reported_accounts) break;
        if (!m_roster.conflicts().contains(name)) status.accounts.push_back({.name = name, .state = reported(state)});
    }
    send(status);
    m_status_waiting = true;
    m_status_pause.expires_after(k_status_pause);
    m_status_pause.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        m_status_waiting = false;
        if (m_status_due && is_up()) send_status();
    });
}

void ChannelService::send(const protocol::DeviceMessage& message) {
    if (m_closing || (m_state != ChannelState::Handshake && m_state != ChannelState::Up)) return;
    m_link.post(link::Send{protocol::encode_device_message(message)});
}

}  // namespace doorward::agent
