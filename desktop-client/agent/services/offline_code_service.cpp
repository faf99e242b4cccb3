#include "desktop-client/agent/services/offline_code_service.h"

#include "crypto/challenge_code.h"
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

const crypto::CodeParameters& parameters_of(const CodeCandidate& candidate) {
    return candidate.tenant_secrets.empty() ? crypto::k_per_machine_code : crypto::k_per_tenant_code;
}

}  // namespace

std::string Question::text() const {
    const std::string eight = digits.text();
    return eight.substr(0, 4) + " " + eight.substr(4);
}

crypto::PhoneAgreementPublicKey OfflineCodeService::decoy_key(std::string_view seed, std::uint8_t number) const {
    const std::array<std::uint8_t, 1> which{number};
    const auto digest = crypto::purpose_hash(
        crypto::Purpose::KeyId, {m_roster.keys().agreement.private_bytes(), which, crypto::as_bytes(seed)});
    return crypto::PhoneAgreementPublicKey(digest.array());
}

const protocol::TechnicianDocument* OfflineCodeService::technician_of(const Claimant& claimant) const {
    return claimant.technician ? m_roster.roster().technician(*claimant.technician) : nullptr;
}

std::vector<std::string> OfflineCodeService::labels(const Claimant& claimant) const {
    const auto* device = m_roster.device();
    const std::string name = device != nullptr ? device->name : std::string();
    const auto& own = m_roster.keys().agreement.public_key();
    std::vector<std::string> labels;
    if (const auto* codes = tenant_codes()) {
        for (const auto& secret : codes->secrets) {
            if (!counts(secret)) continue;
            const protocol::TenantSecretName named{m_roster.enrolment()->tenant_id, secret.id};
            labels.push_back(name + "\u00B7" + protocol::key_id(named));
        }
        return labels;
    }
    if (const auto* technician = technician_of(claimant)) {
        for (const auto& phone : technician->phones) {
            labels.push_back(protocol::key_label(name, own, phone.agreement_key));
        }
    }
    if (!labels.empty()) return labels;
    // Some of those who are nobody have two phones, and always the same ones.
    labels.push_back(protocol::key_label(name, own, decoy_key(claimant.decoy, 0)));
    const auto second = decoy_key(claimant.decoy, 1);
    if (second.bytes()[0] % k_one_in_so_many_has_two == 0) labels.push_back(protocol::key_label(name, own, second));
    return labels;
}

// A workstation that nobody confirmed has no secret of the tenant: there codes stay per machine.
const protocol::DeviceCodesDocument* OfflineCodeService::tenant_codes() const {
    const auto* tenant = m_roster.roster().tenant();
    if (tenant == nullptr || tenant->code_scheme != protocol::CodeScheme::PerTenant) return nullptr;
    const auto* codes = m_roster.roster().device_codes(m_roster.enrolment()->device_id);
    return codes != nullptr && std::ranges::any_of(codes->secrets, [&](const auto& secret) { return counts(secret); })
               ? codes
               : nullptr;
}

bool OfflineCodeService::counts(const protocol::SealedTenantSecret& secret) const {
    return !secret.ends_at || std::max(m_timekeeper.wall_now(), m_timekeeper.earliest_now()) < *secret.ends_at;
}

bool OfflineCodeService::is_current(const CodeCandidate::TenantSecret& secret) const {
    const auto* codes = tenant_codes();
    return codes != nullptr && std::ranges::any_of(codes->secrets, [&](const auto& known) {
               return known.id == secret.name.secret && counts(known);
           });
}

void OfflineCodeService::open_tenant_secrets(CodeCandidate& candidate) const {
    const auto* codes = tenant_codes();
    if (codes == nullptr) return;
    for (const auto& sealed : codes->secrets) {
        const protocol::TenantSecretName name{m_roster.enrolment()->tenant_id, sealed.id};
        auto secret = protocol::open_tenant_secret(m_roster.keys().agreement, name, sealed.sealed);
        if (!secret) {
            k_log.error("tenant_secret", {{LogField::Reason, crypto::to_string(secret.error())}});
            continue;
        }
        candidate.tenant_secrets.push_back({.name = name, .totp = std::move(*secret)});
    }
}

CodeCandidate OfflineCodeService::prepare(const Claimant& claimant) {
    CodeCandidate candidate{
        .technician = std::nullopt, .counted_as = claimant.counted_as, .secrets = {}, .tenant_secrets = {}};
    std::vector<std::pair<crypto::PhoneAgreementPublicKey, bool>> keys;
    if (const auto* technician = technician_of(claimant)) {
        candidate.technician = technician->id;
        for (const auto& phone : m_roster.sound_phones(*technician))
            keys.emplace_back(phone.agreement_key, true);
    }
    while (keys.size() < k_secrets) {
        keys.emplace_back(decoy_key(claimant.decoy, static_cast<std::uint8_t>(keys.size())), false);
    }
    if (!m_roster.enrolment()) return candidate;
    open_tenant_secrets(candidate);
    for (const auto& [key, is_real] : keys) {
        auto secrets = protocol::offline_secrets(m_roster.enrolment()->tenant_id, m_roster.keys().agreement, key);
        if (!secrets) continue;
        candidate.secrets.push_back({.phone_key = key,
                                     .totp = std::move(secrets->totp),
                                     .challenge = std::move(secrets->challenge),
                                     .is_real = is_real});
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

std::vector<OfflineCodeService::TimeSecret> OfflineCodeService::time_secrets(const CodeCandidate& candidate) const {
    std::vector<TimeSecret> secrets;
    for (const auto& secret : candidate.tenant_secrets) {
        secrets.push_back({.name = CodeSecretName(protocol::digest_of(secret.name).array()),
                           .totp = secret.totp.bytes(),
                           .is_current = is_current(secret),
                           .of_tenant = secret.name.secret});
    }
    if (!secrets.empty()) return secrets;
    for (const auto& secret : candidate.secrets) {
        secrets.push_back({.name = CodeSecretName(secret.phone_key.array()),
                           .totp = secret.totp.bytes(),
                           .is_current = is_current(candidate, secret),
                           .of_tenant = std::nullopt});
    }
    return secrets;
}

Stored<std::optional<OfflineCodeService::Match>> OfflineCodeService::match(const CodeCandidate& candidate,
                                                                           const crypto::Code& code) const {
    const auto& parameters = parameters_of(candidate);
    const auto now = crypto::step_at(m_timekeeper.wall_now().milliseconds / 1000, parameters);
    if (!now) return std::nullopt;
    std::optional<Match> found;
    for (const auto& secret : time_secrets(candidate)) {
        const auto highest = m_codes.highest_step(secret.name);
        if (!highest) return std::unexpected(highest.error());
        const crypto::Step least{std::max(highest->value, m_timekeeper.known().least_step - 1)};
        const auto step = crypto::match_in_window(secret.totp, parameters, code, *now, {least});
        if (step && secret.is_current) found = Match{secret.name, *step, secret.of_tenant};
    }
    return found;
}

bool OfflineCodeService::was_used(const CodeCandidate& candidate, const crypto::Code& code) const {
    const auto& parameters = parameters_of(candidate);
    const auto now = crypto::step_at(m_timekeeper.wall_now().milliseconds / 1000, parameters);
    bool used = false;
    for (const auto& secret : time_secrets(candidate)) {
        used |= now && secret.is_current &&
                crypto::match_in_window(secret.totp, parameters, code, *now, {crypto::k_no_step}).has_value();
    }
    return used;
}

bool OfflineCodeService::is_answer(const CodeCandidate& candidate, const Question& question,
                                   const crypto::Code& answer) const {
    bool is_right = false;
    for (const auto& secret : candidate.secrets) {
        is_right |= crypto::verify_challenge_answer(secret.challenge, question.digits, answer).has_value() &&
                    is_current(candidate, secret);
    }
    return is_right;
}

std::string_view OfflineCodeService::objection(const CodeCandidate& candidate, const Grounds& grounds) const {
    if (!candidate.technician) return "technician_unknown";
    const auto decision = m_roster.decide(*candidate.technician, grounds);
    if (!decision) return protocol::to_string(decision.error());
    if (m_timekeeper.known().quarantine) return "quarantined";
    if (m_timekeeper.known().rolled_back) return "store_rolled_back";
    if (m_timekeeper.past_horizon()) return "horizon_passed";
    if (m_timekeeper.known().boots_since_head > k_most_boots) return "too_many_boots";
    const auto sign_ins = m_codes.offline_sign_ins(*candidate.technician);
    if (!sign_ins || *sign_ins >= k_most_sign_ins) return "too_many_offline_sign_ins";
    return {};
}

std::string_view OfflineCodeService::objection_to_time(const CodeCandidate& candidate) const {
    // The scheme changed while the person typed.
    if ((tenant_codes() != nullptr) == candidate.tenant_secrets.empty()) return "code_scheme";
    if (!m_timekeeper.trusted(m_timekeeper.horizon())) return "clock_untrusted";
    return {};
}

std::optional<CodeVerdict> OfflineCodeService::turn_away(bool is_code, const CodeCandidate& candidate,
                                                         const AuditEntry& entry) {
    if (!is_code) return refuse_uncounted("code_malformed", entry);
    const auto must_wait = m_limiter.must_wait(candidate.counted_as);
    if (!must_wait) return CodeVerdict::NotStored;
    if (*must_wait) return refuse_uncounted("too_many_attempts", entry);
    return std::nullopt;
}

CodeVerdict OfflineCodeService::check(const CodeCandidate& candidate, std::string_view typed, AuditEntry entry) {
    entry.kind = protocol::AuditKind::SignInOffline;
    entry.technician_id = candidate.technician;
    const auto code = crypto::Code::parse(typed, candidate.digits());
    if (const auto verdict = turn_away(code.has_value(), candidate, entry)) return *verdict;

    const auto found = match(candidate, *code);
    if (!found) return CodeVerdict::NotStored;
    auto objected = objection(candidate, entry.grounds);
    if (objected.empty()) objected = objection_to_time(candidate);
    if (*found && objected.empty()) return accept(candidate, **found, std::move(entry));
    if (!objected.empty()) return refuse(objected, candidate, std::move(entry));
    return refuse(was_used(candidate, *code) ? "code_used" : "code_wrong", candidate, std::move(entry));
}

Stored<Question> OfflineCodeService::ask() {
    for (;;) {
        const crypto::Code digits = crypto::random_challenge();
        const auto judged = m_codes.was_judged(digits);
        if (!judged) return std::unexpected(judged.error());
        if (!*judged) return Question{.digits = digits, .asked_at = m_timekeeper.boot_now()};
    }
}

CodeVerdict OfflineCodeService::check_answer(const CodeCandidate& candidate, const Question& question,
                                             std::string_view typed, AuditEntry entry) {
    entry.kind = protocol::AuditKind::SignInOffline;
    entry.technician_id = candidate.technician;
    const auto answer = crypto::Code::parse(typed, crypto::CodeDigits::Eight);
    if (const auto verdict = turn_away(answer.has_value(), candidate, entry)) return *verdict;

    const bool is_right = is_answer(candidate, question, *answer);
    auto refusal = objection(candidate, entry.grounds);
    const bool is_late = m_timekeeper.boot_now() - question.asked_at > k_question_lives_ms;
    if (refusal.empty() && is_late) refusal = "question_expired";
    if (refusal.empty() && !is_right) refusal = "answer_wrong";
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        const auto use = m_codes.use_question(question.digits);
        if (!use) return std::unexpected(use.error());
        if (refusal.empty() && *use == QuestionUse::Again) refusal = "answer_used";
        if (!refusal.empty()) return record_failure(audit, candidate, crypto::CodeDigits::Eight, entry, refusal);
        entry.reason = "by_question";
        return record_success(audit, candidate, entry);
    });
    return conclude(stored, entry);
}

CodeVerdict OfflineCodeService::accept(const CodeCandidate& candidate, const Match& match, AuditEntry entry) {
    bool is_newer = false;
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        const auto use = m_codes.use_step(match.secret, match.step);
        if (!use) return std::unexpected(use.error());
        is_newer = *use == StepUse::Accepted;
        if (is_newer && match.of_tenant) entry.code_use = {.secret_id = *match.of_tenant, .step = match.step.value};
        return is_newer ? record_success(audit, candidate, entry)
                        : record_failure(audit, candidate, candidate.digits(), entry, "code_used");
    });
    return conclude(stored, entry);
}

CodeVerdict OfflineCodeService::refuse_uncounted(std::string_view reason, AuditEntry entry) {
    const auto stored =
        m_audit.transact([&](AuditService::Writer& audit) -> Stored<> { return record_refusal(audit, entry, reason); });
    return conclude(stored, entry);
}

CodeVerdict OfflineCodeService::refuse(std::string_view reason, const CodeCandidate& candidate, AuditEntry entry) {
    const auto stored = m_audit.transact([&](AuditService::Writer& audit) -> Stored<> {
        return record_failure(audit, candidate, candidate.digits(), entry, reason);
    });
    return conclude(stored, entry);
}

Stored<> OfflineCodeService::record_success(AuditService::Writer& audit, const CodeCandidate& candidate,
                                            AuditEntry& entry) {
    entry.outcome = protocol::AuditOutcome::Success;
    if (auto counted = m_codes.count_offline_sign_in(*entry.technician_id); !counted) return counted;
    if (auto forgotten = m_limiter.forget_failures(candidate.counted_as); !forgotten) return forgotten;
    return audit.append(entry);
}

Stored<> OfflineCodeService::record_failure(AuditService::Writer& audit, const CodeCandidate& candidate,
                                            crypto::CodeDigits digits, AuditEntry& entry, std::string_view reason) {
    if (auto counted = m_limiter.count_failure(candidate.counted_as, digits); !counted) return counted;
    return record_refusal(audit, entry, reason);
}

Stored<> OfflineCodeService::record_refusal(AuditService::Writer& audit, AuditEntry& entry, std::string_view reason) {
    entry.outcome = protocol::AuditOutcome::Refused;
    entry.reason = reason;
    return audit.append_coalesced(entry);
}

CodeVerdict OfflineCodeService::conclude(const Stored<>& stored, const AuditEntry& entry) {
    if (!stored) {
        k_log.error("not_stored",
                    {{LogField::Account, entry.account}, {LogField::Reason, platform::to_string(stored.error())}});
        return CodeVerdict::NotStored;
    }
    const bool is_accepted = entry.outcome == protocol::AuditOutcome::Success;
    k_log.info(is_accepted ? "accepted" : "refused", {{LogField::Account, entry.account},
                                                      {LogField::Service, entry.service},
                                                      {LogField::Source, entry.remote_host},
                                                      {LogField::Reason, entry.reason}});
    if (is_accepted && m_observer) m_observer();
    return is_accepted ? CodeVerdict::Accepted : CodeVerdict::Refused;
}

std::optional<std::int64_t> OfflineCodeService::days_left() const {
    const auto& horizon = m_timekeeper.horizon();
    if (!horizon) return std::nullopt;
    constexpr std::int64_t k_day_ms = 24LL * 60 * 60 * 1000;
    const auto now = std::max(m_timekeeper.wall_now(), m_timekeeper.earliest_now());
    return std::max<std::int64_t>(0, (*horizon - now).count() / k_day_ms);
}

}  // namespace doorward::agent
