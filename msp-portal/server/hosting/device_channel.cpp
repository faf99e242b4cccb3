#include "msp-portal/server/hosting/device_channel.h"

#include "crypto/random.h"
#include "msp-portal/server/api/rate_limiter.h"
#include "msp-portal/server/hosting/device_channels.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/break_glass_service.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/log_service.h"
#include "msp-portal/server/services/removal_service.h"
#include "msp-portal/server/services/tenant_rosters.h"
#include "msp-portal/server/stores/restore_store.h"
#include "platform/log.h"
#include "protocol/sign_in_request.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace doorward::portal {

namespace {

using boost::asio::awaitable;
using namespace protocol;
using platform::LogField;

const platform::Logger k_log("device_channel");

// A message may hold 1 MiB; base64url and JSON take a good third on top of the bodies.
constexpr std::size_t k_bodies_per_message = 640 * 1024;
constexpr std::chrono::seconds k_hello_deadline{10};
// Heads are signed anew hourly; spread, so that a portal's start does not make a wave every hour.
constexpr std::chrono::minutes k_shortest_head_life{50};
constexpr std::int64_t k_log_head_pause_ms = 60 * 1000;
constexpr std::uint32_t k_head_spread_ms = 10 * 60 * 1000;

}  // namespace

DeviceChannel::DeviceChannel(ChannelServices& services, std::uint64_t number)
    : m_services(services), m_number(number) {}

void DeviceChannel::opened(std::shared_ptr<platform::WebSocket> socket) {
    m_socket = std::move(socket);
    m_nonce = crypto::random_array<32>();
    m_timer = std::make_unique<boost::asio::steady_timer>(m_socket->executor());
    m_timer->expires_after(k_hello_deadline);
    m_timer->async_wait([self = weak_from_this()](const boost::system::error_code& error) {
        const auto channel = self.lock();
        const bool waits = channel && (channel->m_stage == Stage::Hello || channel->m_stage == Stage::Enrolment);
        if (!error && waits) channel->protocol_error("no hello in time");
    });
    send(ChallengeMessage{m_nonce});
}

void DeviceChannel::closed() {
    if (m_timer) m_timer->cancel();
    if (m_device) m_services.channels.remove(m_device->id, this);
    m_socket.reset();
}

void DeviceChannel::send(const PortalMessage& message) {
    const auto socket = m_socket;
    if (!socket) return;
    const auto result = socket->send({platform::WebSocketMessageKind::Text, encode_portal_message(message)});
    // A device that reads nothing for megabytes catches up on its next connection.
    if (result == platform::SendResult::QueueFull) socket->close(platform::WebSocketCloseCode::PolicyViolation, "slow");
}

void DeviceChannel::goodbye(GoodbyeReason reason) {
    send(GoodbyeMessage{reason});
    // Whoever goes on sending is not heard any more, however long the close takes.
    m_stage = Stage::Closed;
    if (const auto socket = m_socket) socket->close(platform::WebSocketCloseCode::PolicyViolation, to_string(reason));
}

void DeviceChannel::protocol_error(std::string_view what) {
    k_log.warning("protocol_error", {{LogField::Device, m_device ? m_device->id.to_string() : std::string("unknown")},
                                     {LogField::Source, m_socket ? m_socket->peer_address() : std::string_view()},
                                     {LogField::Reason, what}});
    goodbye(GoodbyeReason::ProtocolError);
}

awaitable<void> DeviceChannel::received(platform::WebSocketMessage message) {
    if (m_stage == Stage::Closed) co_return;
    if (message.kind != platform::WebSocketMessageKind::Text) {
        protocol_error("not text");
        co_return;
    }
    auto decoded = decode_device_message(message.payload);
    if (!decoded) {
        protocol_error(to_string(decoded.error()));
        co_return;
    }
    const bool opens = std::holds_alternative<HelloMessage>(*decoded) || std::holds_alternative<EnrolMessage>(*decoded);
    if (!opens && m_stage != Stage::Ready) {
        protocol_error("before the hello");
        co_return;
    }
    auto handling = std::visit([this](auto& part) { return handle(std::move(part)); }, *decoded);
    co_await std::move(handling);
}

bool DeviceChannel::welcome(const HelloBody& hello, const device_service::Standing& standing) {
    const WelcomeBody body{.device_nonce = hello.device_nonce,
                           .portal_nonce = m_nonce,
                           .channel_binding = m_socket->channel_binding(),
                           .time = m_services.store.now(),
                           .incarnation = m_services.incarnation,
                           .quarantine = standing.quarantine,
                           .chain = standing.chain};
    send(WelcomeMessage{
        sign_envelope(m_services.signer.key, crypto::Purpose::ChannelPortal, encode_welcome_body(body))});
    return m_socket != nullptr;
}

awaitable<void> DeviceChannel::handle(HelloMessage message) {
    if (m_stage != Stage::Hello || m_hello) {
        protocol_error("a second hello");
        co_return;
    }
    auto hello = verify_hello(message.envelope, m_nonce, m_socket->channel_binding());
    if (!hello || hello->device_id != message.device_id) {
        protocol_error(hello ? "two device ids" : to_string(hello.error()));
        co_return;
    }
    m_hello = std::move(*hello);
    if (!m_hello->device_id) {
        m_stage = Stage::Enrolment;
        std::ignore = welcome(*m_hello, {});
        co_return;
    }
    const auto id = *m_hello->device_id;
    // A hello that was long on its way names an older connection without being an older machine.
    if (m_services.channels.is_superseded(id, m_number)) {
        goodbye(GoodbyeReason::Superseded);
        co_return;
    }
    auto arrive = [hello = *m_hello](UnitOfWork& unit) { return device_service::arrive(unit, hello); };
    auto arrival = co_await m_services.store.write(std::move(arrive));
    if (!m_socket) co_return;
    if (!arrival && arrival.error() != Error::NotFound) {
        goodbye(GoodbyeReason::ShuttingDown);  // our trouble, not the device's: it tries again
        co_return;
    }
    if (!arrival) {
        k_log.warning("unknown_device",
                      {{LogField::Device, id.to_string()}, {LogField::Source, m_socket->peer_address()}});
        co_await note_stranger(id);
        goodbye(GoodbyeReason::UnknownDevice);
        co_return;
    }
    if (!welcome(*m_hello, arrival->standing)) co_return;
    if (arrival->standing.quarantine) {
        k_log.warning("quarantined", {{LogField::Device, id.to_string()},
                                      {LogField::Source, m_socket->peer_address()},
                                      {LogField::Reason, to_string(*arrival->standing.quarantine)}});
        goodbye(GoodbyeReason::Quarantined);
        co_return;
    }
    const bool same_life = m_hello->incarnation == m_services.incarnation;
    co_await become_ready(std::move(arrival->device), same_life ? m_hello->revision : 0);
}

// It may have been enrolled after the backup that this portal came back from.
awaitable<void> DeviceChannel::note_stranger(DeviceId id) {
    if (!m_services.restored) co_return;
    auto note = [id](UnitOfWork& unit) -> Result<void> {
        restore_store::note_stranger(unit, id);
        return {};
    };
    auto noted = co_await m_services.store.write(std::move(note));
    if (!noted) k_log.error("stranger_not_noted", {{LogField::Reason, to_string(noted.error())}});
}

awaitable<void> DeviceChannel::handle(EnrolMessage message) {
    if (m_stage != Stage::Enrolment) {
        protocol_error("enrolment out of turn");
        co_return;
    }
    auto body = open_enrol_body(message.envelope);
    if (!body || body->signing_key != m_hello->signing_key || body->channel_binding != m_socket->channel_binding()) {
        send(EnrolRefusedMessage{EnrolRefusal::Malformed});
        co_return;
    }
    m_stage = Stage::Hello;  // one try a connection
    auto enrol = [body = *body](UnitOfWork& unit) { return device_service::enrol(unit, body); };
    auto device = co_await m_services.store.write(std::move(enrol));
    if (!m_socket) co_return;
    if (!device) {
        k_log.warning("enrolment_refused",
                      {{LogField::Source, m_socket->peer_address()}, {LogField::Reason, to_string(device.error())}});
        const bool taken = device.error() == Error::NameTaken || device.error() == Error::KeyTaken;
        send(EnrolRefusedMessage{taken ? EnrolRefusal::NameTaken : EnrolRefusal::Token});
        m_socket->close(platform::WebSocketCloseCode::Normal, "refused");
        co_return;
    }
    send(EnrolledMessage{.device_id = device->id, .team_id = device->team_id, .tenant_id = device->tenant_id});
    co_await become_ready(std::move(*device), 0);
}

awaitable<void> DeviceChannel::become_ready(DeviceRecord device, std::int64_t held_revision) {
    if (m_stage == Stage::Closed) co_return;
    m_stage = Stage::Ready;
    m_sent_revision = held_revision;
    m_device = std::move(device);
    const bool replaced = m_services.channels.put(*m_device, shared_from_this());
    if (replaced) {
        auto note = [device = *m_device](UnitOfWork& unit) -> Result<void> {
            PortalEvent event{.team_id = device.team_id, .kind = "device_superseded"};
            event.outcome = AuditOutcome::Noted;
            event.tenant = device.tenant_id;
            event.device = device.id;
            audit_service::record(unit, event);
            return {};
        };
        auto noted = co_await m_services.store.write(std::move(note));
        if (!noted) k_log.error("device_not_noted", {{LogField::Reason, to_string(noted.error())}});
    }
    start_sync_timer();
    co_await sync();
}

void DeviceChannel::start_sync_timer() {
    if (!m_timer || !m_socket) return;
    m_timer->expires_after(k_shortest_head_life + std::chrono::milliseconds(crypto::random_below(k_head_spread_ms)));
    m_timer->async_wait([self = weak_from_this()](const boost::system::error_code& error) {
        const auto channel = self.lock();
        if (error || !channel) return;
        channel->sync_soon();
        channel->start_sync_timer();
    });
}

void DeviceChannel::sync_soon() {
    const auto socket = m_socket;
    if (!socket) return;
    boost::asio::post(socket->executor(), [self = shared_from_this(), executor = socket->executor()] {
        if (self->m_stage != Stage::Ready) return;
        boost::asio::co_spawn(
            executor, [](std::shared_ptr<DeviceChannel> channel) -> awaitable<void> { co_await channel->sync(); }(self),
            boost::asio::detached);
    });
}

awaitable<void> DeviceChannel::sync() {
    if (m_syncing) {
        m_sync_again = true;
        co_return;
    }
    m_syncing = true;
    do {
        m_sync_again = false;
        using Work = std::pair<roster_service::Sync, std::optional<SignedEnvelope>>;
        auto collect = [this, id = m_device->id, from = m_sent_revision](platform::Database& database,
                                                                         Timestamp now) -> Result<Work> {
            auto sync = roster_service::sync(database, id, from, now, m_services.signer);
            if (!sync) return std::unexpected(sync.error());
            auto order =
                break_glass_service::open_order(database, m_services.deployment, id, m_services.signer.key, now);
            return Work{std::move(*sync), std::move(order)};
        };
        auto changes = co_await m_services.store.read(std::move(collect));
        if (!changes && changes.error() == Error::AwaitsAcceptance) break;
        if (!changes) {
            k_log.error("sync_failed",
                        {{LogField::Device, m_device->id.to_string()}, {LogField::Reason, to_string(changes.error())}});
            break;
        }
        send_sync(std::move(changes->first));
        send_order(std::move(changes->second));
    } while (m_sync_again && m_socket);
    m_syncing = false;
}

// Once a connection: it answers when it has made the code, or cannot.
void DeviceChannel::send_order(std::optional<SignedEnvelope> order) {
    if (!order || m_sent_order == order->body) return;
    m_sent_order = order->body;
    send(BreakGlassOrderMessage{std::move(*order)});
}

void DeviceChannel::send_sync(roster_service::Sync sync) {
    SyncMessage message{.from_revision = sync.from_revision,
                        .full = sync.full,
                        .more = false,
                        .documents = {},
                        .removed = std::move(sync.changes.removed),
                        .head = sync.head};
    std::size_t size = 0;
    for (auto& document : sync.changes.documents) {
        if (size + document.body.size() > k_bodies_per_message) {
            message.more = true;
            send(message);
            message.documents.clear();
            message.removed.clear();
            message.more = false;
            size = 0;
        }
        size += document.body.size();
        message.documents.push_back(std::move(document));
    }
    send(message);
    m_sent_revision = sync.revision;
}

awaitable<void> DeviceChannel::handle(AppliedMessage message) {
    m_full_was_sent = false;
    auto note = [id = m_device->id, message, nonce = m_nonce](UnitOfWork& unit) {
        return device_service::roster_applied(unit, id, {message.incarnation, message.revision}, nonce);
    };
    auto noted = co_await m_services.store.write(std::move(note));
    if (!noted) k_log.error("applied_not_noted", {{LogField::Reason, to_string(noted.error())}});
}

awaitable<void> DeviceChannel::handle(OutOfStepMessage message) {
    k_log.warning("out_of_step",
                  {{LogField::Device, m_device->id.to_string()}, {LogField::Reason, to_string(message.reason)}});
    if (m_full_was_sent) {
        protocol_error("out of step with a full roster");
        co_return;
    }
    m_full_was_sent = true;
    m_sent_revision = 0;
    co_await sync();
}

awaitable<void> DeviceChannel::handle(SignInRequestMessage message) {
    auto request = co_await m_services.approvals.open_request(message.envelope, m_device->signing_key);
    if (m_stage != Stage::Ready) co_return;
    if (!request) {
        protocol_error(to_string(request.error()));
        co_return;
    }
    if (m_services.sign_ins.take(m_device->id.to_string(), m_services.clock.boot_now()) > 0) {
        send(SignInStateMessage{.request_id = request->id, .state = SignInProgress::RateLimited});
        co_return;
    }
    auto progress = SignInProgress::NotAllowed;
    // A workstation speaks for itself only.
    if (request->device_id == m_device->id && request->tenant_id == m_device->tenant_id) {
        progress = co_await judge(*request);
    }
    if (m_stage != Stage::Ready) co_return;
    if (progress != SignInProgress::Waiting) {
        k_log.info("sign_in_not_relayed", {{LogField::Device, m_device->id.to_string()},
                                           {LogField::Technician, request->technician_id.to_string()},
                                           {LogField::Reason, to_string(progress)}});
        send(SignInStateMessage{.request_id = request->id, .state = progress});
        co_return;
    }
    co_await m_services.approvals.submit(std::move(*request), std::move(message.envelope));
}

awaitable<SignInProgress> DeviceChannel::judge(SignInRequest request) {
    if (const auto known = m_services.rosters.judge(request, m_services.store.now())) co_return *known;
    auto look = [&rosters = m_services.rosters, request](platform::Database& database,
                                                         Timestamp now) -> Result<SignInProgress> {
        return rosters.look_and_judge(database, request, now);
    };
    const auto judged = co_await m_services.store.read(std::move(look));
    co_return judged.value_or(SignInProgress::NotAllowed);
}

awaitable<void> DeviceChannel::handle(SignInCancelMessage message) {
    co_await m_services.approvals.cancel(m_device->id, message.request_id);
}

awaitable<void> DeviceChannel::handle(AuditMessage message) {
    auto take = [this, device = *m_device, message = std::move(message)](UnitOfWork& unit) {
        auto ingested = audit_service::ingest(unit, device, message.events, message.head);
        if (ingested && !ingested->forked_at) {
            break_glass_service::notice(unit, m_services.deployment, device, message.events);
        }
        return ingested;
    };
    auto held = co_await m_services.store.write(std::move(take));
    if (!held && held.error() == Error::ChainBroken) {
        k_log.error("audit_chain_broken", {{LogField::Device, m_device->id.to_string()}});
        protocol_error("audit chain");
        co_return;
    }
    if (held && held->forked_at) {
        k_log.error("audit_chain_forked",
                    {{LogField::Device, m_device->id.to_string()}, {LogField::Count, *held->forked_at}});
        auto quarantine = [id = m_device->id](UnitOfWork& unit) {
            return device_service::quarantine(unit, id, QuarantineReason::ChainForked);
        };
        auto quarantined = co_await m_services.store.write(std::move(quarantine));
        if (!quarantined) protocol_error("audit chain");
        co_return;
    }
    if (held) send(AuditAcknowledgedMessage{held->sequence});
}

awaitable<void> DeviceChannel::handle(LogHeadRequestMessage message) {
    // An agent asks twice an hour at most.
    const auto now = m_services.clock.boot_now();
    if (m_log_head_at && now - *m_log_head_at < k_log_head_pause_ms) co_return;
    m_log_head_at = now;
    const LogName log{.team_id = m_device->team_id, .tenant_id = m_device->tenant_id};
    auto make = [this, log, message](UnitOfWork& unit) -> Result<LogHeadMessage> {
        return log_service::head(unit, log, message.held_size, m_services.signer.key);
    };
    auto head = co_await m_services.store.write(std::move(make));
    if (head) send(*head);
}

awaitable<void> DeviceChannel::handle(BreakGlassCodeMessage message) {
    auto take = [device = *m_device, message = std::move(message)](UnitOfWork& unit) {
        return break_glass_service::answered(unit, device, message.envelope);
    };
    auto taken = co_await m_services.store.write(std::move(take));
    if (!taken && taken.error() == Error::Malformed) protocol_error("break-glass code");
}

// The last that is heard of it. Its roster goes with it, so nothing more is sent but the answer.
awaitable<void> DeviceChannel::handle(RemovalMessage message) {
    m_stage = Stage::Closed;
    auto take = [id = m_device->id, message = std::move(message)](UnitOfWork& unit) {
        return removal_service::take(unit, id, message.envelope, std::nullopt);
    };
    const auto taken = co_await m_services.store.write(std::move(take));
    if (!taken) {
        protocol_error(to_string(taken.error()));
        co_return;
    }
    k_log.info("removed", {{LogField::Device, m_device->id.to_string()}});
    send(RemovalTakenMessage{});
    if (const auto socket = m_socket) socket->close(platform::WebSocketCloseCode::Normal, "removed");
}

awaitable<void> DeviceChannel::handle(StatusMessage message) {
    // An agent that keeps to one in ten seconds never sees this.
    if (m_services.statuses.take(m_device->id.to_string(), m_services.clock.boot_now()) > 0) {
        k_log.warning("status_dropped", {{LogField::Device, m_device->id.to_string()}});
        co_return;
    }
    m_services.channels.note_clock_drift(m_device->id, message.clock_drift_ms);
    DeviceStatus status{.agent_version = std::move(message.agent_version),
                        .generation = message.generation,
                        .clock_trusted = message.clock_trusted,
                        .offline_until = message.offline_until,
                        .sessions = message.sessions,
                        .accounts = {},
                        .key_place = message.key_place};
    for (auto& account : message.accounts) {
        status.accounts.push_back({std::move(account.name), std::string(to_string(account.state))});
    }
    auto note = [id = m_device->id, status = std::move(status)](UnitOfWork& unit) {
        return device_service::status_reported(unit, id, status);
    };
    auto noted = co_await m_services.store.write(std::move(note));
    if (!noted) k_log.error("status_not_noted", {{LogField::Reason, to_string(noted.error())}});
}

}  // namespace doorward::portal
