#include "msp-portal/server/stores/technician_store.h"

namespace doorward::portal {

std::string_view to_string(KeyState state) {
    switch (state) {
        case KeyState::Waiting:
            return "waiting";
        case KeyState::Active:
            return "active";
        case KeyState::Removed:
            return "removed";
    }
    return "unknown";
}

namespace technician_store {

namespace {

constexpr std::string_view k_insert =
    "INSERT INTO technician (id, team_id, person_id, name, username, email, state, status, created_by, created_at,"
    " activated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_find =
    "SELECT t.id, t.team_id, t.person_id, t.name, t.username, t.email, t.state, t.status, t.status_reason,"
    " t.directory_imported, o.technician_id IS NOT NULL, t.version, t.created_by, t.created_at, t.activated_at"
    " FROM technician t LEFT JOIN owner o ON o.technician_id = t.id WHERE t.id = ?1 AND (?2 IS NULL OR t.team_id = ?2)";
constexpr std::string_view k_list =
    "SELECT t.id, t.team_id, t.person_id, t.name, t.username, t.email, t.state, t.status, t.status_reason,"
    " t.directory_imported, o.technician_id IS NOT NULL, t.version, t.created_by, t.created_at, t.activated_at"
    " FROM technician t LEFT JOIN owner o ON o.technician_id = t.id WHERE t.team_id = ?1"
    " AND (?2 IS NULL OR t.state = ?2) AND (?3 IS NULL OR t.status = ?3)"
    " AND (?4 IS NULL OR t.name LIKE ?4 ESCAPE '\\' OR t.username LIKE ?4 ESCAPE '\\')"
    " AND (?5 IS NULL OR (t.name, t.id) > (?5, ?6)) ORDER BY t.name, t.id LIMIT ?7";
constexpr std::string_view k_update =
    "UPDATE technician SET name = ?, username = ?, email = ?, person_id = ?, state = ?, status = ?, status_reason = ?,"
    " version = ?, activated_at = ? WHERE id = ?";
constexpr std::string_view k_remove = "DELETE FROM technician WHERE id = ? AND state = 'invitation'";
constexpr std::string_view k_remove_memberships = "DELETE FROM department_member WHERE technician_id = ?";
constexpr std::string_view k_remove_phones = "DELETE FROM phone WHERE technician_id = ? AND state = 'removed'";
constexpr std::string_view k_remove_keys = "DELETE FROM admin_passkey WHERE technician_id = ? AND state = 'removed'";
constexpr std::string_view k_all = "SELECT id FROM technician WHERE team_id = ? ORDER BY id";
constexpr std::string_view k_departments =
    "SELECT department_id FROM department_member WHERE technician_id = ? ORDER BY department_id";
constexpr std::string_view k_take_serial =
    "UPDATE technician SET next_phone_serial = next_phone_serial + 1 WHERE id = ? RETURNING next_phone_serial - 1";

constexpr std::string_view k_insert_phone =
    "INSERT INTO phone (id, team_id, technician_id, serial, credential_id, algorithm, public_key, sign_count,"
    " agreement_key, proof_authenticator_data, proof_client_data_json, proof_signature, strength, label, state, "
    "change_id,"
    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_phones =
    "SELECT id, team_id, technician_id, serial, credential_id, algorithm, public_key, sign_count, agreement_key,"
    " proof_authenticator_data, proof_client_data_json, proof_signature, strength, label, state, change_id, created_at,"
    " last_used_at FROM phone WHERE technician_id = ? AND state <> 'removed' ORDER BY serial";
constexpr std::string_view k_phone =
    "SELECT id, team_id, technician_id, serial, credential_id, algorithm, public_key, sign_count, agreement_key,"
    " proof_authenticator_data, proof_client_data_json, proof_signature, strength, label, state, change_id, created_at,"
    " last_used_at FROM phone WHERE id = ? AND state <> 'removed'";
constexpr std::string_view k_phone_by_credential =
    "SELECT id, team_id, technician_id, serial, credential_id, algorithm, public_key, sign_count, agreement_key,"
    " proof_authenticator_data, proof_client_data_json, proof_signature, strength, label, state, change_id, created_at,"
    " last_used_at FROM phone WHERE credential_id = ? AND state <> 'removed'";
constexpr std::string_view k_phone_state =
    "UPDATE phone SET state = ?1, removed_at = CASE WHEN ?1 = 'removed' THEN ?2 END WHERE id = ?3";
constexpr std::string_view k_end_phone_sessions = "DELETE FROM app_session WHERE phone_id = ?";
constexpr std::string_view k_end_phone_push = "DELETE FROM push_subscription WHERE phone_id = ?";
constexpr std::string_view k_phone_used =
    "UPDATE phone SET sign_count = max(sign_count, ?), last_used_at = ? WHERE id = ?";

constexpr std::string_view k_insert_passkey =
    "INSERT INTO admin_passkey (id, team_id, technician_id, credential_id, algorithm, public_key, sign_count, label, "
    "state,"
    " change_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view k_passkeys =
    "SELECT id, team_id, technician_id, credential_id, algorithm, public_key, sign_count, label, state, change_id,"
    " created_at, last_used_at FROM admin_passkey WHERE technician_id = ? AND state <> 'removed' ORDER BY id";
constexpr std::string_view k_passkey =
    "SELECT id, team_id, technician_id, credential_id, algorithm, public_key, sign_count, label, state, change_id,"
    " created_at, last_used_at FROM admin_passkey WHERE id = ? AND state <> 'removed'";
constexpr std::string_view k_passkey_by_credential =
    "SELECT id, team_id, technician_id, credential_id, algorithm, public_key, sign_count, label, state, change_id,"
    " created_at, last_used_at FROM admin_passkey WHERE credential_id = ? AND state <> 'removed'";
constexpr std::string_view k_passkey_state = "UPDATE admin_passkey SET state = ? WHERE id = ?";
constexpr std::string_view k_end_passkey_sessions = "DELETE FROM admin_session WHERE passkey_id = ?";
constexpr std::string_view k_passkey_used =
    "UPDATE admin_passkey SET sign_count = max(sign_count, ?), last_used_at = ? WHERE id = ?";

std::string_view algorithm_text(crypto::PasskeyAlgorithm algorithm) {
    return algorithm == crypto::PasskeyAlgorithm::Es256 ? "es256" : "eddsa";
}

crypto::PasskeyAlgorithm algorithm_of(const sql::Rows& rows, int index) {
    return rows.text(index) == "es256" ? crypto::PasskeyAlgorithm::Es256 : crypto::PasskeyAlgorithm::EdDsa;
}

TechnicianRecord technician_of(const sql::Rows& rows) {
    using namespace protocol;
    return {.id = rows.id<TechnicianId>(0),
            .team_id = rows.id<TeamId>(1),
            .person_id = rows.id<PersonId>(2),
            .name = rows.text(3),
            .username = rows.text(4),
            .email = rows.optional_text(5),
            .state = rows.one_of(6, {TechnicianState::Invitation, TechnicianState::Activated}),
            .status = rows.one_of(7, {TechnicianStatus::Active, TechnicianStatus::Disabled}),
            .status_reason = rows.optional_text(8),
            .directory_imported = rows.boolean(9),
            .owner = rows.boolean(10),
            .version = rows.integer(11),
            .created_by = rows.optional_id<TechnicianId>(12),
            .created_at = rows.time(13),
            .activated_at = rows.optional_time(14)};
}

PhoneEntry phone_of(const sql::Rows& rows) {
    using namespace protocol;
    return {.record = {.id = rows.id<PhoneId>(0),
                       .serial = static_cast<std::uint32_t>(rows.integer(3)),
                       .credential_id = rows.bytes(4),
                       .algorithm = algorithm_of(rows, 5),
                       .public_key = rows.bytes(6),
                       .agreement_key = rows.fixed<crypto::PhoneAgreementPublicKey>(8),
                       .proof = {rows.bytes(9), rows.bytes(10), rows.bytes(11)},
                       .strength = rows.one_of(
                           12, {PhoneStrength::DeviceBound, PhoneStrength::Synced, PhoneStrength::WithoutPrf})},
            .technician_id = rows.id<TechnicianId>(2),
            .team_id = rows.id<TeamId>(1),
            .sign_count = static_cast<std::uint32_t>(rows.integer(7)),
            .label = rows.text(13),
            .state = rows.one_of(14, {KeyState::Waiting, KeyState::Active}),
            .change_id = rows.optional_id<ChangeId>(15),
            .created_at = rows.time(16),
            .last_used_at = rows.optional_time(17)};
}

AdminPasskey passkey_of(const sql::Rows& rows) {
    using namespace protocol;
    return {.id = rows.id<AdminPasskeyId>(0),
            .team_id = rows.id<TeamId>(1),
            .technician_id = rows.id<TechnicianId>(2),
            .credential_id = rows.bytes(3),
            .algorithm = algorithm_of(rows, 4),
            .public_key = rows.bytes(5),
            .sign_count = static_cast<std::uint32_t>(rows.integer(6)),
            .label = rows.text(7),
            .state = rows.one_of(8, {KeyState::Waiting, KeyState::Active}),
            .change_id = rows.optional_id<ChangeId>(9),
            .created_at = rows.time(10),
            .last_used_at = rows.optional_time(11)};
}

template <class Record, class Read>
std::optional<Record> first(sql::Rows rows, Read read) {
    if (!rows.next()) return std::nullopt;
    return read(rows);
}

}  // namespace

Result<void> insert(UnitOfWork& unit, const TechnicianRecord& technician) {
    if (!sql::try_execute(unit.database, k_insert, technician.id, technician.team_id, technician.person_id,
                          technician.name, technician.username, technician.email, to_string(technician.state),
                          to_string(technician.status), technician.created_by, technician.created_at,
                          technician.activated_at)) {
        return std::unexpected(Error::UsernameTaken);
    }
    return {};
}

std::optional<TechnicianRecord> find(platform::Database& database, const protocol::TeamId& team,
                                     const protocol::TechnicianId& id) {
    return first<TechnicianRecord>(sql::query(database, k_find, id, team), technician_of);
}

std::optional<TechnicianRecord> find_any(platform::Database& database, const protocol::TechnicianId& id) {
    return first<TechnicianRecord>(sql::query(database, k_find, id, nullptr), technician_of);
}

Result<void> update(UnitOfWork& unit, const TechnicianRecord& technician) {
    if (!sql::try_execute(unit.database, k_update, technician.name, technician.username, technician.email,
                          technician.person_id, to_string(technician.state), to_string(technician.status),
                          technician.status_reason, technician.version, technician.activated_at, technician.id)) {
        return std::unexpected(Error::UsernameTaken);
    }
    return {};
}

void remove_invited(UnitOfWork& unit, const protocol::TechnicianId& id) {
    sql::execute(unit.database, k_remove_memberships, id);
    sql::execute(unit.database, k_remove_phones, id);
    sql::execute(unit.database, k_remove_keys, id);
    sql::execute(unit.database, k_remove, id);
}

Page<TechnicianRecord> list(platform::Database& database, const protocol::TeamId& team, const TechnicianFilter& filter,
                            const PageRequest& page) {
    const auto pattern = filter.search ? std::optional(like_pattern(*filter.search)) : std::nullopt;
    const auto state = filter.state ? std::optional(to_string(*filter.state)) : std::nullopt;
    const auto status = filter.status ? std::optional(to_string(*filter.status)) : std::nullopt;
    const auto cursor = page.after ? NameCursor::parse(*page.after) : std::nullopt;
    const auto name = cursor ? std::optional(cursor->name) : std::nullopt;
    const auto id = cursor ? std::optional(cursor->id) : std::nullopt;
    std::vector<TechnicianRecord> items;
    auto rows = sql::query(database, k_list, team, state, status, pattern, name, id, page.limit + 1);
    while (rows.next())
        items.push_back(technician_of(rows));
    return make_page(std::move(items), page.limit, [](const TechnicianRecord& last) {
        const auto bytes = last.id.bytes();
        return NameCursor{last.name, {bytes.begin(), bytes.end()}}.format();
    });
}

std::vector<protocol::TechnicianId> all_of_team(platform::Database& database, const protocol::TeamId& team) {
    std::vector<protocol::TechnicianId> found;
    auto rows = sql::query(database, k_all, team);
    while (rows.next())
        found.push_back(rows.id<protocol::TechnicianId>(0));
    return found;
}

std::vector<protocol::DepartmentId> departments_of(platform::Database& database, const protocol::TechnicianId& id) {
    std::vector<protocol::DepartmentId> found;
    auto rows = sql::query(database, k_departments, id);
    while (rows.next())
        found.push_back(rows.id<protocol::DepartmentId>(0));
    return found;
}

std::uint32_t take_phone_serial(UnitOfWork& unit, const protocol::TechnicianId& id) {
    return static_cast<std::uint32_t>(sql::number(unit.database, k_take_serial, id));
}

Result<void> insert_phone(UnitOfWork& unit, const PhoneEntry& phone) {
    const auto& record = phone.record;
    if (!sql::try_execute(unit.database, k_insert_phone, record.id, phone.team_id, phone.technician_id, record.serial,
                          record.credential_id, algorithm_text(record.algorithm), record.public_key, phone.sign_count,
                          record.agreement_key, record.proof.authenticator_data, record.proof.client_data_json,
                          record.proof.signature, to_string(record.strength), phone.label, to_string(phone.state),
                          phone.change_id, phone.created_at)) {
        return std::unexpected(Error::KeyTaken);
    }
    return {};
}

std::vector<PhoneEntry> phones_of(platform::Database& database, const protocol::TechnicianId& id) {
    std::vector<PhoneEntry> phones;
    auto rows = sql::query(database, k_phones, id);
    while (rows.next())
        phones.push_back(phone_of(rows));
    return phones;
}

std::optional<PhoneEntry> find_phone(platform::Database& database, const protocol::PhoneId& id) {
    return first<PhoneEntry>(sql::query(database, k_phone, id), phone_of);
}

std::optional<PhoneEntry> find_phone_by_credential(platform::Database& database, crypto::ByteView credential_id) {
    return first<PhoneEntry>(sql::query(database, k_phone_by_credential, credential_id), phone_of);
}

void set_phone_state(UnitOfWork& unit, const protocol::PhoneId& id, KeyState state) {
    sql::execute(unit.database, k_phone_state, to_string(state), unit.now, id);
    if (state == KeyState::Removed) {
        sql::execute(unit.database, k_end_phone_sessions, id);
        sql::execute(unit.database, k_end_phone_push, id);
    }
}

void phone_used(UnitOfWork& unit, const protocol::PhoneId& id, std::uint32_t sign_count) {
    sql::execute(unit.database, k_phone_used, sign_count, unit.now, id);
}

Result<void> insert_passkey(UnitOfWork& unit, const AdminPasskey& passkey) {
    if (!sql::try_execute(unit.database, k_insert_passkey, passkey.id, passkey.team_id, passkey.technician_id,
                          passkey.credential_id, algorithm_text(passkey.algorithm), passkey.public_key,
                          passkey.sign_count, passkey.label, to_string(passkey.state), passkey.change_id,
                          passkey.created_at)) {
        return std::unexpected(Error::KeyTaken);
    }
    return {};
}

std::vector<AdminPasskey> passkeys_of(platform::Database& database, const protocol::TechnicianId& id) {
    std::vector<AdminPasskey> passkeys;
    auto rows = sql::query(database, k_passkeys, id);
    while (rows.next())
        passkeys.push_back(passkey_of(rows));
    return passkeys;
}

std::optional<AdminPasskey> find_passkey(platform::Database& database, const AdminPasskeyId& id) {
    return first<AdminPasskey>(sql::query(database, k_passkey, id), passkey_of);
}

std::optional<AdminPasskey> find_passkey_by_credential(platform::Database& database, crypto::ByteView credential_id) {
    return first<AdminPasskey>(sql::query(database, k_passkey_by_credential, credential_id), passkey_of);
}

void set_passkey_state(UnitOfWork& unit, const AdminPasskeyId& id, KeyState state) {
    sql::execute(unit.database, k_passkey_state, to_string(state), id);
    if (state != KeyState::Removed) return;
    sql::execute(unit.database, k_end_passkey_sessions, id);
    unit.effects.admin_sessions_changed = true;
}

void passkey_used(UnitOfWork& unit, const AdminPasskeyId& id, std::uint32_t sign_count) {
    sql::execute(unit.database, k_passkey_used, sign_count, unit.now, id);
}

}  // namespace technician_store
}  // namespace doorward::portal
