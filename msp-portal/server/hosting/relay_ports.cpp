#include "msp-portal/server/hosting/relay_ports.h"

#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/sign_in_rules.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/stores/app_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "protocol/phone_proof.h"

#include <algorithm>
#include <set>
#include <utility>

namespace doorward::portal {

namespace {

using boost::asio::awaitable;
using namespace protocol;
using relay::PortError;

PortError port_error(Error error) {
    switch (error) {
        case Error::StoreFailed:
            return PortError::Storage;
        case Error::TooManyPhones:
        case Error::KeyTaken:
        case Error::WrongState:
            return PortError::Refused;
        default:
            return PortError::NotFound;
    }
}

template <class Value>
std::expected<Value, PortError> translated(Result<Value> result) {
    if (!result) return std::unexpected(port_error(result.error()));
    if constexpr (std::is_void_v<Value>) {
        return {};
    } else {
        return std::move(*result);
    }
}

PhoneState state_of(KeyState state) {
    return state == KeyState::Active ? PhoneState::Active : PhoneState::WaitingForAcceptance;
}

/// A phone counts while its technician is active and its team in good standing; otherwise it is as if unknown. One that
/// came by an invitation and waits is known, so that it can say so; a waiting phone may nothing else.
Result<relay::KnownPhone> known_phone(platform::Database& database, std::optional<PhoneEntry> phone) {
    if (!phone || phone->state == KeyState::Removed) return std::unexpected(Error::NotFound);
    const auto technician = technician_store::find(database, phone->team_id, phone->technician_id);
    const auto team = team_store::find(database, phone->team_id);
    if (!technician || !team || team->suspended || technician->status != TechnicianStatus::Active ||
        (technician->state != TechnicianState::Activated && phone->state != KeyState::Waiting)) {
        return std::unexpected(Error::NotFound);
    }
    auto passkey = passkey_public_key(phone->record);
    if (!passkey) throw StoreFailure(platform::DatabaseError::Corrupt, "a phone without a good passkey");
    return relay::KnownPhone{.record = std::move(phone->record),
                             .passkey = std::move(*passkey),
                             .sign_count = phone->sign_count,
                             .label = std::move(phone->label),
                             .state = state_of(phone->state),
                             .team = {.id = team->id, .name = team->name},
                             .technician = technician->id,
                             .technician_name = technician->name,
                             .username = technician->username,
                             .email = technician->email};
}

std::string_view event_kind(SignInClosedState end) {
    switch (end) {
        case SignInClosedState::Approved:
            return "approval_given";
        case SignInClosedState::Refused:
            return "approval_refused";
        case SignInClosedState::NotMe:
            return "approval_reported";
        case SignInClosedState::Expired:
            return "approval_expired";
        case SignInClosedState::Cancelled:
            return "approval_cancelled";
    }
    return "approval_expired";
}

AuditOutcome event_outcome(SignInClosedState end) {
    if (end == SignInClosedState::Approved) return AuditOutcome::Success;
    const bool said_no = end == SignInClosedState::Refused || end == SignInClosedState::NotMe;
    return said_no ? AuditOutcome::Refused : AuditOutcome::Noted;
}

Result<void> record_end(UnitOfWork& unit, const EndedRequest& request) {
    if (!app_store::insert_ended(unit, request)) return std::unexpected(Error::WrongState);
    PortalEvent event{.team_id = request.team_id, .kind = event_kind(request.state)};
    event.outcome = event_outcome(request.state);
    event.technician = request.technician_id;
    event.tenant = request.tenant_id;
    event.device = request.device_id;
    event.request_id = request.id;
    if (request.phone_id) {
        event.subject_kind = "phone";
        event.subject_id = request.phone_id->uuid();
    }
    audit_service::record(unit, event);
    return {};
}

}  // namespace

awaitable<std::expected<relay::PairingOffer, PortError>> StorePairings::look_up(crypto::Digest secret_hash) {
    auto read = [secret_hash](platform::Database& database, Timestamp now) -> Result<relay::PairingOffer> {
        auto view = pairing_service::look_up(database, secret_hash, now);
        if (!view) return std::unexpected(view.error());
        return relay::PairingOffer{.id = view->pairing.id,
                                   .team = {.id = view->team.id, .name = view->team.name},
                                   .technician = view->technician.id,
                                   .technician_name = view->technician.name,
                                   .username = view->technician.username,
                                   .serial = view->pairing.serial,
                                   .expires_at = view->pairing.expires_at,
                                   .replaces_phone = view->replaces_phone};
    };
    auto offer = co_await m_store.read(std::move(read));
    co_return translated(std::move(offer));
}

awaitable<std::expected<PhoneState, PortError>> StorePairings::complete(crypto::Digest secret_hash,
                                                                        relay::NewPhone phone) {
    auto write = [secret_hash, phone = std::move(phone)](UnitOfWork& unit) -> Result<PhoneState> {
        auto state = pairing_service::complete(
            unit, secret_hash, {.record = phone.record, .sign_count = phone.sign_count, .label = phone.label});
        if (!state) return std::unexpected(state.error());
        return state_of(*state);
    };
    auto state = co_await m_store.write(std::move(write));
    co_return translated(std::move(state));
}

awaitable<std::expected<relay::KnownPhone, PortError>> StorePhones::by_credential(crypto::Bytes credential_id) {
    auto read = [id = std::move(credential_id)](platform::Database& database, Timestamp) {
        return known_phone(database, technician_store::find_phone_by_credential(database, id));
    };
    auto phone = co_await m_store.read(std::move(read));
    co_return translated(std::move(phone));
}

StorePhones::StorePhones(Store& store)
    : m_store(store),
      m_sessions(
          Remembered<crypto::Digest, Session>::create(store.watches(), {"app_session", "phone", "technician", "team"})),
      m_subscriptions(
          Remembered<TechnicianId, Subscriptions>::create(store.watches(), {"push_subscription", "phone"})) {}

awaitable<std::expected<relay::KnownPhone, PortError>> StorePhones::by_session(crypto::Digest token_hash) {
    if (auto known = m_sessions->find(token_hash);
        known && !app_store::session_needs_touch(known->moved_ahead_at, m_store.now())) {
        co_return std::move(known->phone);
    }
    auto read = [token_hash, sessions = m_sessions](platform::Database& database, Timestamp now) -> Result<Session> {
        const auto session = app_store::find_session(database, token_hash, now);
        if (!session) return std::unexpected(Error::NotFound);
        auto phone = known_phone(database, technician_store::find_phone(database, session->phone));
        if (!phone) return std::unexpected(phone.error());
        Session found{std::move(*phone), session->last_used_at};
        sessions->keep(token_hash, found);
        return found;
    };
    auto found = co_await m_store.read(std::move(read));
    if (!found) co_return std::unexpected(port_error(found.error()));
    if (app_store::session_needs_touch(found->moved_ahead_at, m_store.now())) {
        auto touch = [token_hash](UnitOfWork& unit) -> Result<void> {
            app_store::touch_session(unit, token_hash);
            return {};
        };
        // A session that could not be moved ahead is still good today.
        std::ignore = co_await m_store.write(std::move(touch));
    }
    co_return std::move(found->phone);
}

awaitable<std::expected<void, PortError>> StorePhones::start_session(PhoneId phone, crypto::Digest token_hash) {
    auto write = [phone, token_hash](UnitOfWork& unit) -> Result<void> {
        app_store::insert_session(unit, token_hash, phone);
        return {};
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<void, PortError>> StorePhones::end_session(crypto::Digest token_hash) {
    auto write = [token_hash](UnitOfWork& unit) -> Result<void> {
        app_store::end_session(unit, token_hash);
        return {};
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<void, PortError>> StorePhones::note_sign_count(PhoneId phone, std::uint32_t count) {
    auto write = [phone, count](UnitOfWork& unit) -> Result<void> {
        const auto known = technician_store::find_phone(unit.database, phone);
        if (!known || known->state == KeyState::Removed) return std::unexpected(Error::NotFound);
        if (count < known->sign_count) return std::unexpected(Error::WrongState);
        technician_store::phone_used(unit, phone, count);
        return {};
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<void, PortError>> StorePhones::set_subscription(PhoneId phone,
                                                                        std::optional<PushSubscription> subscription) {
    auto write = [phone, subscription = std::move(subscription)](UnitOfWork& unit) -> Result<void> {
        app_store::set_subscription(unit, phone, subscription);
        return {};
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<void, PortError>> StorePhones::end_subscription(PhoneId phone, PushSubscription subscription) {
    auto write = [phone, subscription = std::move(subscription)](UnitOfWork& unit) -> Result<void> {
        app_store::end_subscription(unit, phone, subscription);
        return {};
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::vector<std::pair<PhoneId, PushSubscription>>> StorePhones::subscriptions(TechnicianId technician) {
    if (auto known = m_subscriptions->find(technician)) co_return std::move(*known);
    auto read = [technician, subscriptions = m_subscriptions](platform::Database& database,
                                                              Timestamp) -> Result<Subscriptions> {
        auto found = app_store::subscriptions_of(database, technician);
        subscriptions->keep(technician, found);
        return found;
    };
    auto found = co_await m_store.read(std::move(read));
    if (!found) co_return Subscriptions();
    co_return std::move(*found);
}

awaitable<std::expected<WorkstationList, PortError>> StoreWorkstations::enterable_by(
    TechnicianId technician, std::optional<crypto::PhoneAgreementPublicKey> phone) {
    auto read = [technician, phone, &key = m_store.codes_key()](platform::Database& database,
                                                                Timestamp now) -> Result<WorkstationList> {
        const auto record = technician_store::find_any(database, technician);
        if (!record) return std::unexpected(Error::NotFound);
        WorkstationList list{.as_of = now, .workstations = {}};
        std::set<TenantId> shared;
        for (auto& item : sign_in_rules::enterable_by(database, record->team_id, technician, now)) {
            if (item.code_scheme == CodeScheme::PerTenant) shared.insert(item.device.tenant_id);
            list.workstations.push_back({.id = item.device.id,
                                         .name = std::move(item.device.name),
                                         .tenant_id = item.device.tenant_id,
                                         .tenant_name = std::move(item.device.tenant_name),
                                         .account = std::move(item.account),
                                         .signing_key = item.device.signing_key,
                                         .agreement_key = item.device.agreement_key,
                                         .code_scheme = item.code_scheme,
                                         .connected = false,
                                         .offline_until = item.device.offline_until});
        }
        for (const auto& tenant : shared) {
            if (!phone) break;
            auto secrets = tenant_code_service::sealed_for_phone(database, key, tenant, *phone, now);
            if (!secrets.empty()) list.tenant_codes.push_back({.tenant_id = tenant, .secrets = std::move(secrets)});
        }
        return list;
    };
    auto list = co_await m_store.read(std::move(read));
    if (!list) co_return std::unexpected(port_error(list.error()));
    for (auto& workstation : list->workstations)
        workstation.connected = m_channels.connected(workstation.id);
    co_return std::move(*list);
}

awaitable<std::expected<void, PortError>> StoreWorkstations::secret_shown(TechnicianId technician,
                                                                          TenantSecretName secret) {
    auto write = [technician, secret](UnitOfWork& unit) -> Result<void> {
        const auto record = technician_store::find_any(unit.database, technician);
        if (!record) return std::unexpected(Error::NotFound);
        const Actor actor{record->team_id, record->id, record->person_id, record->name};
        return tenant_code_service::shown_by_phone(unit, actor, secret);
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<void, PortError>> StoreRecords::approval_ended(relay::Approval approval, SignInClosedState end,
                                                                       std::optional<relay::SignedAnswer> answer) {
    EndedRequest request{.id = approval.id,
                         .team_id = approval.team,
                         .tenant_id = approval.tenant,
                         .device_id = approval.device,
                         .technician_id = approval.technician,
                         .envelope = std::move(approval.envelope),
                         .state = end,
                         .silent = approval.silent,
                         .created_at = approval.created_at,
                         .expires_at = approval.expires_at,
                         .phone_id = std::nullopt,
                         .assertion = std::nullopt};
    if (answer) request.phone_id = answer->phone;
    if (answer) request.assertion = std::move(answer->assertion);
    auto write = [request = std::move(request)](UnitOfWork& unit) { return record_end(unit, request); };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<void, PortError>> StoreRecords::codes_read(TechnicianId technician, PhoneId phone,
                                                                   std::vector<CodeRead> readings) {
    auto write = [technician, phone, readings = std::move(readings)](UnitOfWork& unit) -> Result<void> {
        const auto record = technician_store::find_any(unit.database, technician);
        if (!record) return std::unexpected(Error::NotFound);
        for (const auto& reading : readings) {
            const auto device = device_store::find(unit.database, reading.device_id);
            if (!device || device->team_id != record->team_id) continue;
            if (!app_store::insert_reading(unit, phone, reading)) continue;
            PortalEvent event{.team_id = record->team_id, .kind = "code_read"};
            event.outcome = AuditOutcome::Noted;
            event.technician = technician;
            event.tenant = device->tenant_id;
            event.device = device->id;
            event.subject_kind = "phone";
            event.subject_id = phone.uuid();
            audit_service::record(unit, event);
        }
        return {};
    };
    auto written = co_await m_store.write(std::move(write));
    co_return translated(std::move(written));
}

awaitable<std::expected<ActivityPage, PortError>> StoreRecords::activity(TechnicianId technician,
                                                                         std::optional<std::string> after, int limit) {
    std::optional<EventId> before;
    if (after) {
        before = EventId::parse(*after);
        if (!before) co_return std::unexpected(PortError::NotFound);
    }
    auto read = [technician, before, limit](platform::Database& database, Timestamp) -> Result<ActivityPage> {
        return app_store::activity(database, technician, before, limit);
    };
    auto page = co_await m_store.read(std::move(read));
    co_return translated(std::move(page));
}

}  // namespace doorward::portal
