#include "msp-portal/server/stores/change_store.h"

namespace doorward::portal {

std::string_view to_string(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::RightGrant:
            return "right_grant";
        case ChangeKind::TechnicianEnable:
            return "technician_enable";
        case ChangeKind::TenantOfflineDays:
            return "tenant_offline_days";
        case ChangeKind::TenantLongestSession:
            return "tenant_longest_session";
        case ChangeKind::TenantResume:
            return "tenant_resume";
        case ChangeKind::DeviceResume:
            return "device_resume";
        case ChangeKind::PhonePairing:
            return "phone_pairing";
        case ChangeKind::AdministratorPasskey:
            return "administrator_passkey";
        case ChangeKind::TenantCodeScheme:
            return "tenant_code_scheme";
        case ChangeKind::WorkstationConfirmation:
            return "workstation_confirmation";
        case ChangeKind::DepartmentJoin:
            return "department_join";
        case ChangeKind::DeviceGroupJoin:
            return "device_group_join";
        case ChangeKind::RoleWiden:
            return "role_widen";
        case ChangeKind::PolicyActivate:
            return "policy_activate";
    }
    return "unknown";
}

std::string_view to_string(ChangeState state) {
    switch (state) {
        case ChangeState::Pending:
            return "pending";
        case ChangeState::Accepted:
            return "accepted";
        case ChangeState::Rejected:
            return "rejected";
        case ChangeState::Withdrawn:
            return "withdrawn";
        case ChangeState::AppliedAlone:
            return "applied_alone";
    }
    return "unknown";
}

std::optional<ChangeState> parse_change_state(std::string_view text) {
    for (const auto state : {ChangeState::Pending, ChangeState::Accepted, ChangeState::Rejected, ChangeState::Withdrawn,
                             ChangeState::AppliedAlone}) {
        if (to_string(state) == text) return state;
    }
    return std::nullopt;
}

std::string_view to_string(ChangeSubject subject) {
    switch (subject) {
        case ChangeSubject::Technician:
            return "technician";
        case ChangeSubject::Department:
            return "department";
        case ChangeSubject::Everyone:
            return "everyone";
        case ChangeSubject::Tenant:
            return "tenant";
        case ChangeSubject::Device:
            return "device";
        case ChangeSubject::DeviceGroup:
            return "device_group";
        case ChangeSubject::Role:
            return "role";
        case ChangeSubject::Policy:
            return "policy";
    }
    return "unknown";
}

namespace change_store {

namespace {

using namespace protocol;

constexpr std::string_view k_insert =
    "INSERT INTO change (id, team_id, kind, subject_kind, subject_id, payload, digest, state, author_id, "
    "author_person_id,"
    " created_at, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

#define DOORWARD_CHANGE_COLUMNS                                                                                        \
    "SELECT c.id, c.team_id, c.kind, c.subject_kind, c.subject_id, c.payload, c.digest, c.state, c.author_id, a.name," \
    " c.author_person_id, c.decided_by, d.name, c.reason, c.created_at, c.decided_at"                                  \
    " FROM change c JOIN technician a ON a.id = c.author_id LEFT JOIN technician d ON d.id = c.decided_by "
constexpr std::string_view k_find = DOORWARD_CHANGE_COLUMNS "WHERE c.team_id = ? AND c.id = ?";
constexpr std::string_view k_list = DOORWARD_CHANGE_COLUMNS
    "WHERE c.team_id = ?1 AND (?2 IS NULL OR c.state = ?2) AND (?3 IS NULL OR c.id < ?3) ORDER BY c.id DESC LIMIT ?4";
constexpr std::string_view k_pending_about =
    DOORWARD_CHANGE_COLUMNS "WHERE c.team_id = ? AND c.subject_id = ? AND c.state = 'pending'";
constexpr std::string_view k_pending_of =
    DOORWARD_CHANGE_COLUMNS "WHERE c.team_id = ? AND c.author_id = ? AND c.state = 'pending'";
constexpr std::string_view k_pending =
    DOORWARD_CHANGE_COLUMNS "WHERE c.team_id = ? AND c.state = 'pending' ORDER BY c.id";
#undef DOORWARD_CHANGE_COLUMNS

constexpr std::string_view k_decide =
    "UPDATE change SET state = ?, decided_by = ?, decided_by_person_id = ?, reason = ?, decided_at = ?,"
    " assertion_credential_id = ?, assertion_authenticator_data = ?, assertion_client_data_json = ?,"
    " assertion_signature = ? WHERE id = ? AND state = 'pending'";

ChangeRecord change_of(const sql::Rows& rows) {
    ChangeRecord change{
        rows.id<ChangeId>(0),
        rows.id<TeamId>(1),
        rows.one_of(2, {ChangeKind::RightGrant, ChangeKind::TechnicianEnable, ChangeKind::TenantOfflineDays,
                        ChangeKind::TenantLongestSession, ChangeKind::TenantResume, ChangeKind::DeviceResume,
                        ChangeKind::PhonePairing, ChangeKind::AdministratorPasskey, ChangeKind::TenantCodeScheme,
                        ChangeKind::WorkstationConfirmation, ChangeKind::DepartmentJoin, ChangeKind::DeviceGroupJoin,
                        ChangeKind::RoleWiden, ChangeKind::PolicyActivate}),
        rows.one_of(
            3, {ChangeSubject::Technician, ChangeSubject::Department, ChangeSubject::Everyone, ChangeSubject::Tenant,
                ChangeSubject::Device, ChangeSubject::DeviceGroup, ChangeSubject::Role, ChangeSubject::Policy}),
        rows.optional_id<Uuid>(4),
        rows.body(5),
        rows.fixed<crypto::Digest>(6),
        rows.one_of(7, {ChangeState::Pending, ChangeState::Accepted, ChangeState::Rejected, ChangeState::Withdrawn,
                        ChangeState::AppliedAlone}),
        {rows.id<TechnicianId>(8), rows.text(9)},
        rows.id<PersonId>(10),
        {},
        rows.optional_text(13),
        rows.time(14),
        rows.optional_time(15)};
    if (!rows.is_null(11)) change.decided_by = Named<TechnicianId>{rows.id<TechnicianId>(11), rows.text(12)};
    return change;
}

std::vector<ChangeRecord> all_in(sql::Rows rows) {
    std::vector<ChangeRecord> items;
    while (rows.next())
        items.push_back(change_of(rows));
    return items;
}

}  // namespace

void insert(UnitOfWork& unit, const ChangeRecord& change) {
    sql::execute(unit.database, k_insert, change.id, change.team_id, to_string(change.kind),
                 to_string(change.subject_kind), change.subject_id, crypto::as_bytes(change.payload), change.digest,
                 to_string(change.state), change.author.id, change.author_person_id, change.created_at,
                 change.decided_at);
}

std::optional<ChangeRecord> find(platform::Database& database, const TeamId& team, const ChangeId& id) {
    auto rows = sql::query(database, k_find, team, id);
    if (!rows.next()) return std::nullopt;
    return change_of(rows);
}

Result<void> decide(UnitOfWork& unit, const ChangeId& id, const Decision& decision) {
    const auto part = [&decision](const crypto::Bytes Assertion::* member) {
        return decision.assertion ? std::optional(*decision.assertion.*member) : std::nullopt;
    };
    const auto credential = part(&Assertion::credential_id);
    const auto authenticator_data = part(&Assertion::authenticator_data);
    const auto client_data = part(&Assertion::client_data_json);
    const auto signature = part(&Assertion::signature);
    auto changed =
        unit.database.execute(k_decide, sql::column(to_string(decision.state)), sql::column(decision.by.technician_id),
                              sql::column(decision.by.person_id), sql::column(decision.reason), sql::column(unit.now),
                              sql::column(credential), sql::column(authenticator_data), sql::column(client_data),
                              sql::column(signature), sql::column(id));
    if (!changed && changed.error() == platform::DatabaseError::Constraint) {
        return std::unexpected(Error::NotAnotherPerson);
    }
    if (!changed) sql::fail(unit.database, changed.error());
    if (*changed == 0) return std::unexpected(Error::ChangeDecided);
    return {};
}

Page<ChangeRecord> list(platform::Database& database, const TeamId& team, std::optional<ChangeState> state,
                        const PageRequest& page) {
    const auto after = page.after ? ChangeId::parse(*page.after) : std::nullopt;
    const auto wanted = state ? std::optional(to_string(*state)) : std::nullopt;
    auto items = all_in(sql::query(database, k_list, team, wanted, after, page.limit + 1));
    return make_page(std::move(items), page.limit, [](const ChangeRecord& last) { return last.id.to_string(); });
}

std::vector<ChangeRecord> pending_about(platform::Database& database, const TeamId& team, const Uuid& subject) {
    return all_in(sql::query(database, k_pending_about, team, subject));
}

std::vector<ChangeRecord> pending(platform::Database& database, const TeamId& team) {
    return all_in(sql::query(database, k_pending, team));
}

std::vector<ChangeRecord> pending_of(platform::Database& database, const TeamId& team, const TechnicianId& author) {
    return all_in(sql::query(database, k_pending_of, team, author));
}

}  // namespace change_store
}  // namespace doorward::portal
