#pragma once

#include "crypto/agreement.h"
#include "crypto/one_time_code.h"
#include "crypto/secret_key.h"
#include "desktop-client/agent/services/attempt_limiter.h"
#include "desktop-client/agent/services/audit_service.h"
#include "desktop-client/agent/services/roster_service.h"
#include "desktop-client/agent/services/timekeeper.h"
#include "desktop-client/agent/stores/code_store.h"
#include "protocol/tenant_code.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

enum class CodeVerdict { Accepted, Refused, NotStored };

/// A sign-in that may be proven by a code. Always two phones' secrets: what a technician has no phone for is filled
/// with one that nobody can know, so an unknown name costs the same as a right one.
struct CodeCandidate {
    struct Secret {
        crypto::PhoneAgreementPublicKey phone_key;
        crypto::OfflineTotpSecret totp;
        crypto::OfflineChallengeSecret challenge;
        bool is_real = false;
    };
    /// Of the tenant, for every technician alike.
    struct TenantSecret {
        protocol::TenantSecretName name;
        crypto::TenantTotpSecret totp;
    };
    std::optional<protocol::TechnicianId> technician;
    std::string counted_as;
    std::vector<Secret> secrets;
    std::vector<TenantSecret> tenant_secrets;  ///< where there are any, they alone make codes by time
    [[nodiscard]] crypto::CodeDigits digits() const {
        return tenant_secrets.empty() ? crypto::CodeDigits::Eight : crypto::CodeDigits::Six;
    }
};

/// Eight digits at the prompt; only the phone can compute the answer (RFC 6287), and no clock is needed. Belongs to the
/// conversation it was asked in.
struct Question {
    crypto::Code digits;
    std::int64_t asked_at;  ///< on the boot clock

    [[nodiscard]] std::string text() const;
};

/// Codes by the per-machine scheme (TOTP over a secret that only this workstation and one phone can compute) or, where
/// the tenant has one and this workstation was given it, over the tenant's secret (protocol/tenant_code.h); and answers
/// to questions by a second secret of the same pair. A code or an answer counts once: what it used up is marked,
/// together with the audit event, by one conditional write that is durable before the answer. Wrong, used, not allowed
/// and unknown go the same way at the same cost; only the log and the audit tell them apart.
class OfflineCodeService {
public:
    static constexpr std::int64_t k_most_sign_ins = 50;
    static constexpr std::int64_t k_most_boots = 60;
    static constexpr std::int64_t k_question_lives_ms = std::int64_t{2} * 60 * 1000;

    OfflineCodeService(platform::Database& database, AuditService& audit, Timekeeper& timekeeper, RosterService& roster,
                       AttemptLimiter& limiter)
        : m_codes(database), m_audit(audit), m_timekeeper(timekeeper), m_roster(roster), m_limiter(limiter) {}

    /// "W11-L·k7", or both of a technician with two phones; one that leads nowhere for an unknown name.
    [[nodiscard]] std::vector<std::string> labels(const Claimant& claimant) const;
    /// The slow part (two key agreements), done while the person types.
    [[nodiscard]] CodeCandidate prepare(const Claimant& claimant);
    /// `entry` says who and where from; kind, outcome and reason are filled in here.
    [[nodiscard]] CodeVerdict check(const CodeCandidate& candidate, std::string_view typed, AuditEntry entry);
    /// One that nobody ever answered, so that an answer somebody saw is worth nothing.
    [[nodiscard]] Stored<Question> ask();
    [[nodiscard]] CodeVerdict check_answer(const CodeCandidate& candidate, const Question& question,
                                           std::string_view typed, AuditEntry entry);
    /// Whole days that codes still work here without a new signed head.
    [[nodiscard]] std::optional<std::int64_t> days_left() const;

    /// Runs after a code was used, once that is durable.
    void on_used(std::function<void()> observer) { m_observer = std::move(observer); }

private:
    struct Match {
        CodeSecretName secret;
        crypto::Step step;
        std::optional<protocol::TenantSecretId> of_tenant;
    };
    /// One secret that makes codes by time, as match() sees it.
    struct TimeSecret {
        CodeSecretName name;
        crypto::ByteView totp;
        bool is_current = false;
        std::optional<protocol::TenantSecretId> of_tenant;
    };
    [[nodiscard]] std::vector<TimeSecret> time_secrets(const CodeCandidate& candidate) const;
    [[nodiscard]] Stored<std::optional<Match>> match(const CodeCandidate& candidate, const crypto::Code& code) const;
    /// This workstation's secrets of the tenant that count now; nullptr where codes are per machine here.
    [[nodiscard]] const protocol::DeviceCodesDocument* tenant_codes() const;
    [[nodiscard]] bool counts(const protocol::SealedTenantSecret& secret) const;
    [[nodiscard]] bool is_current(const CodeCandidate::TenantSecret& secret) const;
    void open_tenant_secrets(CodeCandidate& candidate) const;
    [[nodiscard]] const protocol::TechnicianDocument* technician_of(const Claimant& claimant) const;
    [[nodiscard]] bool is_current(const CodeCandidate& candidate, const CodeCandidate::Secret& secret) const;
    [[nodiscard]] bool was_used(const CodeCandidate& candidate, const crypto::Code& code) const;
    [[nodiscard]] bool is_answer(const CodeCandidate& candidate, const Question& question,
                                 const crypto::Code& answer) const;
    /// Empty where everything but the code itself allows the sign-in.
    [[nodiscard]] std::string_view objection(const CodeCandidate& candidate, const Grounds& grounds) const;
    /// What a code by time needs besides.
    [[nodiscard]] std::string_view objection_to_time(const CodeCandidate& candidate) const;
    /// Where what was typed is not judged at all: no eight digits, or nobody may try now.
    [[nodiscard]] std::optional<CodeVerdict> turn_away(bool is_code, const CodeCandidate& candidate,
                                                       const AuditEntry& entry);
    [[nodiscard]] CodeVerdict accept(const CodeCandidate& candidate, const Match& match, AuditEntry entry);
    [[nodiscard]] Stored<> record_success(AuditService::Writer& audit, const CodeCandidate& candidate,
                                          AuditEntry& entry);
    /// A refusal that counts as an attempt of whoever it is counted as.
    [[nodiscard]] Stored<> record_failure(AuditService::Writer& audit, const CodeCandidate& candidate,
                                          crypto::CodeDigits digits, AuditEntry& entry, std::string_view reason);
    [[nodiscard]] Stored<> record_refusal(AuditService::Writer& audit, AuditEntry& entry, std::string_view reason);
    [[nodiscard]] CodeVerdict conclude(const Stored<>& stored, const AuditEntry& entry);
    [[nodiscard]] CodeVerdict refuse_uncounted(std::string_view reason, AuditEntry entry);
    [[nodiscard]] CodeVerdict refuse(std::string_view reason, const CodeCandidate& candidate, AuditEntry entry);
    [[nodiscard]] crypto::PhoneAgreementPublicKey decoy_key(std::string_view seed, std::uint8_t number) const;

    mutable CodeStore m_codes;
    AuditService& m_audit;
    Timekeeper& m_timekeeper;
    RosterService& m_roster;
    AttemptLimiter& m_limiter;
    std::function<void()> m_observer;
};

}  // namespace doorward::agent
