#include "desktop-client/agent/services/offline_code_service.h"

#include "crypto/hash.h"
#include "platform/log.h"
#include "protocol/offline_code.h"

#include <algorithm>
#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log{"offline_code"};
constexpr std::size_t k_secrets = protocol::k_most_phones;
constexpr unsigned k_one_in_so_many_has_two = 4;

}  // namespace

crypto::PhoneAgreementPublicKey OfflineCodeService::decoy_key(std::string_view account, std::uint8_t number) const {
    const std::array<std::uint8_t, 1> which{number};
    const auto digest = crypto::purpose_hash(
        crypto::Purpose::KeyId, {m_roster.keys().agreement.private_bytes(), which, crypto::as_bytes(account)});
    return crypto::PhoneAgreementPublicKey(digest.array());
}

std::vector<std::string> OfflineCodeService::labels(std::string_view account) const {
    const auto* device = m_roster.device();
    const std::string name = device != nullptr ? device->name : std::string();
    const auto& own = m_roster.keys().agreement.public_key();
    std::vector<std::string> labels;
    if (const auto* technician = m_roster.technician_of(account)) {
        for (const auto& phone : technician->phones) {
            labels.push_back(protocol::key_label(name, own, phone.agreement_key));
        }
    }
    if (!labels.empty()) return labels;
    // Some of those who are nobody have two phones, and always the same ones.
    labels.push_back(protocol::key_label(name, own, decoy_key(account, 0)));
    const auto second = decoy_key(account, 1);
    if (second.bytes()[0] % k_one_in_so_many_has_two == 0) labels.push_back(protocol::key_label(name, own, second));
    return labels;
}

CodeCandidate OfflineCodeService::prepare(std::string_view account) {
    CodeCandidate candidate;
    std::vector<std::pair<crypto::PhoneAgreementPublicKey, bool>> keys;
    if (const auto* technician = m_roster.technician_of(account)) {
        candidate.technician = technician->id;
        for (const auto& phone : m_roster.sound_phones(*technician))
            keys.emplace_back(phone.agreement_key, true);
    }
    while (keys.size() < k_secrets) {
        keys.emplace_back(decoy_key(account, static_cast<std::uint8_t>(keys.size())), false);
    }
    if (!m_roster.enrolment()) return candidate;
    for (const auto& [key, is_real] : keys) {
        auto secrets = protocol::offline_secrets(m_roster.enrolment()->tenant_id, m_roster.keys().agreement, key);
        if (!secrets) continue;
        candidate.secrets.push_back({.phone_key = key, .totp = std::move(secrets->totp), .is_real = is_real});
    }
    return candidate;
}

// The roster may have changed while the person typed.
bool OfflineCodeService::is_current(const CodeCandidate& candidate, const CodeCandidate::Secret& secret) const {
    if (!secret.is_real || !candidate.technician) return false;
    const auto* technician = m_roster.roster().technician(*candidate.technician);
    return technician != nullptr && std::ranges::any_of(technician->phones, [&](const auto& phone) {
               return phone.agreement_key == secret.phone_key;
           });
}

Stored<std::optional<OfflineCodeService::Match>> OfflineCodeService::match(const CodeCandidate& candidate,
                                                                           const crypto::Code& code) const {
    const auto now = crypto::step_at(m_timekeeper.wall_now().milliseconds / 1000, crypto::k_per_machine_code);
    if (!now) return std::nullopt;
    std::optional<Match> found;
    for (const auto& secret : candidate.secrets) {
        const auto highest = m_codes.highest_step(secret.phone_key);
        if (!highest) return std::unexpected(highest.error());
        const crypto::Step least{std::max(highest->value, m_timekeeper.known().least_step - 1)};
        const auto step = crypto::match_in_window(secret.totp.bytes(), crypto::k_per_machine_code, code, *now, {least});
        if (step && is_current(candidate, secret)) found = Match{.secret = &secret, .step = *step};
    }
    return found;
}

bool OfflineCodeService::was_used(const CodeCandidate& candidate, const crypto::Code& code) const {
    const auto now = crypto::step_at(m_timekeeper.wall_now().milliseconds / 1000, crypto::k_per_machine_code);
    bool used = false;
    for (const auto& secret : candidate.secrets) {
        used |=
            now && is_current(candidate, secret) &&
            crypto::match_in_window(secret.totp.bytes(), crypto::k_per_machine_code, code, *now, {crypto::k_no_step})
                .has_value();
    }
    return used;
}

std::string_view OfflineCodeService::objection(const CodeCandidate& candidate) const {
    if (!candidate.technician) return "technician_unknown";
    const auto decision = m_roster.decide(*candidate.technician);
    if (!decision) return protocol::to_string(decision.error());
    const auto* tenant = m_roster.roster().tenant();
    if (tenant == nullptr || tenant->code_scheme != protocol::CodeScheme::PerMachine) return "code_scheme";
    if (m_timekeeper.known().rolled_back) return "store_rolled_back";
    const auto& horizon = m_timekeeper.horizon();
    if (!horizon || m_timekeeper.wall_now() > *horizon) return "horizon_passed";
    if (!m_timekeeper.trusted(horizon)) return "clock_untrusted";
    if (m_timekeeper.known().boots_since_head > k_most_boots) return "too_many_boots";
    const auto sign_ins = m_codes.offline_sign_ins(*candidate.technician);
    if (!sign_ins || *sign_ins >= k_most_sign_ins) return "too_many_offline_sign_ins";
    return {};
}

CodeVerdict OfflineCodeService::check(const CodeCandidate& candidate, std::string_view typed, AuditEntry entry) {
    entry.kind = protocol::AuditKind::SignInOffline;
    entry.technician_id = candidate.technician;
    const auto code = crypto::Code::parse(typed, crypto::CodeDigits::Eight);
    if (!code) return refuse("code_malformed", std::move(entry), false);
    const auto must_wait = m_limiter.must_wait(entry.account);
    if (!must_wait) return CodeVerdict::NotStored;
    if (*must_wait) return refuse("too_many_attempts", std::move(entry), false);

    const auto found = match(candidate, *code);
    if (!found) return CodeVerdict::NotStored;
    const auto objected = objection(candidate);
    if (*found && objected.empty()) return accept(candidate, **found, std::move(entry));
    if (!objected.empty()) return refuse(objected, std::move(entry), true);
    return refuse(was_used(candidate, *code) ? "code_used" : "code_wrong", std::move(entry), true);
}

CodeVerdict OfflineCodeService::accept(const CodeCandidate& candidate, const Match& match, AuditEntry entry) {
    entry.outcome = protocol::AuditOutcome::Success;
    bool is_newer = false;
    const std::string account = entry.account;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        const auto use = m_codes.use_step(match.secret->phone_key, match.step);
        if (!use) return std::unexpected(use.error());
        is_newer = *use == StepUse::Accepted;
        if (!is_newer) return {};
        if (auto counted = m_codes.count_offline_sign_in(*candidate.technician); !counted) return counted;
        if (auto forgotten = m_limiter.forget_failures(account); !forgotten) return forgotten;
        return audit.append(entry);
    });
    if (!stored) {
        k_log.error("accept", {{LogField::Account, account}, {LogField::Reason, platform::to_string(stored.error())}});
        return CodeVerdict::NotStored;
    }
    if (!is_newer) return refuse("code_used", std::move(entry), true);
    k_log.info("accepted", {{LogField::Account, account}, {LogField::Service, entry.service}});
    return CodeVerdict::Accepted;
}

CodeVerdict OfflineCodeService::refuse(std::string_view reason, AuditEntry entry, bool counts) {
    entry.outcome = protocol::AuditOutcome::Refused;
    entry.reason = reason;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        if (counts) {
            if (auto counted = m_limiter.count_failure(entry.account); !counted) return counted;
        }
        return audit.append_coalesced(entry);
    });
    k_log.info("refused", {{LogField::Account, entry.account},
                           {LogField::Service, entry.service},
                           {LogField::Source, entry.remote_host},
                           {LogField::Reason, reason}});
    if (!stored) {
        k_log.error("refuse", {{LogField::Reason, platform::to_string(stored.error())}});
        return CodeVerdict::NotStored;
    }
    return CodeVerdict::Refused;
}

std::optional<std::int64_t> OfflineCodeService::days_left() const {
    const auto& horizon = m_timekeeper.horizon();
    if (!horizon) return std::nullopt;
    constexpr std::int64_t k_day_ms = 24LL * 60 * 60 * 1000;
    return std::max<std::int64_t>(0, (*horizon - m_timekeeper.wall_now()).count() / k_day_ms);
}

}  // namespace doorward::agent
