#include "msp-portal/server/services/break_glass_service.h"
#include "msp-portal/server/stores/outbox_store.h"
#include "msp-portal/server/stores/restore_store.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <map>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;

namespace {

// Two administrators with agreement keys, and a workstation whose key is known.
struct GlassWorld : PortalWorld {
    GlassWorld()
        : ada(administrator(*owner, *owner, "ada", "ada@example.com")), customer(tenant(*owner, "Customer-1")) {
        must([&](UnitOfWork& unit) -> Result<DeviceId> {
            const auto created = device_service::create_token(unit, *owner, deployment, customer.id(), {});
            const auto enrolled =
                device_service::enrol(unit, {enrolment_secret_hash(EnrolmentToken::parse(created->token)->secret),
                                             device_key.public_key(),
                                             crypto::DeviceAgreementKey::generate().public_key(),
                                             "W11-L",
                                             "Debian 12",
                                             DeviceKind::NonDomain,
                                             {}});
            device_id = enrolled->id;
            return enrolled->id;
        });
        register_key(*owner);
        register_key(ada);
    }

    Result<void> try_register(const Actor& actor, const CustodianPublicKey& key, const Assertion& proof) {
        return write(
            [&](UnitOfWork& unit) { return break_glass_service::register_key(unit, actor, deployment, key, proof); });
    }
    void register_key(const Actor& actor) {
        const auto key = CustodianKey::generate().public_key();
        agreement.insert_or_assign(actor.technician_id, key);
        const auto challenge = custodian_key_challenge(actor.team_id, actor.technician_id, key);
        if (!try_register(actor, key, assertion(key_of(actor), challenge))) throw std::runtime_error("not registered");
    }
    Result<BreakGlassRecord> order(const Actor& first, const Actor& second) {
        return write([&](UnitOfWork& unit) {
            return break_glass_service::order(unit, *owner, *device_id, {first.technician_id, second.technician_id});
        });
    }
    std::optional<SignedEnvelope> open_order() {
        return look([&](platform::Database& database) {
            return break_glass_service::open_order(database, deployment, *device_id, signing, store->now());
        });
    }
    DeviceRecord device() {
        return look([&](platform::Database& database) { return *device_store::find(database, *device_id); });
    }
    std::optional<BreakGlassRecord> latest() {
        return look([&](platform::Database& database) { return break_glass_store::latest(database, *device_id); });
    }
    BreakGlassCode code_for(const BreakGlassOrder& order) {
        const auto half = [&](std::size_t at) {
            return SealedHalf{order.custodians.at(at).technician_id, order.custodians.at(at).agreement_key,
                              crypto::Bytes(74, 1)};
        };
        return {.id = order.id, .device_id = *device_id, .made_at = store->now(), .halves = {half(0), half(1)}};
    }
    Result<void> answer(const BreakGlassCode& code) { return answer(code, device_key); }
    Result<void> answer(const BreakGlassCode& code, const crypto::DeviceSigningKey& key) {
        const auto envelope = sign_envelope(key, crypto::Purpose::BreakGlassCode, encode_break_glass_code(code));
        return write([&](UnitOfWork& unit) { return break_glass_service::answered(unit, device(unit), envelope); });
    }
    DeviceRecord device(UnitOfWork& unit) { return *device_store::find(unit.database, *device_id); }
    BreakGlassOrder must_order() {
        if (!order(*owner, ada)) throw std::runtime_error("not ordered");
        return decode_break_glass_order(open_order()->body).value();
    }
    void notice(const std::vector<AuditEvent>& events) {
        std::vector<std::string> bodies;
        for (const auto& event : events)
            bodies.push_back(encode_audit_event(event));
        must([&](UnitOfWork& unit) -> Result<bool> {
            break_glass_service::notice(unit, deployment, device(unit), bodies);
            return true;
        });
    }
    AuditEvent use_of(const BreakGlassId& id) {
        return {.id = EventId::make(store->now(), crypto::random_array<10>()),
                .sequence = 1,
                .previous_hash = empty_chain().hash,
                .at = store->now(),
                .clock_trusted = true,
                .kind = AuditKind::BreakGlass,
                .outcome = AuditOutcome::Success,
                .reason = {},
                .tenant_id = customer.id(),
                .device_id = *device_id,
                .technician_id = {},
                .account = "doorward_break_glass",
                .session_id = {},
                .request_id = RequestId(id.uuid()),
                .service = {},
                .terminal = {},
                .remote_host = {},
                .ticket = {},
                .count = 1,
                .duration_ms = {}};
    }
    std::int64_t mails() {
        return look([](platform::Database& database) {
            return sql::number(database, "SELECT count(*) FROM mail_outbox WHERE subject LIKE '%reak-glass%'");
        });
    }

    crypto::DeviceSigningKey device_key = crypto::DeviceSigningKey::generate();
    Actor ada;
    TenantRecord customer;
    std::optional<DeviceId> device_id;
    std::map<TechnicianId, CustodianPublicKey> agreement;
};

}  // namespace

TEST_CASE("an order names two administrators whose passkeys vouch for their keys", "[portal][break_glass]") {
    GlassWorld world;
    CHECK_FALSE(world.open_order());
    const auto order = world.must_order();
    const auto envelope = world.open_order();
    REQUIRE(envelope);
    CHECK(verify_envelope(world.signing.public_key(), crypto::Purpose::BreakGlassOrder, *envelope));
    CHECK(order.device_id == world.device_id);
    CHECK(order.team_id == world.owner->team_id);
    CHECK(verify_custodians(order));
    CHECK(order.custodians[0].technician_id == world.owner->technician_id);
    CHECK(order.custodians[1].agreement_key == world.agreement.at(world.ada.technician_id));
}

TEST_CASE("a key is registered by the passkey it comes from and for oneself only", "[portal][break_glass]") {
    GlassWorld world;
    const auto key = CustodianKey::generate().public_key();
    const auto challenge = custodian_key_challenge(world.owner->team_id, world.owner->technician_id, key);
    const auto own = world.assertion(world.owner_key, challenge);
    CHECK(world.try_register(world.ada, key, own).error() == Error::CeremonyRefused);
    CHECK(world.try_register(*world.owner, CustodianKey::generate().public_key(), own).error() ==
          Error::CeremonyRefused);
    const auto by_ada = world.assertion(world.key_of(world.ada), challenge);
    CHECK(world.try_register(*world.owner, key, by_ada).error() == Error::CeremonyRefused);
    CHECK(world.try_register(*world.owner, key, own));
    const auto again = world.assertion(world.key_of(world.ada),
                                       custodian_key_challenge(world.ada.team_id, world.ada.technician_id, key));
    CHECK(world.try_register(world.ada, key, again).error() == Error::KeyTaken);
}

TEST_CASE("both halves go to two people of this team who administer it and have keys", "[portal][break_glass]") {
    GlassWorld world;
    CHECK_FALSE(world.order(*world.owner, *world.owner));
    const auto twin = world.administrator(*world.owner, world.ada, "twin", "ada+second@example.com");
    CHECK(world.order(world.ada, twin).error() == Error::WrongState);
    world.register_key(twin);
    CHECK(world.order(world.ada, twin).error() == Error::NotAnotherPerson);
    const auto nik = world.technician(*world.owner, "nik");
    CHECK(world.order(*world.owner, nik).error() == Error::WrongState);
    const auto stranger = world.other_team("Other team");
    world.register_key(stranger);
    CHECK(world.order(*world.owner, stranger).error() == Error::WrongState);
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return break_glass_service::order(unit, stranger, *world.device_id,
                                                    {world.owner->technician_id, world.ada.technician_id});
              })
              .error() == Error::NotFound);
    CHECK_FALSE(world.open_order());
    CHECK(world.order(*world.owner, world.ada));
    CHECK(world.open_order());
    REQUIRE(world.write([&](UnitOfWork& unit) {
        return technician_service::disable(unit, *world.owner, world.ada.technician_id, "left");
    }));
    CHECK(world.order(*world.owner, world.ada).error() == Error::WrongState);
    // The workstation was away when it was ordered.
    CHECK_FALSE(world.open_order());
}

TEST_CASE("no code is ordered before a restored portal is accepted", "[portal][break_glass][restore]") {
    GlassWorld world;
    world.must([](UnitOfWork& unit) -> Result<bool> {
        restore_store::begin(unit);
        return true;
    });
    CHECK(world.order(*world.owner, world.ada).error() == Error::AwaitsAcceptance);
    CHECK_FALSE(world.latest());
}

TEST_CASE("the answer is taken from that workstation, for the order that waits, once", "[portal][break_glass]") {
    GlassWorld world;
    const auto old = world.must_order();
    const auto order = world.must_order();
    REQUIRE(world.latest()->id == order.id);
    CHECK(world.answer(world.code_for(order), crypto::DeviceSigningKey::generate()).error() == Error::Malformed);
    auto wrong = world.code_for(order);
    std::swap(wrong.halves[0], wrong.halves[1]);
    CHECK(world.answer(wrong).error() == Error::Malformed);
    wrong = world.code_for(order);
    wrong.halves[1].agreement_key = CustodianKey::generate().public_key();
    CHECK(world.answer(wrong).error() == Error::Malformed);
    CHECK(world.answer(world.code_for(old)));
    CHECK(world.latest()->state == BreakGlassState::Ordered);
    CHECK(world.answer(world.code_for(order)));
    CHECK(world.latest()->state == BreakGlassState::Ready);
    CHECK_FALSE(world.open_order());
    const auto kept = world.latest()->answer;
    auto later = world.code_for(order);
    later.made_at = {1};
    CHECK(world.answer(later));
    CHECK(world.latest()->answer == kept);
}

TEST_CASE("a code that was used is told to every administrator by mail, once", "[portal][break_glass]") {
    GlassWorld world;
    world.deployment.mail = true;
    const auto order = world.must_order();
    REQUIRE(world.answer(world.code_for(order)));
    auto refused = world.use_of(order.id);
    refused.outcome = AuditOutcome::Refused;
    world.notice({refused, world.use_of(BreakGlassId::make(world.store->now(), crypto::random_array<10>()))});
    CHECK(world.latest()->state == BreakGlassState::Ready);
    CHECK(world.mails() == 0);
    world.notice({world.use_of(order.id)});
    CHECK(world.latest()->state == BreakGlassState::Used);
    CHECK(world.latest()->used_at);
    const auto sent = world.mails();
    CHECK(sent >= 1);
    world.notice({world.use_of(order.id)});
    CHECK(world.mails() == sent);
    CHECK_FALSE(world.open_order());
}
