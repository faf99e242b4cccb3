#include "msp-portal/server/services/department_service.h"
#include "msp-portal/server/services/device_group_service.h"
#include "msp-portal/server/services/role_service.h"
#include "protocol/may_sign_in.h"
#include "tests/msp-portal/access_world.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::AccessWorld;
using doorward::tests::full_device_access;
using doorward::tests::team_administrator;

TEST_CASE("a department without rights takes members at once, one with rights only by a second person",
          "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    REQUIRE_FALSE(world.add(helpdesk, world.nik));
    CHECK_FALSE(world.may_enter(world.nik));

    world.settle(world.grant(helpdesk, world.tenant_id));
    CHECK(world.may_enter(world.nik));
    CHECK_FALSE(world.may_enter(world.mia));

    const auto change = world.add(helpdesk, world.mia);
    REQUIRE(change);
    CHECK(change->state == ChangeState::Pending);
    CHECK_FALSE(world.may_enter(world.mia));

    SECTION("its author, whoever they are here, is not that person") {
        const auto refused = world.accept(*world.owner, *change);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotAnotherPerson);
        CHECK_FALSE(world.may_enter(world.mia));
    }
    SECTION("what is told to the second person is who joins, and what that gives") {
        const auto payload = decode_change_payload(change->payload);
        REQUIRE(payload);
        CHECK(payload->subject_name == "Helpdesk");
        REQUIRE(payload->difference.size() == 2);
        CHECK(payload->difference[0].after == "mia");
        CHECK(payload->difference[1].after == "Full device access: Customer-1");
    }
    SECTION("accepted, the department's rights are theirs, until they leave it") {
        world.must_accept(world.anna, *change);
        CHECK(world.may_enter(world.mia));
        REQUIRE(world.write([&](UnitOfWork& unit) {
            return department_service::remove_member(unit, *world.owner, helpdesk, world.mia);
        }));
        CHECK_FALSE(world.may_enter(world.mia));
        CHECK(world.may_enter(world.nik));
    }
    SECTION("whoever left is no member that could leave again") {
        const auto refused = world.write([&](UnitOfWork& unit) {
            return department_service::remove_member(unit, *world.owner, helpdesk, world.mia);
        });
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::NotFound);
    }
    SECTION("a department that is gone takes nobody in any more") {
        REQUIRE(world.write(
            [&](UnitOfWork& unit) { return department_service::remove(unit, *world.owner, helpdesk, "Helpdesk"); }));
        const auto refused = world.accept(world.anna, *change);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == Error::ChangeDecided);
        CHECK_FALSE(world.may_enter(world.mia));
        CHECK_FALSE(world.may_enter(world.nik));
    }
}

TEST_CASE("what would give more by now than was shown is proposed anew", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    const auto other = world.tenant(*world.owner, "Customer-2");
    world.settle(world.grant(helpdesk, world.tenant_id));
    const auto join = world.add(helpdesk, world.mia);
    REQUIRE(join);
    const auto right = world.grant(helpdesk, other.id());

    SECTION("a department got another right") {
        world.must_accept(world.anna, right);
        CHECK(world.accept(world.anna, *join).error() == Error::ChangeOutdated);
        CHECK_FALSE(world.may_enter(world.mia));
    }
    SECTION("a department got another member") {
        world.must_accept(world.anna, *join);
        CHECK(world.may_enter(world.mia));
        CHECK(world.accept(world.anna, right).error() == Error::ChangeOutdated);
    }
}

TEST_CASE("while a right of a department waits, nobody joins unseen by who accepts it", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    const auto right = world.grant(helpdesk, world.tenant_id);
    REQUIRE(right.state == ChangeState::Pending);
    const auto change = world.add(helpdesk, world.mia);
    REQUIRE(change);
    CHECK(change->state == ChangeState::Pending);
    world.must_accept(world.anna, right);
    CHECK_FALSE(world.may_enter(world.mia));
}

TEST_CASE("while a policy for a department waits, nobody joins unseen by who accepts it", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    auto draft = AccessWorld::draft("Nights");
    draft.subjects.department_ids = {helpdesk};
    const auto proposed = world.propose(draft);
    REQUIRE(proposed);
    CHECK(world.add(helpdesk, world.mia).has_value());
}

TEST_CASE("a department is deleted by its name only, with all it gave", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    REQUIRE_FALSE(world.add(helpdesk, world.nik));
    world.settle(world.grant(helpdesk, world.tenant_id));
    const auto removing = [&](const std::string& name) {
        return world.write(
            [&](UnitOfWork& unit) { return department_service::remove(unit, *world.owner, helpdesk, name); });
    };
    const auto refused = removing("helpdesk");
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error::NameNotConfirmed);
    CHECK(world.may_enter(world.nik));
    REQUIRE(removing("Helpdesk"));
    CHECK_FALSE(world.may_enter(world.nik));
    CHECK(world.look([&](platform::Database& database) {
        RightFilter filter;
        filter.department_id = helpdesk;
        return right_store::all(database, world.owner->team_id, filter).empty();
    }));
    CHECK(removing("Helpdesk").error() == Error::NotFound);
}

TEST_CASE("departments are one team's own", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    const auto stranger = world.other_team("Other team");
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return department_service::add_member(unit, stranger, helpdesk, stranger.technician_id);
              })
              .error() == Error::NotFound);
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return department_service::add_member(unit, *world.owner, helpdesk, stranger.technician_id);
              })
              .error() == Error::NotFound);
    CHECK(
        world.write([&](UnitOfWork& unit) { return department_service::remove(unit, stranger, helpdesk, "Helpdesk"); })
            .error() == Error::NotFound);
    CHECK(world.write([&](UnitOfWork& unit) { return department_service::create(unit, stranger, "Helpdesk"); }));
    CHECK(world.write([&](UnitOfWork& unit) { return department_service::create(unit, *world.owner, "Helpdesk"); })
              .error() == Error::NameTaken);
}

TEST_CASE("who administers by a department's right counts as a second person, and leaving it ends that",
          "[portal][access]") {
    AccessWorld world;
    const auto board = world.department("Board");
    world.settle(world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *world.owner,
                                    {board, Section::Team, team_administrator(), std::nullopt, std::nullopt});
    }));
    const auto permissions = [&] {
        return world.look([&](platform::Database& database) {
            return team_store::administration_permissions(database, world.owner->team_id, world.nik,
                                                          world.store->now());
        });
    };
    CHECK(permissions().empty());
    const auto change = world.add(board, world.nik);
    REQUIRE(change);
    world.must_accept(world.anna, *change);
    CHECK_FALSE(permissions().empty());
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return department_service::remove_member(unit, *world.owner, board, world.nik); }));
    CHECK(permissions().empty());
}

TEST_CASE("a device joins a group on which there are rights only by a second person", "[portal][access]") {
    AccessWorld world;
    const auto servers = world.must(
        [&](UnitOfWork& unit) { return device_group_service::create(unit, *world.owner, world.tenant_id, "Servers"); });
    const auto put = [&](const DeviceId& device) {
        return world.must(
            [&](UnitOfWork& unit) { return device_group_service::add_member(unit, *world.owner, servers.id, device); });
    };
    CHECK_FALSE(put(world.device_id));
    world.settle(world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *world.owner,
                                    {world.nik, servers.id, full_device_access(), std::nullopt, std::nullopt});
    }));
    CHECK(world.may_enter(world.nik));

    const auto second = world.device(*world.owner, world.tenant_id, "W12-L");
    const auto change = put(second.id);
    REQUIRE(change);
    CHECK_FALSE(world.may_enter(world.nik, second.id));
    CHECK(world.accept(*world.owner, *change).error() == Error::NotAnotherPerson);
    world.must_accept(world.anna, *change);
    CHECK(world.may_enter(world.nik, second.id));

    REQUIRE(world.write([&](UnitOfWork& unit) {
        return device_group_service::remove_member(unit, *world.owner, servers.id, second.id);
    }));
    CHECK_FALSE(world.may_enter(world.nik, second.id));
    CHECK(world.may_enter(world.nik));

    REQUIRE(world
                .write([&](UnitOfWork& unit) {
                    return device_group_service::remove(unit, *world.owner, servers.id, "servers");
                })
                .error() == Error::NameNotConfirmed);
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return device_group_service::remove(unit, *world.owner, servers.id, "Servers"); }));
    CHECK_FALSE(world.may_enter(world.nik));
}

TEST_CASE("a group holds devices of its own customer only", "[portal][access]") {
    AccessWorld world;
    const auto servers = world.must(
        [&](UnitOfWork& unit) { return device_group_service::create(unit, *world.owner, world.tenant_id, "Servers"); });
    const auto other = world.tenant(*world.owner, "Customer-2");
    const auto foreign = world.device(*world.owner, other.id(), "W1");
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return device_group_service::add_member(unit, *world.owner, servers.id, foreign.id);
              })
              .error() == Error::NotFound);
    const auto stranger = world.other_team("Other team");
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return device_group_service::create(unit, stranger, world.tenant_id, "Theirs");
              })
              .error() == Error::NotFound);
}

TEST_CASE("a role that nobody has changes at once; one in use gives more only by a second person", "[portal][access]") {
    AccessWorld world;
    auto role = world.must([&](UnitOfWork& unit) {
        return role_service::create(unit, *world.owner, RolePurpose::Administration, {"Reader", {"audit_log"}});
    });
    const auto update = [&](std::vector<std::string> permissions) {
        return world.write([&](UnitOfWork& unit) {
            return role_service::update(unit, *world.owner, {role.document.id, role.version},
                                        {"Reader", std::move(permissions)});
        });
    };
    const auto permissions = [&] {
        return world.look([&](platform::Database& database) {
            return team_store::administration_permissions(database, world.owner->team_id, world.nik,
                                                          world.store->now());
        });
    };
    world.settle(world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *world.owner,
                                    {world.nik, Section::Team, role.document.id, std::nullopt, std::nullopt});
    }));
    REQUIRE(permissions() == std::vector<std::string>{"audit_log"});

    const auto wider = update({"audit_log", "technicians_and_settings"});
    REQUIRE(wider);
    REQUIRE(wider->change);
    CHECK(permissions() == std::vector<std::string>{"audit_log"});
    CHECK(world.accept(*world.owner, *wider->change).error() == Error::NotAnotherPerson);
    world.must_accept(world.anna, *wider->change);
    CHECK(permissions().size() == 2);

    CHECK(update({"audit_log"}).error() == Error::VersionOutdated);
    role.version += 1;
    const auto narrower = update({"audit_log"});
    REQUIRE(narrower);
    CHECK_FALSE(narrower->change);
    CHECK(permissions() == std::vector<std::string>{"audit_log"});

    CHECK(world
              .write(
                  [&](UnitOfWork& unit) { return role_service::remove(unit, *world.owner, role.document.id, "Wrong"); })
              .error() == Error::NameNotConfirmed);
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return role_service::remove(unit, *world.owner, role.document.id, "Reader"); }));
    CHECK(permissions().empty());
}

TEST_CASE("what a role gives on devices goes from workstations with it", "[portal][access]") {
    AccessWorld world;
    const auto role = world.must([&](UnitOfWork& unit) {
        return role_service::create(unit, *world.owner, RolePurpose::Devices, {"Enter", {"technician_sign_in"}});
    });
    world.settle(world.must([&](UnitOfWork& unit) {
        return right_service::grant(unit, *world.owner,
                                    {world.nik, world.tenant_id, role.document.id, std::nullopt, std::nullopt});
    }));
    CHECK(world.may_enter(world.nik));
    REQUIRE(world.write(
        [&](UnitOfWork& unit) { return role_service::remove(unit, *world.owner, role.document.id, "Enter"); }));
    CHECK_FALSE(world.may_enter(world.nik));
    CHECK(world.look([&](platform::Database& database) {
        return roster_store::tenants_holding(database, document_id(role.document.id)).empty();
    }));
}

TEST_CASE("system roles are locked, and a role has no permission that guards nothing", "[portal][access]") {
    AccessWorld world;
    const auto create = [&](RolePurpose purpose, std::string name, std::vector<std::string> permissions) {
        return world.write([&](UnitOfWork& unit) {
            return role_service::create(unit, *world.owner, purpose, {std::move(name), std::move(permissions)});
        });
    };
    CHECK(create(RolePurpose::Devices, "Painter", {"paint_walls"}).error() == Error::Malformed);
    CHECK(create(RolePurpose::Devices, "Mixed", {"audit_log"}).error() == Error::Malformed);
    CHECK(create(RolePurpose::Administration, "Auditor", {"audit_log"}).error() == Error::NameTaken);
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return role_service::update(unit, *world.owner, {team_administrator(), 1},
                                              {"Team administrator", {"audit_log"}});
              })
              .error() == Error::RoleLocked);
    CHECK(world
              .write([&](UnitOfWork& unit) {
                  return role_service::remove(unit, *world.owner, team_administrator(), "Team administrator");
              })
              .error() == Error::RoleLocked);
    const auto stranger = world.other_team("Other team");
    const auto own = create(RolePurpose::Devices, "Ours", {"technician_sign_in"});
    REQUIRE(own);
    CHECK(world.write([&](UnitOfWork& unit) { return role_service::remove(unit, stranger, own->document.id, "Ours"); })
              .error() == Error::NotFound);
}

TEST_CASE("the departments of one technician and the groups of one workstation are listed alone", "[portal][access]") {
    AccessWorld world;
    const auto helpdesk = world.department("Helpdesk");
    const auto projects = world.department("Projects");
    REQUIRE_FALSE(world.add(helpdesk, world.nik));
    REQUIRE_FALSE(world.add(projects, world.mia));
    const auto departments_of = [&](const std::optional<TechnicianId>& member) {
        return world.look([&](platform::Database& database) {
            return department_store::list(database, world.owner->team_id, member);
        });
    };
    CHECK(departments_of(std::nullopt).size() == 2);
    REQUIRE(departments_of(world.nik).size() == 1);
    CHECK(departments_of(world.nik)[0].name == "Helpdesk");
    CHECK(departments_of(world.anna.technician_id).empty());

    const auto group = world.must([&](UnitOfWork& unit) {
        return device_group_service::create(unit, *world.owner, world.tenant_id, "Front desk");
    });
    world.must([&](UnitOfWork& unit) -> Result<bool> {
        auto joined = device_group_service::add_member(unit, *world.owner, group.id, world.device_id);
        if (!joined) return std::unexpected(joined.error());
        return true;
    });
    const auto other = world.device(*world.owner, world.tenant_id, "A-01").id;
    const auto groups_of = [&](const DeviceId& member) {
        return world.look([&](platform::Database& database) {
            return device_group_store::list(database, world.owner->team_id, std::nullopt, member);
        });
    };
    REQUIRE(groups_of(world.device_id).size() == 1);
    CHECK(groups_of(world.device_id)[0].name == "Front desk");
    CHECK(groups_of(other).empty());
}
