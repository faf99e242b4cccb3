// Codes of tenants that have one secret for all: who may have it, and when another takes its place.
#include "protocol/tenant_code.h"

#include "msp-portal/server/services/account_switch_service.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/roster_service.h"
#include "msp-portal/server/services/sign_in_rules.h"
#include "msp-portal/server/services/team_service.h"
#include "msp-portal/server/services/tenant_code_service.h"
#include "msp-portal/server/stores/roster_store.h"
#include "msp-portal/server/stores/technician_store.h"
#include "protocol/roster.h"
#include "protocol/roster_head.h"
#include "tests/msp-portal/chain_writer.h"
#include "tests/msp-portal/portal_world.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::ChainWriter;
using doorward::tests::PortalWorld;
using tenant_code_service::Handover;
using tenant_code_service::MayRead;

namespace {

/// A workstation whose own key the test has.
struct Machine {
    crypto::DeviceAgreementKey key = crypto::DeviceAgreementKey::generate();
    std::optional<DeviceRecord> device;
};

struct CodesWorld {
    CodesWorld() : tenant(world.tenant(owner(), "Customer-1").id()), nik(world.technician(owner(), "nik")) {
        first = machine("W11-L");
        second = machine("W12-L");
        world.grant(owner(), nik.technician_id, tenant);
        activate(nik);
    }
    [[nodiscard]] const Actor& owner() const { return *world.owner; }
    Machine machine(const std::string& name) {
        Machine made;
        made.device = world.must([&](UnitOfWork& unit) -> Result<DeviceRecord> {
            const auto created = device_service::create_token(unit, owner(), world.deployment, tenant, {});
            const auto token = EnrolmentToken::parse(created->token);
            return device_service::enrol(unit, {enrolment_secret_hash(token->secret),
                                                crypto::DeviceSigningKey::generate().public_key(),
                                                made.key.public_key(),
                                                name,
                                                "Debian 12",
                                                DeviceKind::NonDomain,
                                                {}});
        });
        return made;
    }
    /// As if a phone had been paired.
    void activate(const Actor& technician) {
        REQUIRE(world.write([&](UnitOfWork& unit) -> Result<void> {
            auto record = *technician_store::find(unit.database, owner().team_id, technician.technician_id);
            record.state = TechnicianState::Activated;
            ++record.version;
            if (auto updated = technician_store::update(unit, record); !updated) return updated;
            roster_service::technician_changed(unit, owner().team_id, technician.technician_id);
            return {};
        }));
    }
    [[nodiscard]] TenantRecord found() {
        return world.look(
            [&](platform::Database& database) { return *tenant_store::find(database, owner().team_id, tenant); });
    }
    account_switch_service::Applied switch_codes(CodeScheme scheme) {
        const auto record = found();
        return world.must([&](UnitOfWork& unit) {
            return account_switch_service::apply(unit, owner(), {tenant, record.version}, {record.wish, scheme});
        });
    }
    Result<ChangeRecord> confirm(const std::vector<DeviceId>& devices) {
        return world.write([&](UnitOfWork& unit) {
            return tenant_code_service::propose_confirmation(unit, owner(), tenant, devices);
        });
    }
    /// Per tenant, both workstations confirmed, by an owner alone.
    void share() {
        switch_codes(CodeScheme::PerTenant);
        REQUIRE(confirm({first.device->id, second.device->id}));
    }
    [[nodiscard]] tenant_code_service::State state(const Actor& actor) {
        return world.look([&](platform::Database& database) {
            return *tenant_code_service::state(database, actor, tenant, {world.clock.wall});
        });
    }
    [[nodiscard]] std::optional<DeviceCodesDocument> document(const Machine& machine) {
        const auto stored = world.look([&](platform::Database& database) {
            return roster_store::find(database, tenant, document_id(DeviceCodesId(machine.device->id.uuid())));
        });
        if (!stored) return std::nullopt;
        return std::get<DeviceCodesDocument>(decode_document(stored->id, stored->body).value());
    }
    [[nodiscard]] crypto::TenantTotpSecret secret_at(const Machine& machine, std::size_t which = 0) {
        const auto codes = document(machine);
        REQUIRE(codes);
        const auto& sealed = codes->secrets.at(which);
        return open_tenant_secret(machine.key, {tenant, sealed.id}, sealed.sealed).value();
    }
    Result<void> replace(Handover handover) {
        return world.write(
            [&](UnitOfWork& unit) { return tenant_code_service::replace(unit, owner(), tenant, handover); });
    }
    [[nodiscard]] std::vector<CodeScheme> schemes_on_the_phone_of(const Actor& technician) {
        return world.look([&](platform::Database& database) {
            std::vector<CodeScheme> schemes;
            for (const auto& item :
                 sign_in_rules::enterable_by(database, owner().team_id, technician.technician_id, {world.clock.wall})) {
                schemes.push_back(item.code_scheme);
            }
            return schemes;
        });
    }
    [[nodiscard]] std::vector<AuditRecord> events(std::string_view kind) {
        AuditFilter filter;
        filter.kind = std::string(kind);
        return world.look([&](platform::Database& database) {
            return audit_store::list(database, owner().team_id, filter, {std::nullopt, 50}).items;
        });
    }

    PortalWorld world;
    TenantId tenant;
    Actor nik;
    Machine first;
    Machine second;
};

}  // namespace

TEST_CASE("codes that become weaker are a change of two people, and back is one's own", "[portal][codes]") {
    CodesWorld test;
    const auto ada = test.world.administrator(test.owner(), test.owner(), "ada");
    const auto version = test.found().version;
    const auto wished = test.switch_codes(CodeScheme::PerTenant);
    REQUIRE(wished.change);
    CHECK(wished.change->state == ChangeState::Pending);
    CHECK(wished.change->kind == ChangeKind::TenantCodeScheme);
    CHECK(test.found().document.code_scheme == CodeScheme::PerMachine);
    CHECK(test.found().version == version);
    CHECK(test.state(test.owner()).secrets.empty());
    CHECK(test.confirm({test.first.device->id}).error() == Error::WrongState);
    CHECK(test.world.accept(test.owner(), *wished.change).error() == Error::NotAnotherPerson);

    test.world.must_accept(ada, *wished.change);
    CHECK(test.found().document.code_scheme == CodeScheme::PerTenant);
    CHECK(test.state(test.owner()).secrets.size() == 1);
    CHECK(test.events("tenant_codes_switched").size() == 1);
    // Nobody has it yet, so nothing is weaker yet.
    CHECK_FALSE(test.document(test.first));
    CHECK(test.schemes_on_the_phone_of(test.nik) == std::vector{CodeScheme::PerMachine, CodeScheme::PerMachine});

    const auto back = test.switch_codes(CodeScheme::PerMachine);
    CHECK_FALSE(back.change);
    CHECK(test.found().document.code_scheme == CodeScheme::PerMachine);
    CHECK(test.state(test.owner()).secrets.empty());
}

TEST_CASE("an accepted switch that no longer fits does nothing", "[portal][codes]") {
    CodesWorld test;
    const auto ada = test.world.administrator(test.owner(), test.owner(), "ada");
    const auto one = test.switch_codes(CodeScheme::PerTenant).change;
    const auto two = test.switch_codes(CodeScheme::PerTenant).change;
    test.world.must_accept(ada, *one);
    CHECK(test.world.accept(ada, *two).error() == Error::ChangeOutdated);
    const auto confirmation = test.confirm({test.first.device->id});
    REQUIRE(confirmation);
    test.switch_codes(CodeScheme::PerMachine);
    CHECK(test.world.accept(ada, *confirmation).error() == Error::ChangeOutdated);
    CHECK_FALSE(test.document(test.first));
}

TEST_CASE("only a confirmed workstation gets the secret, sealed to its own key and to nobody else", "[portal][codes]") {
    CodesWorld test;
    const auto ada = test.world.administrator(test.owner(), test.owner(), "ada");
    test.world.must_accept(ada, *test.switch_codes(CodeScheme::PerTenant).change);
    const auto change = test.confirm({test.first.device->id});
    REQUIRE(change);
    CHECK(change->state == ChangeState::Pending);
    CHECK_FALSE(test.document(test.first));
    CHECK(test.world.accept(test.owner(), *change).error() == Error::NotAnotherPerson);
    test.world.must_accept(ada, *change);

    CHECK(test.secret_at(test.first) == test.secret_at(test.first));
    CHECK_FALSE(test.document(test.second));
    const auto codes = test.document(test.first);
    CHECK_FALSE(
        open_tenant_secret(test.second.key, {test.tenant, codes->secrets.front().id}, codes->secrets.front().sealed));
    CHECK(test.schemes_on_the_phone_of(test.nik) == std::vector{CodeScheme::PerTenant, CodeScheme::PerMachine});
    CHECK(test.events("workstation_confirmed").size() == 1);
    // A second time there is nothing to confirm; and another team's is not there.
    CHECK(test.confirm({test.first.device->id}).error() == Error::WrongState);
    const auto stranger = test.world.other_team("Other team");
    const auto foreign = test.world.write([&](UnitOfWork& unit) {
        return tenant_code_service::propose_confirmation(unit, stranger, test.tenant, {test.second.device->id});
    });
    CHECK(foreign.error() == Error::NotFound);
    const auto elsewhere = test.world.device(test.owner(), test.world.tenant(test.owner(), "Customer-2").id(), "W1");
    CHECK(test.confirm({elsewhere.id}).error() == Error::NotFound);
}

TEST_CASE("each workstation is sent its own codes and no other's", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const auto sync = test.world.look([&](platform::Database& database) {
        return *roster_service::sync(database, test.first.device->id, 0, {test.world.clock.wall},
                                     {test.world.signing, std::nullopt});
    });
    std::vector<DocumentId> codes;
    for (const auto& document : sync.changes.documents) {
        if (document.id.kind == DocumentKind::DeviceCodes) codes.push_back(document.id);
    }
    REQUIRE(codes.size() == 1);
    CHECK(codes.front().uuid == test.first.device->id.uuid());
    // What is signed is what was sent.
    const auto head = decode_roster_head(sync.head.body);
    REQUIRE(head);
    CHECK(head->state_hash == roster_state_hash(sync.changes.documents));
}

TEST_CASE("a new secret takes the old one's place after the overlap that is stated", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const auto old = test.secret_at(test.first);
    REQUIRE(test.replace(Handover::WithOverlap));
    const auto ends_at = Timestamp{test.world.clock.wall} + tenant_code_service::k_overlap;
    for (const auto* machine : {&test.first, &test.second}) {
        const auto codes = test.document(*machine);
        REQUIRE(codes->secrets.size() == 2);
        CHECK_FALSE(codes->secrets[0].ends_at);
        CHECK(codes->secrets[1].ends_at == ends_at);
        CHECK(test.secret_at(*machine, 1) == old);
        CHECK_FALSE(test.secret_at(*machine, 0) == old);
    }
    CHECK(test.secret_at(test.first) == test.secret_at(test.second));
    CHECK(test.state(test.owner()).secrets.size() == 2);
    // A second one in between leaves one old secret, never two.
    REQUIRE(test.replace(Handover::WithOverlap));
    CHECK(test.document(test.first)->secrets.size() == 2);
    CHECK_FALSE(test.secret_at(test.first, 1) == old);
    test.world.clock.advance(tenant_code_service::k_overlap);
    CHECK(test.state(test.owner()).secrets.size() == 1);
    CHECK(test.events("tenant_code_replaced").size() == 2);
}

TEST_CASE("whoever is taken away replaces the secret at once, without overlap", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const auto old = test.secret_at(test.first);
    std::string reason = "technician_left";
    bool first_stays = true;
    SECTION("disabled") {
        test.world.must([&](UnitOfWork& unit) {
            return technician_service::disable(unit, test.owner(), test.nik.technician_id, "left");
        });
    }
    SECTION("without a right") {
        const auto rights = test.world.look([&](platform::Database& database) {
            return right_store::of_technician(database, test.owner().team_id, test.nik.technician_id);
        });
        REQUIRE(rights.size() == 1);
        REQUIRE(test.world.write(
            [&](UnitOfWork& unit) { return right_service::revoke(unit, test.owner(), rights.front().id()); }));
    }
    SECTION("a workstation that is removed") {
        REQUIRE(test.world.write(
            [&](UnitOfWork& unit) { return device_service::remove(unit, test.owner(), test.first.device->id); }));
        reason = "workstation_left";
        first_stays = false;
    }
    SECTION("a workstation that is suspended") {
        test.world.must(
            [&](UnitOfWork& unit) { return device_service::suspend(unit, test.owner(), test.first.device->id); });
        reason = "workstation_left";
        first_stays = false;
    }
    SECTION("a workstation that is quarantined") {
        test.world.must([&](UnitOfWork& unit) {
            return device_service::quarantine(unit, test.first.device->id, QuarantineReason::SecondMachine);
        });
        reason = "workstation_left";
        first_stays = false;
    }
    SECTION("by an administrator, at once") {
        REQUIRE(test.replace(Handover::AtOnce));
        reason = "by_administrator";
    }
    SECTION("after a restore nobody knows who was") {
        REQUIRE(test.world.write([&](UnitOfWork& unit) -> Result<void> {
            tenant_code_service::replace_everywhere(unit, test.owner().team_id);
            return {};
        }));
        reason = "portal_restored";
    }
    CHECK(test.document(test.second)->secrets.size() == 1);
    CHECK_FALSE(test.secret_at(test.second) == old);
    CHECK(test.document(test.first).has_value() == first_stays);
    const auto replaced = test.events("tenant_code_replaced");
    REQUIRE(replaced.size() == 1);
    CHECK(replaced.front().reason == reason);
}

TEST_CASE("a right that ends by its own date replaces the secret at once, once", "[portal][codes]") {
    CodesWorld test;
    const auto eva = test.world.technician(test.owner(), "eva");
    const Timestamp end{test.world.clock.wall + std::chrono::milliseconds(std::chrono::hours(1)).count()};
    test.world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, test.owner(),
                                    {eva.technician_id, test.tenant, tests::full_device_access(), std::nullopt, end});
    });
    test.activate(eva);
    const auto elsewhere = test.world.tenant(test.owner(), "Customer-2").id();
    test.share();
    const auto old = test.secret_at(test.first);
    const auto sweep = [&] {
        REQUIRE(test.world.write([&](UnitOfWork& unit) -> Result<void> {
            tenant_code_service::replace_where_rights_ended(unit);
            return {};
        }));
    };
    const auto read = [&](const Actor& actor) {
        return test.world.write([&](UnitOfWork& unit) { return tenant_code_service::read(unit, actor, test.tenant); });
    };
    CHECK(test.state(eva).may_read == MayRead::Yes);
    sweep();
    CHECK(test.secret_at(test.first) == old);
    test.world.clock.advance(std::chrono::hours(1));
    // Before anybody swept, it is shown no more.
    CHECK(test.state(eva).may_read == MayRead::NoRight);
    CHECK(read(eva).error() == Error::Forbidden);
    sweep();
    const auto fresh = test.secret_at(test.first);
    CHECK_FALSE(fresh == old);
    CHECK(test.document(test.second)->secrets.size() == 1);
    sweep();
    test.world.clock.advance(std::chrono::hours(1));
    sweep();
    CHECK(test.secret_at(test.first) == fresh);
    const auto replaced = test.events("tenant_code_replaced");
    REQUIRE(replaced.size() == 1);
    CHECK(replaced.front().reason == "right_ended");
    CHECK(replaced.front().tenant_id == test.tenant);
    CHECK(test.world
              .look([&](platform::Database& database) { return tenant_code_store::secrets_of(database, elsewhere); })
              .empty());
}

TEST_CASE("what takes nobody away leaves the secret", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const auto eva = test.world.technician(test.owner(), "eva");
    test.world.grant(test.owner(), eva.technician_id, test.tenant);
    test.activate(eva);
    const auto old = test.secret_at(test.first);
    test.world.must([&](UnitOfWork& unit) {
        return device_service::rename(unit, test.owner(), {test.first.device->id, 1}, "W13-L");
    });
    const auto version = test.found().version;
    test.world.must([&](UnitOfWork& unit) {
        return tenant_service::rename(unit, test.owner(), {test.tenant, version}, "Customer-9");
    });
    CHECK(test.secret_at(test.first) == old);
    CHECK(test.events("tenant_code_replaced").empty());
    // Nor does what happens at a tenant whose codes are per machine.
    CHECK(test.world
              .write([&](UnitOfWork& unit) {
                  return tenant_code_service::replace(unit, test.owner(),
                                                      tenant_service::create(unit, test.owner(), "Customer-2")->id(),
                                                      Handover::AtOnce);
              })
              .error() == Error::WrongState);
}

TEST_CASE("a workstation that comes back is confirmed still, and gets the secret of today", "[portal][codes]") {
    CodesWorld test;
    test.share();
    test.world.must(
        [&](UnitOfWork& unit) { return device_service::suspend(unit, test.owner(), test.first.device->id); });
    CHECK_FALSE(test.document(test.first));
    test.world.must(
        [&](UnitOfWork& unit) { return device_service::resume(unit, test.owner(), test.first.device->id); });
    CHECK(test.secret_at(test.first) == test.secret_at(test.second));
}

TEST_CASE("each technician is shown the secret once, and each showing is recorded", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const auto read = [&](const Actor& actor) {
        return test.world.write([&](UnitOfWork& unit) { return tenant_code_service::read(unit, actor, test.tenant); });
    };
    // The owner administers, but enters nothing here.
    CHECK(test.state(test.owner()).may_read == MayRead::NoRight);
    CHECK(read(test.owner()).error() == Error::Forbidden);
    CHECK(test.state(test.nik).may_read == MayRead::Yes);
    const auto uri = read(test.nik);
    REQUIRE(uri);
    const auto name = TenantSecretName{test.tenant, test.document(test.first)->secrets.front().id};
    CHECK(*uri == otpauth_uri("Olga's team", "Customer-1", name, test.secret_at(test.first)));
    CHECK(test.state(test.nik).may_read == MayRead::ReadBefore);
    CHECK(read(test.nik).error() == Error::WrongState);
    const auto shown = test.events("tenant_code_read");
    REQUIRE(shown.size() == 1);
    CHECK(shown.front().actor_id == test.nik.technician_id);
    CHECK(shown.front().tenant_id == test.tenant);
    REQUIRE(test.state(test.owner()).readings.size() == 1);
    // A new secret is a new showing.
    REQUIRE(test.replace(Handover::AtOnce));
    CHECK(test.state(test.owner()).readings.empty());
    CHECK(read(test.nik));
    test.switch_codes(CodeScheme::PerMachine);
    CHECK(read(test.nik).error() == Error::WrongState);
    CHECK(read(test.world.other_team("Other team")).error() == Error::NotFound);
}

TEST_CASE("a phone shows the secret once as well, and the portal's showing is the same one", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const auto shown = [&](const Actor& actor, const TenantId& tenant, const TenantSecretId& secret) {
        return test.world.write(
            [&](UnitOfWork& unit) { return tenant_code_service::shown_by_phone(unit, actor, {tenant, secret}); });
    };
    const auto secret = test.document(test.first)->secrets.front().id;
    const auto other = test.world.tenant(test.owner(), "Customer-2").id();
    CHECK(shown(test.owner(), test.tenant, secret).error() == Error::Forbidden);
    CHECK(shown(test.nik, other, secret).error() == Error::WrongState);
    CHECK(shown(test.world.other_team("Other team"), test.tenant, secret).error() == Error::NotFound);
    CHECK(test.events("tenant_code_read").empty());
    REQUIRE(shown(test.nik, test.tenant, secret));
    CHECK(shown(test.nik, test.tenant, secret).error() == Error::WrongState);
    CHECK(test.state(test.nik).may_read == MayRead::ReadBefore);
    REQUIRE(test.events("tenant_code_read").size() == 1);
    CHECK(test.events("tenant_code_read").front().actor_id == test.nik.technician_id);
    // The one before it is not in use any more.
    REQUIRE(test.replace(Handover::WithOverlap));
    CHECK(shown(test.nik, test.tenant, secret).error() == Error::WrongState);
    CHECK(shown(test.nik, test.tenant, test.document(test.first)->secrets.front().id));
}

TEST_CASE("a phone is handed the secrets that count, sealed to its key", "[portal][codes]") {
    CodesWorld test;
    test.share();
    REQUIRE(test.replace(Handover::WithOverlap));
    const auto phone = crypto::PhoneAgreementKey::generate();
    const auto sealed = [&] {
        return test.world.look([&](platform::Database& database) {
            return tenant_code_service::sealed_for_phone(database, test.world.store->codes_key(), test.tenant,
                                                         phone.public_key(), {test.world.clock.wall});
        });
    };
    const auto both = sealed();
    REQUIRE(both.size() == 2);
    CHECK(open_tenant_secret(phone, {test.tenant, both[0].id}, both[0].sealed).value() == test.secret_at(test.first));
    CHECK(open_tenant_secret(phone, {test.tenant, both[1].id}, both[1].sealed).value() ==
          test.secret_at(test.first, 1));
    test.world.clock.advance(tenant_code_service::k_overlap);
    CHECK(sealed().size() == 1);
    test.switch_codes(CodeScheme::PerMachine);
    CHECK(sealed().empty());
}

TEST_CASE("the store keeps the secret only sealed, and opens it after a restart", "[portal][codes][I7]") {
    CodesWorld test;
    test.share();
    const auto secret = test.secret_at(test.first);
    const auto stored = test.world.look(
        [&](platform::Database& database) { return tenant_code_store::secrets_of(database, test.tenant); });
    REQUIRE(stored.size() == 1);
    CHECK(std::ranges::search(stored.front().sealed, secret.bytes()).empty());
    test.world.reopen();
    REQUIRE(test.replace(Handover::WithOverlap));
    CHECK(test.secret_at(test.second, 1) == secret);
}

TEST_CASE("row 42: one code at two workstations is an alarm, once the second's log has come", "[portal][codes]") {
    CodesWorld test;
    test.share();
    const CodeUse use{.secret_id = test.document(test.first)->secrets.front().id, .step = 59'666'666};
    ChainWriter one;
    ChainWriter two;
    one.enrol(test.world, test.tenant, "W21-L");
    two.enrol(test.world, test.tenant, "W22-L");
    const auto upload = [&](ChainWriter& writer) {
        REQUIRE(test.world.write([&](UnitOfWork& unit) {
            return audit_service::ingest(unit, *writer.device, writer.bodies, writer.head());
        }));
    };
    const auto alarms = [&] {
        return test.world.look([&](platform::Database& database) {
            return team_service::dashboard(database, test.owner().team_id, {test.world.clock.wall}).codes_used_twice;
        });
    };
    one.add(AuditKind::SignInOffline, use);
    one.add(AuditKind::SignInOffline, CodeUse{use.secret_id, use.step + 1});
    two.add(AuditKind::SignInOffline, CodeUse{use.secret_id, use.step - 1});
    upload(one);
    upload(two);
    CHECK(test.events("code_used_twice").empty());
    two.add(AuditKind::SignInOffline, use);
    upload(two);
    const auto found = test.events("code_used_twice");
    REQUIRE(found.size() == 1);
    CHECK(found.front().device_id == two.device->id);
    CHECK(found.front().subject_id == one.device->id.uuid());
    CHECK(found.front().subject_name == "W21-L");
    CHECK(found.front().tenant_id == test.tenant);
    CHECK(alarms() == 1);
    // The same events once more are no second alarm.
    upload(two);
    CHECK(test.events("code_used_twice").size() == 1);
    // Another tenant's workstation cannot raise one here.
    ChainWriter elsewhere;
    elsewhere.enrol(test.world, test.world.tenant(test.owner(), "Customer-2").id());
    elsewhere.add(AuditKind::SignInOffline, use);
    upload(elsewhere);
    CHECK(test.events("code_used_twice").size() == 1);
    test.world.clock.advance(std::chrono::days(8));
    CHECK(alarms() == 0);
}

TEST_CASE("a customer of a team that shares accounts starts with codes of its own, which open nothing yet",
          "[portal][codes]") {
    CodesWorld test;
    const auto team = test.world.look(
        [&](platform::Database& database) { return *team_store::find(database, test.owner().team_id); });
    test.world.must([&](UnitOfWork& unit) {
        return team_service::update(unit, test.owner(),
                                    {.name = team.name,
                                     .account_prefix = team.account_prefix,
                                     .account_mode = AccountMode::Shared,
                                     .version = team.version});
    });
    // Those that are there are not made weaker by it.
    CHECK(test.found().document.code_scheme == CodeScheme::PerMachine);
    const auto fresh = test.world.tenant(test.owner(), "Customer-2");
    CHECK(fresh.document.code_scheme == CodeScheme::PerTenant);
    const auto device = test.world.device(test.owner(), fresh.id(), "W1");
    CHECK_FALSE(test.world.look([&](platform::Database& database) {
        return roster_store::holds(database, fresh.id(), document_id(DeviceCodesId(device.id.uuid())));
    }));
}
