#include "desktop-client/agent/stores/code_store.h"

#include <span>
#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::string_view k_select_highest = "SELECT highest FROM accepted_step WHERE secret = ?";
constexpr std::string_view k_use_step =
    "INSERT INTO accepted_step (secret, highest) VALUES (?, ?) "
    "ON CONFLICT (secret) DO UPDATE SET highest = excluded.highest WHERE accepted_step.highest < excluded.highest "
    "RETURNING highest";
constexpr std::string_view k_spend_step =
    "INSERT INTO used_step (secret, step) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING step";
constexpr std::string_view k_forget_covered_steps =
    "DELETE FROM used_step WHERE step <= "
    "(SELECT highest FROM accepted_step WHERE accepted_step.secret = used_step.secret)";
constexpr std::string_view k_lower_steps = "UPDATE accepted_step SET highest = ?1 WHERE highest > ?1";
constexpr std::string_view k_select_question = "SELECT digits FROM judged_question WHERE digits = ?";
constexpr std::string_view k_use_question =
    "INSERT INTO judged_question (digits) VALUES (?) ON CONFLICT DO NOTHING RETURNING digits";
constexpr std::string_view k_select_sign_ins = "SELECT sign_ins FROM offline_use WHERE technician_id = ?";
constexpr std::string_view k_count_sign_in =
    "INSERT INTO offline_use (technician_id, sign_ins) VALUES (?, 1) "
    "ON CONFLICT (technician_id) DO UPDATE SET sign_ins = sign_ins + 1";
constexpr std::string_view k_clear_sign_ins = "DELETE FROM offline_use";
constexpr std::string_view k_select_sign_count = "SELECT sign_count FROM passkey_count WHERE phone_id = ?";
constexpr std::string_view k_save_sign_count =
    "INSERT OR REPLACE INTO passkey_count (phone_id, sign_count) VALUES (?, ?)";

Stored<std::int64_t> integer_or(Stored<platform::Statement> row, std::int64_t otherwise) {
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    return *found ? row->integer(0) : otherwise;
}

// Of a write that returns the row it made, or none.
Stored<bool> wrote_one(Stored<platform::Statement> row) {
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found || !*found) return found;
    if (const auto end = row->step(); !end) return std::unexpected(end.error());
    return true;
}

std::span<const std::uint8_t> bytes_of(const CodeSecretName& secret) {
    return secret.bytes();
}

}  // namespace

Stored<crypto::Step> CodeStore::highest_step(const CodeSecretName& secret) {
    const auto highest = integer_or(m_database.query(k_select_highest, bytes_of(secret)), crypto::k_no_step.value);
    if (!highest) return std::unexpected(highest.error());
    return crypto::Step{*highest};
}

Stored<StepUse> CodeStore::use_step(const CodeSecretName& secret, crypto::Step step) {
    const auto spent = wrote_one(m_database.query(k_spend_step, bytes_of(secret), step.value));
    if (!spent) return std::unexpected(spent.error());
    if (!*spent) return StepUse::NotNewer;
    const auto written = wrote_one(m_database.query(k_use_step, bytes_of(secret), step.value));
    if (!written) return std::unexpected(written.error());
    return *written ? StepUse::Accepted : StepUse::NotNewer;
}

Stored<std::int64_t> CodeStore::lower_steps(crypto::Step highest) {
    const auto lowered = m_database.execute(k_lower_steps, highest.value);
    if (!lowered) return lowered;
    if (const auto forgotten = m_database.execute(k_forget_covered_steps); !forgotten) return forgotten;
    return lowered;
}

Stored<bool> CodeStore::was_judged(const crypto::Code& question) {
    auto row = m_database.query(k_select_question, std::int64_t{question.value()});
    if (!row) return std::unexpected(row.error());
    return row->step();
}

Stored<QuestionUse> CodeStore::use_question(const crypto::Code& question) {
    const auto written = wrote_one(m_database.query(k_use_question, std::int64_t{question.value()}));
    if (!written) return std::unexpected(written.error());
    return *written ? QuestionUse::First : QuestionUse::Again;
}

Stored<std::int64_t> CodeStore::offline_sign_ins(const protocol::TechnicianId& technician) {
    return integer_or(m_database.query(k_select_sign_ins, std::string_view(technician.to_string())), 0);
}

Stored<> CodeStore::count_offline_sign_in(const protocol::TechnicianId& technician) {
    return discard(m_database.execute(k_count_sign_in, std::string_view(technician.to_string())));
}

Stored<> CodeStore::clear_offline_sign_ins() {
    return discard(m_database.execute(k_clear_sign_ins));
}

Stored<std::uint32_t> CodeStore::sign_count(const protocol::PhoneId& phone) {
    const auto count = integer_or(m_database.query(k_select_sign_count, std::string_view(phone.to_string())), 0);
    if (!count) return std::unexpected(count.error());
    return static_cast<std::uint32_t>(*count);
}

Stored<> CodeStore::save_sign_count(const protocol::PhoneId& phone, std::uint32_t count) {
    return discard(m_database.execute(k_save_sign_count, std::string_view(phone.to_string()), std::int64_t{count}));
}

}  // namespace doorward::agent
