#pragma once

#include "crypto/fixed_bytes.h"
#include "crypto/one_time_code.h"
#include "desktop-client/agent/stores/result.h"
#include "protocol/ids.h"

#include <cstdint>

namespace doorward::agent {

/// A code's secret: a phone's agreement key, or the digest that names one of the tenant's (protocol/tenant_code.h).
struct CodeSecretNameKind;
using CodeSecretName = crypto::FixedBytes<CodeSecretNameKind, 32>;

enum class StepUse { Accepted, NotNewer };
enum class QuestionUse { First, Again };

/// What was used: the highest accepted step of each secret, the questions that were answered, the passkeys' counts, the
/// offline sign-ins since the last head.
class CodeStore {
public:
    explicit CodeStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] Stored<crypto::Step> highest_step(const CodeSecretName& secret);
    /// Inside a transaction. Conditional writes decide: of two callers with one step exactly one is told Accepted, also
    /// where the highest step was lowered in between.
    [[nodiscard]] Stored<StepUse> use_step(const CodeSecretName& secret, crypto::Step step);

    /// For a clock that was once ahead: what lies beyond `highest` comes down to it. The number of secrets concerned.
    [[nodiscard]] Stored<std::int64_t> lower_steps(crypto::Step highest);

    [[nodiscard]] Stored<bool> was_judged(const crypto::Code& question);
    /// One conditional write decides here too: an answer is judged by whoever is told First.
    [[nodiscard]] Stored<QuestionUse> use_question(const crypto::Code& question);

    [[nodiscard]] Stored<std::int64_t> offline_sign_ins(const protocol::TechnicianId& technician);
    [[nodiscard]] Stored<> count_offline_sign_in(const protocol::TechnicianId& technician);
    [[nodiscard]] Stored<> clear_offline_sign_ins();

    [[nodiscard]] Stored<std::uint32_t> sign_count(const protocol::PhoneId& phone);
    [[nodiscard]] Stored<> save_sign_count(const protocol::PhoneId& phone, std::uint32_t count);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
