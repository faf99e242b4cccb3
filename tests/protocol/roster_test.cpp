#include "protocol/roster.h"

#include "crypto/initialise.h"
#include "crypto/purpose.h"
#include "protocol/roster_head.h"
#include "protocol/time.h"
#include "tests/protocol/vector_file.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <random>
#include <string>

namespace doorward::protocol {
namespace {

template <class SomeId>
SomeId numbered(unsigned number) {
    const std::array<std::uint8_t, 10> bytes{0,
                                             0,
                                             0,
                                             static_cast<std::uint8_t>(number >> 24),
                                             static_cast<std::uint8_t>(number >> 16),
                                             static_cast<std::uint8_t>(number >> 8),
                                             static_cast<std::uint8_t>(number),
                                             0,
                                             0,
                                             0};
    return SomeId::make({1'795'292'685'123}, bytes);
}

RosterDocument technician(unsigned number, const std::string& username) {
    return encode_document(TechnicianDocument{.id = numbered<TechnicianId>(number),
                                              .name = "Technician " + std::to_string(number),
                                              .username = username,
                                              .account = "msp-" + username,
                                              .state = TechnicianState::Activated,
                                              .status = TechnicianStatus::Active,
                                              .department_ids = {},
                                              .directory_imported = false,
                                              .phones = {}});
}

RosterDocument department(unsigned number, const std::string& name) {
    return encode_document(DepartmentDocument{.id = numbered<DepartmentId>(number), .name = name});
}

RosterDocument team(unsigned number) {
    return encode_document(TeamDocument{.id = numbered<TeamId>(number),
                                        .name = "MSP",
                                        .suspended = false,
                                        .app_rp_id = "app.example.com",
                                        .app_origin = "https://app.example.com"});
}

RosterDocument right(unsigned number, RightSubject subject) {
    return encode_document(RightDocument{.id = numbered<RightId>(number),
                                         .subject = subject,
                                         .object = AllDevices{},
                                         .role_id = numbered<RoleId>(1),
                                         .valid_from = std::nullopt,
                                         .valid_until = std::nullopt});
}

Roster roster_of(std::vector<RosterDocument> documents) {
    return Roster::create(std::move(documents)).value();
}

}  // namespace

TEST_CASE("a technician is found by id, account and username, and no longer after leaving", "[protocol][roster]") {
    Roster roster = roster_of({technician(1, "nik"), technician(2, "ana")});
    REQUIRE(roster.technician_by_account("msp-nik") != nullptr);
    CHECK(roster.technician_by_account("msp-nik")->id == numbered<TechnicianId>(1));
    CHECK(roster.technician_by_username("ana")->id == numbered<TechnicianId>(2));
    CHECK(roster.technician_by_account("nik") == nullptr);
    REQUIRE(roster.apply({.documents = {}, .removed = {document_id(numbered<TechnicianId>(1))}}).has_value());
    CHECK(roster.technician_by_account("msp-nik") == nullptr);
    CHECK(roster.technician(numbered<TechnicianId>(1)) == nullptr);
    CHECK(roster.technician_by_username("ana") != nullptr);
}

TEST_CASE("a renamed technician is found by the new name only", "[protocol][roster]") {
    Roster roster = roster_of({technician(1, "nik"), technician(2, "ana")});
    REQUIRE(roster.apply({.documents = {technician(1, "ana"), technician(2, "nik")}, .removed = {}}).has_value());
    CHECK(roster.technician_by_account("msp-nik")->id == numbered<TechnicianId>(2));
    CHECK(roster.technician_by_account("msp-ana")->id == numbered<TechnicianId>(1));
}

TEST_CASE("an account that two technicians hold belongs to nobody", "[protocol][roster]") {
    Roster roster = roster_of({technician(1, "nik"), technician(2, "nik")});
    CHECK(roster.technician_by_account("msp-nik") == nullptr);
    CHECK(roster.technician_by_username("nik") == nullptr);
}

TEST_CASE("in shared mode everybody's account is the tenant's, else their own", "[protocol][roster]") {
    TenantDocument tenant{
        .id = numbered<TenantId>(1), .team_id = numbered<TeamId>(1), .name = "Customer", .shared_account = {}};
    Roster roster = roster_of({encode_document(tenant), technician(1, "nik")});
    const auto account = [&] { return roster.account_of(*roster.technician(numbered<TechnicianId>(1))); };
    CHECK(roster.shared_account() == nullptr);
    CHECK(account() == "msp-nik");
    tenant.account_mode = AccountMode::Shared;
    tenant.shared_account = "msp-2356";
    REQUIRE(roster.apply({.documents = {encode_document(tenant)}, .removed = {}}).has_value());
    REQUIRE(roster.shared_account() != nullptr);
    CHECK(*roster.shared_account() == "msp-2356");
    CHECK(account() == "msp-2356");
    // The name alone changes nothing.
    tenant.account_mode = AccountMode::Named;
    REQUIRE(roster.apply({.documents = {encode_document(tenant)}, .removed = {}}).has_value());
    CHECK(roster.shared_account() == nullptr);
    CHECK(account() == "msp-nik");
}

TEST_CASE("a right that changes its subject leaves the one it had", "[protocol][roster]") {
    Roster roster = roster_of({right(1, Everyone{})});
    CHECK(roster.rights_of(Everyone{}).size() == 1);
    REQUIRE(roster.apply({.documents = {right(1, numbered<TechnicianId>(5))}, .removed = {}}).has_value());
    CHECK(roster.rights_of(Everyone{}).empty());
    CHECK(roster.rights_of(numbered<TechnicianId>(5)).size() == 1);
}

TEST_CASE("changes that are refused leave the roster as it was", "[protocol][roster]") {
    Roster roster = roster_of({team(1), technician(1, "nik")});
    const auto before = roster.state_hash();
    const auto refused = [&](const RosterChanges& changes) {
        const auto result = roster.apply(changes);
        REQUIRE_FALSE(result.has_value());
        CHECK(roster.state_hash() == before);
        CHECK(roster.size() == 2);
        return result.error().kind;
    };
    RosterDocument broken = department(3, "A");
    broken.body = "{}";
    CHECK(refused({.documents = {department(2, "B"), broken}, .removed = {}}) == RosterErrorKind::MalformedDocument);
    RosterDocument elsewhere = department(3, "A");
    elsewhere.id = document_id(numbered<DepartmentId>(4));
    CHECK(refused({.documents = {elsewhere}, .removed = {}}) == RosterErrorKind::MalformedDocument);
    CHECK(refused({.documents = {department(2, "A"), department(2, "B")}, .removed = {}}) ==
          RosterErrorKind::RepeatedDocument);
    CHECK(refused({.documents = {department(2, "A")}, .removed = {document_id(numbered<DepartmentId>(2))}}) ==
          RosterErrorKind::RepeatedDocument);
    CHECK(refused({.documents = {team(2)}, .removed = {}}) == RosterErrorKind::SecondTeam);
    const auto wrong_hash = roster.apply({.documents = {department(2, "A")}, .removed = {}}, before);
    REQUIRE_FALSE(wrong_hash.has_value());
    CHECK(wrong_hash.error().kind == RosterErrorKind::WrongStateHash);
    CHECK(roster.state_hash() == before);
}

TEST_CASE("one team can follow another in one change", "[protocol][roster]") {
    Roster roster = roster_of({team(1)});
    REQUIRE(roster.apply({.documents = {team(2)}, .removed = {document_id(numbered<TeamId>(1))}}).has_value());
    CHECK(roster.team()->id == numbered<TeamId>(2));
}

TEST_CASE("changes one by one and all at once end in the same state hash", "[protocol][roster][property]") {
    std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed): the same run every time
    std::map<DocumentId, RosterDocument> model;
    Roster roster;
    for (int round = 0; round < 200; ++round) {
        RosterChanges changes;
        std::set<DocumentId> touched;
        for (unsigned count = random() % 4; count > 0; --count) {
            const unsigned number = random() % 20;
            const RosterDocument document = random() % 2 == 0 ? technician(number, "t" + std::to_string(random() % 30))
                                                              : department(number, "D" + std::to_string(random() % 5));
            if (!touched.insert(document.id).second) continue;
            if (random() % 3 == 0) {
                changes.removed.push_back(document.id);
                model.erase(document.id);
            } else {
                changes.documents.push_back(document);
                model.insert_or_assign(document.id, document);
            }
        }
        std::vector<RosterDocument> documents;
        for (const auto& [id, document] : model)
            documents.push_back(document);
        const auto expected = roster_state_hash(documents);
        REQUIRE(roster.apply(changes, expected).has_value());
        CHECK(roster.state_hash() == expected);
        CHECK(roster.size() == model.size());
    }
}

TEST_CASE("a roster head counts only for its device, its portal's key and going forward", "[protocol][roster]") {
    REQUIRE(crypto::initialise().has_value());
    const auto key = crypto::PortalSigningKey::generate();
    const auto next = crypto::PortalSigningKey::generate();
    const std::array keys{key.public_key()};
    const RosterHead head{.team_id = numbered<TeamId>(1),
                          .tenant_id = numbered<TenantId>(2),
                          .device_id = numbered<DeviceId>(3),
                          .incarnation = numbered<Incarnation>(4),
                          .revision = 7,
                          .state_hash = Roster().state_hash(),
                          .issued_at = {1'795'292'685'123},
                          .offline_until = {1'795'292'685'124},
                          .next_portal_key = std::nullopt};
    const auto sign = [&](const RosterHead& content) {
        return sign_envelope(key, crypto::Purpose::RosterHead, encode_roster_head(content));
    };
    const HeadExpectation expectation{.team_id = head.team_id,
                                      .tenant_id = head.tenant_id,
                                      .device_id = head.device_id,
                                      .portal_keys = keys,
                                      .held = HeldRevision{.incarnation = head.incarnation, .revision = 7},
                                      .welcomed = std::nullopt};
    CHECK(verify_head(sign(head), expectation) == head);

    const auto refused = [&](auto change) {
        RosterHead other = head;
        change(other);
        const auto result = verify_head(sign(other), expectation);
        REQUIRE_FALSE(result.has_value());
        return result.error();
    };
    CHECK(refused([](RosterHead& h) { h.team_id = numbered<TeamId>(9); }) == HeadError::WrongTeam);
    CHECK(refused([](RosterHead& h) { h.tenant_id = numbered<TenantId>(9); }) == HeadError::WrongTenant);
    CHECK(refused([](RosterHead& h) { h.device_id = numbered<DeviceId>(9); }) == HeadError::WrongDevice);
    CHECK(refused([](RosterHead& h) { h.revision = 6; }) == HeadError::RevisionWentBack);
    CHECK(refused([](RosterHead& h) { h.incarnation = numbered<Incarnation>(9); }) ==
          HeadError::IncarnationNotWelcomed);
    CHECK(refused([](RosterHead& h) { h.offline_until = h.issued_at + std::chrono::hours(91 * 24); }) ==
          HeadError::HorizonTooFar);

    const auto foreign = sign_envelope(next, crypto::Purpose::RosterHead, encode_roster_head(head));
    CHECK(verify_head(foreign, expectation).error() == HeadError::BadSignature);
    const auto other_purpose = sign_envelope(key, crypto::Purpose::ChannelPortal, encode_roster_head(head));
    CHECK(verify_head(other_purpose, expectation).error() == HeadError::BadSignature);
    const auto no_head = sign_envelope(key, crypto::Purpose::RosterHead, std::string("{}"));
    CHECK(verify_head(no_head, expectation).error() == HeadError::Malformed);

    HeadExpectation after_restore = expectation;
    after_restore.held = HeldRevision{.incarnation = numbered<Incarnation>(9), .revision = 100};
    CHECK(verify_head(sign(head), after_restore).error() == HeadError::IncarnationNotWelcomed);
    after_restore.welcomed = head.incarnation;
    CHECK(verify_head(sign(head), after_restore) == head);
    HeadExpectation fresh = expectation;
    fresh.held.reset();
    CHECK(verify_head(sign(head), fresh).error() == HeadError::IncarnationNotWelcomed);
}

}  // namespace doorward::protocol
