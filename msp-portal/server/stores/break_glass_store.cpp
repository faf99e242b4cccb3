#include "msp-portal/server/stores/break_glass_store.h"

namespace doorward::portal {

std::string_view to_string(BreakGlassState state) {
    switch (state) {
        case BreakGlassState::Ordered:
            return "ordered";
        case BreakGlassState::Ready:
            return "ready";
        case BreakGlassState::Used:
            return "used";
        case BreakGlassState::Replaced:
            return "replaced";
    }
    return "unknown";
}

namespace break_glass_store {

namespace {

using namespace protocol;

constexpr std::string_view k_put_key =
    "INSERT INTO custodian_key (passkey_id, agreement_key, proof_authenticator_data, proof_client_data_json,"
    " proof_signature, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (passkey_id) DO UPDATE SET"
    " agreement_key = excluded.agreement_key, proof_authenticator_data = excluded.proof_authenticator_data,"
    " proof_client_data_json = excluded.proof_client_data_json, proof_signature = excluded.proof_signature,"
    " created_at = excluded.created_at";
constexpr std::string_view k_key =
    "SELECT c.agreement_key, c.proof_authenticator_data, c.proof_client_data_json, c.proof_signature, c.created_at,"
    " t.name, t.person_id FROM custodian_key c JOIN admin_passkey k ON k.id = c.passkey_id"
    " JOIN technician t ON t.id = k.technician_id WHERE c.passkey_id = ?";
constexpr std::string_view k_keys =
    "SELECT c.passkey_id, k.technician_id FROM custodian_key c JOIN admin_passkey k ON k.id = c.passkey_id"
    " JOIN technician t ON t.id = k.technician_id"
    " WHERE k.team_id = ? AND k.state = 'active' AND t.status = 'active'"
    " ORDER BY t.name, k.technician_id, c.created_at DESC";
constexpr std::string_view k_replace =
    "UPDATE break_glass SET state = 'replaced' WHERE device_id = ? AND state IN ('ordered', 'ready')";
constexpr std::string_view k_insert =
    "INSERT INTO break_glass (id, device_id, team_id, state, first_passkey_id, second_passkey_id, ordered_by,"
    " ordered_at) VALUES (?, ?, ?, 'ordered', ?, ?, ?, ?)";
constexpr std::string_view k_latest =
    "SELECT b.id, b.team_id, b.state, b.first_passkey_id, b.second_passkey_id, b.ordered_by, t.name, b.ordered_at,"
    " b.body, b.signature, b.made_at, b.used_at FROM break_glass b JOIN technician t ON t.id = b.ordered_by"
    " WHERE b.device_id = ? ORDER BY b.state IN ('ordered', 'ready') DESC, b.id DESC LIMIT 1";
constexpr std::string_view k_answered =
    "UPDATE break_glass SET state = 'ready', body = ?, signature = ?, made_at = ? WHERE id = ? AND state = 'ordered'";
// Also one whose halves never arrived: it was used all the same.
constexpr std::string_view k_used =
    "UPDATE break_glass SET used_at = ?1, state = CASE WHEN state = 'ready' THEN 'used' ELSE state END"
    " WHERE id = ?2 AND device_id = ?3 AND used_at IS NULL";

}  // namespace

Result<void> put_key(UnitOfWork& unit, const AdminPasskeyId& passkey, const CustodianPublicKey& key,
                     const Assertion& proof) {
    const bool put = sql::try_execute(unit.database, k_put_key, passkey, key, proof.authenticator_data,
                                      proof.client_data_json, proof.signature, unit.now);
    if (!put) return std::unexpected(Error::KeyTaken);
    return {};
}

std::optional<CustodianKeyRecord> key(platform::Database& database, const AdminPasskeyId& id) {
    auto passkey = technician_store::find_passkey(database, id);
    if (!passkey) return std::nullopt;
    auto rows = sql::query(database, k_key, id);
    if (!rows.next()) return std::nullopt;
    const auto technician = passkey->technician_id;
    Assertion proof{.credential_id = passkey->credential_id,
                    .authenticator_data = rows.bytes(1),
                    .client_data_json = rows.bytes(2),
                    .signature = rows.bytes(3)};
    return CustodianKeyRecord{.passkey = std::move(*passkey),
                              .technician = {technician, rows.text(5)},
                              .person_id = rows.id<PersonId>(6),
                              .agreement_key = rows.fixed<CustodianPublicKey>(0),
                              .proof = std::move(proof),
                              .created_at = rows.time(4)};
}

std::vector<CustodianKeyRecord> keys_of_team(platform::Database& database, const TeamId& team) {
    std::vector<CustodianKeyRecord> keys;
    std::optional<TechnicianId> last;
    auto rows = sql::query(database, k_keys, team);
    while (rows.next()) {
        const auto technician = rows.id<TechnicianId>(1);
        if (last == technician) continue;
        last = technician;
        if (auto found = key(database, rows.id<AdminPasskeyId>(0))) keys.push_back(std::move(*found));
    }
    return keys;
}

Result<void> insert(UnitOfWork& unit, const BreakGlassRecord& record) {
    sql::execute(unit.database, k_replace, record.device_id);
    const bool inserted =
        sql::try_execute(unit.database, k_insert, record.id, record.device_id, record.team_id, record.passkeys[0],
                         record.passkeys[1], record.ordered_by.id, record.ordered_at);
    if (!inserted) return std::unexpected(Error::NotAnotherPerson);
    return {};
}

std::optional<BreakGlassRecord> latest(platform::Database& database, const DeviceId& device) {
    auto rows = sql::query(database, k_latest, device);
    if (!rows.next()) return std::nullopt;
    BreakGlassRecord record{.id = rows.id<BreakGlassId>(0),
                            .device_id = device,
                            .team_id = rows.id<TeamId>(1),
                            .state = rows.one_of(2, {BreakGlassState::Ordered, BreakGlassState::Ready,
                                                     BreakGlassState::Used, BreakGlassState::Replaced}),
                            .passkeys = {rows.id<AdminPasskeyId>(3), rows.id<AdminPasskeyId>(4)},
                            .ordered_by = {rows.id<TechnicianId>(5), rows.text(6)},
                            .ordered_at = rows.time(7),
                            .answer = {},
                            .made_at = rows.optional_time(10),
                            .used_at = rows.optional_time(11)};
    if (!rows.is_null(8)) {
        record.answer = SignedEnvelope{.body = rows.body(8), .signature = rows.fixed<crypto::Signature>(9)};
    }
    return record;
}

bool answered(UnitOfWork& unit, const BreakGlassId& id, const SignedEnvelope& answer, Timestamp made_at) {
    const auto body = crypto::as_bytes(answer.body);
    return sql::execute(unit.database, k_answered, std::vector<std::uint8_t>(body.begin(), body.end()),
                        answer.signature, made_at, id) > 0;
}

bool used(UnitOfWork& unit, const DeviceId& device, const BreakGlassId& id, Timestamp at) {
    return sql::execute(unit.database, k_used, at, id, device) > 0;
}

}  // namespace break_glass_store
}  // namespace doorward::portal
