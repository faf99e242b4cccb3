#include "desktop-client/agent/services/break_glass_service.h"

#include "crypto/hpke.h"
#include "crypto/password_hash.h"
#include "crypto/random.h"
#include "platform/log.h"

#include <algorithm>
#include <array>
#include <utility>

namespace doorward::agent {
namespace {

namespace asio = boost::asio;
using platform::LogField;
using protocol::BreakGlassPlace;

const platform::Logger k_log{"break_glass"};

constexpr int k_session_minutes = 8 * 60;
constexpr std::string_view k_malformed =
    "Not the two halves of this workstation's current break-glass code. Check each character.";

AuditEntry entry_of(const PamCall& call) {
    AuditEntry entry = audit_entry(protocol::AuditKind::BreakGlass, protocol::AuditOutcome::Refused);
    entry.account = call.account;
    entry.service = call.service;
    entry.terminal = call.terminal;
    entry.remote_host = call.remote_host;
    entry.opens_session = true;
    return entry;
}

// Both halves in one answer, apart by blanks.
std::optional<crypto::SecretBytes> code_in(const BreakGlassPlace& place, std::string_view typed) {
    std::array<std::optional<protocol::CodeHalf>, 2> halves;
    std::size_t count = 0;
    while (!typed.empty()) {
        const auto begin = typed.find_first_not_of(' ');
        if (begin == std::string_view::npos) break;
        typed.remove_prefix(begin);
        const auto end = std::min(typed.find(' '), typed.size());
        if (count == halves.size()) return std::nullopt;
        halves[count] = protocol::parse_half(place, typed.substr(0, end));
        if (!halves[count++]) return std::nullopt;
        typed.remove_prefix(end);
    }
    if (count != halves.size()) return std::nullopt;
    return protocol::join_halves(*halves[0], *halves[1]);
}

}  // namespace

struct BreakGlassService::Made {
    crypto::SecretBytes code;
    protocol::SignedEnvelope answer;
};

std::optional<protocol::BreakGlassOrder> BreakGlassService::verified(const protocol::SignedEnvelope& envelope) const {
    const auto keys = m_roster.portal_keys();
    const bool is_signed = std::ranges::any_of(keys, [&](const crypto::PortalPublicKey& key) {
        return protocol::verify_envelope(key, crypto::Purpose::BreakGlassOrder, envelope).has_value();
    });
    const auto& enrolment = m_roster.enrolment();
    if (!is_signed || !enrolment) return std::nullopt;
    auto order = protocol::decode_break_glass_order(envelope.body);
    if (!order || order->device_id != enrolment->device_id || order->team_id != enrolment->team_id) return std::nullopt;
    if (const auto custodians = protocol::verify_custodians(*order); !custodians) {
        k_log.error("custodians", {{LogField::Reason, to_string(custodians.error())}});
        return std::nullopt;
    }
    return std::move(*order);
}

std::optional<BreakGlassService::Made> BreakGlassService::make_code(const protocol::BreakGlassOrder& order) const {
    const BreakGlassPlace place{.device_id = order.device_id, .id = order.id};
    auto code = crypto::random_secret(protocol::k_break_glass_size);
    const auto halves = protocol::split_code(code);
    const auto seal = [&](std::size_t which) -> std::optional<protocol::SealedHalf> {
        const auto& custodian = order.custodians.at(which);
        const auto context = protocol::half_context(place, custodian.technician_id);
        const auto text = protocol::format_half(place, halves.at(which));
        auto sealed =
            crypto::seal_to(custodian.agreement_key, {crypto::Purpose::BreakGlassSeal, context}, text.bytes());
        if (!sealed) return std::nullopt;
        return protocol::SealedHalf{.technician_id = custodian.technician_id,
                                    .agreement_key = custodian.agreement_key,
                                    .sealed = std::move(*sealed)};
    };
    auto first = seal(0);
    auto second = seal(1);
    if (!first || !second) return std::nullopt;
    const protocol::BreakGlassCode made{.id = order.id,
                                        .device_id = order.device_id,
                                        .made_at = m_timekeeper.wall_now(),
                                        .halves = {std::move(*first), std::move(*second)}};
    return Made{.code = std::move(code),
                .answer = protocol::sign_envelope(m_roster.keys().signing, crypto::Purpose::BreakGlassCode,
                                                  protocol::encode_break_glass_code(made))};
}

bool BreakGlassService::keep(const protocol::BreakGlassOrder& order, const std::string& hash,
                             const protocol::SignedEnvelope& answer) {
    // The file first: halves that were handed out must fit what is here. Ended in between, the order comes again.
    if (const auto written = m_file.write({.id = order.id, .hash = hash}); !written) {
        k_log.error("not_written", {{LogField::Reason, platform::to_string(written.error())}});
        return false;
    }
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto saved = m_store.save({.order = order.id, .envelope = answer}); !saved) return saved;
        if (auto reserved = m_roster.reserve_break_glass(); !reserved) return reserved;
        AuditEntry entry = audit_entry(protocol::AuditKind::BreakGlass, protocol::AuditOutcome::Noted, "code_made");
        entry.account = k_break_glass_account;
        return audit.append(entry);
    });
    if (!stored) k_log.error("not_stored", {{LogField::Reason, platform::to_string(stored.error())}});
    return stored.has_value();
}

asio::awaitable<std::optional<protocol::SignedEnvelope>> BreakGlassService::make(protocol::SignedEnvelope envelope) {
    const auto order = verified(envelope);
    const auto known = m_store.answer();
    if (!order || !known || m_making) {
        k_log.warning("order_refused");
        co_return std::nullopt;
    }
    if (*known && (*known)->order == order->id) co_return (*known)->envelope;
    // The link could keep an order and bring it again.
    if (*known && order->id < (*known)->order) co_return std::nullopt;
    auto made = make_code(*order);
    if (!made) co_return std::nullopt;
    m_making = true;
    auto job = [code = std::move(made->code)] { return crypto::hash_password(code.bytes()); };
    const auto hash = co_await m_worker.run(std::move(job));
    m_making = false;
    if (!hash || !keep(*order, *hash, made->answer)) co_return std::nullopt;
    k_log.info("made");
    if (m_observer) m_observer();
    co_return std::move(made->answer);
}

// Shown while it is typed: either half says nothing alone, and both are used up by being right.
asio::awaitable<std::optional<std::string>> BreakGlassService::ask_for_halves(std::shared_ptr<Conversation> talk) {
    const auto* device = m_roster.device();
    std::string prompt =
        "Break-glass" + (device != nullptr ? " of " + device->name.substr(0, 30) : std::string()) + ". First half: ";
    const bool asked = co_await talk->ask(std::move(prompt), ipc::Echo::On);
    if (!asked) co_return std::nullopt;
    const auto first = co_await talk->answer();
    if (!first) co_return std::nullopt;
    std::string typed;
    typed.reserve(2 * sizeof(ipc::Typed) + 1);  // so that it leaves no copy behind when it grows
    typed.append(first->view());
    const bool is_one = typed.find(' ') == std::string::npos;
    if (!is_one || talk->kind() != ipc::Conversation::Interactive) co_return typed;
    const bool asked_again = co_await talk->ask("Second half: ", ipc::Echo::On);
    if (!asked_again) co_return std::nullopt;
    const auto second = co_await talk->answer();
    if (!second) co_return std::nullopt;
    typed.append(" ").append(second->view());
    co_return typed;
}

asio::awaitable<BreakGlassVerdict> BreakGlassService::authenticate(PamCall call, std::shared_ptr<Conversation> talk) {
    auto typed = co_await ask_for_halves(talk);
    if (!typed) co_return refuse(entry_of(call), "no_answer");
    const crypto::WipeOnExit wipe({reinterpret_cast<std::uint8_t*>(typed->data()), typed->size()});
    const auto kept = m_file.read();
    if (!kept || !m_roster.enrolment()) co_return refuse(entry_of(call), "no_code");
    auto code = code_in({.device_id = m_roster.enrolment()->device_id, .id = kept->id}, *typed);
    if (!code) {
        if (talk->kind() == ipc::Conversation::Interactive) co_await talk->tell(std::string(k_malformed));
        co_return refuse(entry_of(call), "half_malformed");
    }
    const auto must_wait = m_limiter.must_wait_apart(k_break_glass_account);
    if (!must_wait) co_return BreakGlassVerdict::Unavailable;
    if (*must_wait) co_return refuse(entry_of(call), "too_many_attempts");
    auto job = [hash = kept->hash, code = std::move(*code)] {
        return crypto::verify_password(hash, code.bytes()).has_value();
    };
    const bool is_right = co_await m_worker.run(std::move(job));
    if (!is_right) co_return refuse_counted(entry_of(call), "code_wrong");
    co_return use(call, *kept, entry_of(call));
}

BreakGlassVerdict BreakGlassService::use(const PamCall& call, const BreakGlassFile::Content& judged, AuditEntry entry) {
    // Another code may have been made while this one was judged.
    if (m_file.read() != judged) return refuse(std::move(entry), "code_used");
    // From here on it is used, whatever comes.
    if (const auto removed = m_file.remove(); !removed) {
        if (removed.error() == platform::FileError::Missing) return refuse(std::move(entry), "code_used");
        k_log.error("not_removed", {{LogField::Reason, platform::to_string(removed.error())}});
        return BreakGlassVerdict::Unavailable;
    }
    entry.outcome = protocol::AuditOutcome::Success;
    entry.request_id = protocol::RequestId(judged.id.uuid());
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto forgotten = m_limiter.forget_failures(k_break_glass_account); !forgotten) return forgotten;
        return audit.append(entry);
    });
    if (!stored) {
        k_log.error("not_stored", {{LogField::Reason, platform::to_string(stored.error())}});
        return BreakGlassVerdict::Unavailable;
    }
    k_log.warning("used", {{LogField::Service, call.service}, {LogField::Source, call.remote_host}});
    m_sessions.grant(call, {.technician_id = std::nullopt,
                            .method = SignInMethod::BreakGlass,
                            .limit = {.longest_minutes = k_session_minutes}});
    return BreakGlassVerdict::Granted;
}

BreakGlassVerdict BreakGlassService::refuse(AuditEntry entry, std::string_view reason) {
    entry.reason = reason;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) { return audit.append_coalesced(entry); });
    k_log.warning("refused", {{LogField::Reason, reason}, {LogField::Source, entry.remote_host}});
    if (!stored) return BreakGlassVerdict::Unavailable;
    return BreakGlassVerdict::Denied;
}

BreakGlassVerdict BreakGlassService::refuse_counted(AuditEntry entry, std::string_view reason) {
    entry.reason = reason;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (auto counted = m_limiter.count_failure_apart(k_break_glass_account); !counted) return counted;
        return audit.append_coalesced(entry);
    });
    k_log.warning("refused", {{LogField::Reason, reason}, {LogField::Source, entry.remote_host}});
    if (!stored) return BreakGlassVerdict::Unavailable;
    return BreakGlassVerdict::Denied;
}

}  // namespace doorward::agent
