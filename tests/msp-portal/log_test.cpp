#include "crypto/merkle_tree.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/services/log_service.h"
#include "tests/msp-portal/api_world.h"
#include "tests/msp-portal/chain_writer.h"
#include "tests/msp-portal/portal_world.h"
#include "verify/export_verifier.h"
#include "verify/report.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::ApiWorld;
using doorward::tests::Browser;
using doorward::tests::ChainWriter;
using doorward::tests::PortalWorld;

namespace {

// A portal with two tenants and a workstation at the first, and what happens there.
struct LoggedWorld : PortalWorld {
    LoggedWorld() {
        writer.enrol(*this, first);
        for (const auto kind : {AuditKind::Enrolled, AuditKind::SignInOnline, AuditKind::SessionOpened})
            writer.add(kind);
        upload();
    }
    void upload() {
        must([&](UnitOfWork& unit) {
            return audit_service::ingest(unit, *writer.device, writer.bodies, writer.head());
        });
    }
    void record(std::optional<TenantId> about, int times = 1) {
        must([&](UnitOfWork& unit) -> Result<bool> {
            for (int time = 0; time < times; ++time) {
                PortalEvent event{.team_id = owner->team_id, .kind = "right_granted"};
                event.tenant = about;
                audit_service::record(unit, event);
            }
            return true;
        });
    }
    [[nodiscard]] LogName log(std::optional<TenantId> about) const { return {owner->team_id, about}; }
    [[nodiscard]] LogHeadMessage head(const LogName& name, std::int64_t held = 0) {
        return must(
            [&](UnitOfWork& unit) -> Result<LogHeadMessage> { return log_service::head(unit, name, held, key); });
    }
    [[nodiscard]] LogHead tree(const LogName& name) { return *decode_log_head(head(name).head.body); }
    [[nodiscard]] log_service::ExportPiece piece(std::optional<TenantId> only,
                                                 const std::optional<log_service::ExportCursor>& cursor) {
        return must([&](UnitOfWork& unit) -> Result<log_service::ExportPiece> {
            return log_service::export_piece(unit, {owner->team_id, only}, cursor, key);
        });
    }
    [[nodiscard]] std::string exported(std::optional<TenantId> only = std::nullopt) {
        auto first_piece = piece(only, std::nullopt);
        std::string lines = first_piece.lines;
        while (first_piece.next) {
            first_piece = piece(only, first_piece.next);
            lines += first_piece.lines;
        }
        return lines;
    }
    // By somebody who can write the store.
    void tamper(std::string_view statement) {
        must([&](UnitOfWork& unit) -> Result<bool> {
            sql::execute(unit.database, "DROP TRIGGER IF EXISTS audit_event_is_not_changed");
            sql::execute(unit.database, "DROP TRIGGER IF EXISTS audit_event_is_not_deleted");
            sql::execute(unit.database, statement);
            return true;
        });
    }
    [[nodiscard]] std::size_t broken_logs() {
        return look([](platform::Database& database) { return log_service::broken_logs(database).size(); });
    }

    TenantId first = tenant(*owner, "Customer-1").id();
    TenantId second = tenant(*owner, "Customer-2").id();
    ChainWriter writer;
    crypto::PortalSigningKey key = crypto::PortalSigningKey::generate();
};

std::expected<verify::Verified, verify::Finding> check(std::string_view lines, verify::LogLeaves earlier = {}) {
    verify::ExportVerifier verifier({.earlier = std::move(earlier)}, verify::ExportVerifier::Leaves::Keep);
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        if (auto taken = verifier.take(lines.substr(0, end)); !taken) return std::unexpected(taken.error());
        lines.remove_prefix(end + 1);
    }
    return verifier.finish();
}

std::string said(const std::expected<verify::Verified, verify::Finding>& verified) {
    return verified ? "good" : verify::text_report(verified.error());
}

}  // namespace

TEST_CASE("what the portal exports is found good by the verifier, whole and for each tenant", "[portal][audit][I8]") {
    LoggedWorld world;
    world.record(world.second);
    const auto whole = check(world.exported());
    INFO(said(whole));
    REQUIRE(whole);
    CHECK(whole->logs == 3);
    CHECK(whole->devices == 1);
    CHECK(whole->device_events == 3);
    const auto first = check(world.exported(world.first));
    INFO(said(first));
    REQUIRE(first);
    CHECK(first->logs == 1);
    // Nothing of the other tenant, and nothing of the team.
    const auto text = world.exported(world.second);
    REQUIRE(check(text));
    CHECK_FALSE(text.contains(world.first.to_string()));
    CHECK_FALSE(text.contains(world.writer.device->id.to_string()));
}

TEST_CASE("each head continues every head before, across blocks and restarts", "[portal][audit]") {
    LoggedWorld world;
    const auto name = world.log(world.second);
    std::vector<LogHead> seen{world.tree(name)};
    for (const int more : {1, 3, 250, 1, 255, 1, 300}) {
        world.record(world.second, more);
        world.record(world.first);
        if (more == 255) world.reopen();
        const auto now = world.tree(name);
        CHECK(now.size == seen.back().size + more);
        for (const auto& held : seen) {
            const auto message = world.head(name, held.size);
            CHECK(crypto::verify_consistency(held.tree(), now.tree(), message.proof));
        }
        seen.push_back(now);
    }
    CHECK(world.look([](platform::Database& database) {
        return sql::number(database, "SELECT count(*) FROM audit_log_block");
    }) == seen.back().size / 256);
    CHECK(world.broken_logs() == 0);
    // A held size that the log never had is no proof of anything.
    CHECK(world.head(name, seen.back().size + 1).proof.empty());
}

TEST_CASE("a head is signed for exactly one log", "[portal][audit]") {
    LoggedWorld world;
    const auto message = world.head(world.log(world.first));
    const std::vector keys{world.key.public_key()};
    REQUIRE(verify_log_head(message.head, keys));
    CHECK(verify_log_head(message.head, keys)->log == world.log(world.first));
    const std::vector strangers{crypto::PortalSigningKey::generate().public_key()};
    CHECK(verify_log_head(message.head, strangers).error() == LogHeadError::BadSignature);
    auto changed = message.head;
    changed.body.replace(changed.body.find(R"("size":)") + 7, 1, "9");
    CHECK_FALSE(verify_log_head(changed, keys));
}

TEST_CASE("an export is of the moment it began, whatever is recorded meanwhile", "[portal][audit]") {
    LoggedWorld world;
    world.record(world.second, 2500);
    auto piece = world.piece(std::nullopt, std::nullopt);
    std::string lines = piece.lines;
    int pieces = 1;
    while (piece.next) {
        world.record(world.second, 10);
        world.writer.add(AuditKind::SessionClosed);
        world.upload();
        const auto cursor = log_service::ExportCursor::parse(piece.next->to_string());
        REQUIRE(cursor);
        piece = world.piece(std::nullopt, cursor);
        lines += piece.lines;
        ++pieces;
    }
    CHECK(pieces == 6);
    const auto verified = check(lines);
    INFO(said(verified));
    REQUIRE(verified);
    CHECK(verified->device_events == 3);
    // The next one continues it.
    const auto later = check(world.exported(), verified->leaves);
    INFO(said(later));
    CHECK(later);
}

TEST_CASE("a cursor is three numbers and nothing else", "[portal][audit]") {
    using log_service::ExportCursor;
    CHECK(ExportCursor::parse("1.2.3"));
    for (const auto* text : {"", "1", "1.2", "1.2.3.4", "1.2.", ".2.3", "-1.2.3", "1.2.x", " 1.2.3", "1.2.3 ",
                             "99999999999999999999.2.3"}) {
        INFO(text);
        CHECK_FALSE(ExportCursor::parse(text));
    }
}

TEST_CASE("row 44: whoever cuts or rewrites the store is found out by an earlier export", "[portal][audit]") {
    LoggedWorld world;
    world.record(world.second, 3);
    const auto earlier = check(world.exported())->leaves;
    const auto held = world.tree(world.log(world.second));
    SECTION("the tail of a tenant's log") {
        world.tamper("DELETE FROM audit_event WHERE rowid = (SELECT max(rowid) FROM audit_event)");
        world.tamper(
            "UPDATE audit_chain SET (sequence, hash) = (SELECT sequence, hash FROM audit_event WHERE "
            "source = 'portal' ORDER BY sequence DESC LIMIT 1) WHERE source_id = team_id");
        // In itself it is whole.
        REQUIRE(check(world.exported()));
        const auto verified = check(world.exported(), earlier);
        REQUIRE_FALSE(verified);
        CHECK(verified.error().fault == verify::Fault::TailMissing);
        CHECK(verified.error().log == world.log(world.second));
        CHECK(verified.error().place == held.size);
        CHECK(world.tree(world.log(world.second)).size < held.size);
    }
    SECTION("when something came in") {
        world.tamper(
            "UPDATE audit_event SET received_at = received_at - 1 WHERE rowid = "
            "(SELECT max(rowid) FROM audit_event)");
        REQUIRE(check(world.exported()));
        const auto verified = check(world.exported(), earlier);
        REQUIRE_FALSE(verified);
        CHECK(verified.error().fault == verify::Fault::NotConsistent);
        CHECK(verified.error().place == held.size);
        world.record(world.second);
        const auto message = world.head(world.log(world.second), held.size);
        CHECK_FALSE(crypto::verify_consistency(held.tree(), decode_log_head(message.head.body)->tree(), message.proof));
    }
    SECTION("a whole tenant") {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            sql::execute(unit.database, "DROP TRIGGER audit_event_is_not_deleted");
            sql::execute(unit.database, "DELETE FROM audit_event WHERE tenant_id = ?", world.second);
            return true;
        });
        // The portal's own chain has a gap where they were.
        const auto verified = check(world.exported());
        REQUIRE_FALSE(verified);
        CHECK(verified.error().fault == verify::Fault::EventMissing);
    }
}

TEST_CASE("row 45: an event that is rewritten in the store breaks the export by itself", "[portal][audit]") {
    LoggedWorld world;
    world.tamper(
        "UPDATE audit_event SET body = CAST(replace(CAST(body AS TEXT), 'msp-nik', 'msp-joe') AS BLOB)"
        " WHERE source = 'device' AND sequence = 2");
    const auto verified = check(world.exported());
    REQUIRE_FALSE(verified);
    INFO(said(verified));
    CHECK(verified.error().fault == verify::Fault::EventChanged);
    CHECK(verified.error().device == world.writer.device->id);
    CHECK(verified.error().sequence == 3);
}

TEST_CASE("the console's check finds a log whose kept part is not that of its events", "[portal][audit]") {
    LoggedWorld world;
    world.record(world.second, 300);
    static_cast<void>(world.head(world.log(world.second)));
    REQUIRE(world.broken_logs() == 0);
    SECTION("a block cannot be changed or deleted") {
        world.must([](UnitOfWork& unit) -> Result<bool> {
            CHECK_FALSE(sql::try_execute(unit.database, "UPDATE audit_log_block SET last_row = 1"));
            CHECK_FALSE(sql::try_execute(unit.database, "DELETE FROM audit_log_block"));
            return true;
        });
    }
    SECTION("an event behind it is changed") {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            sql::execute(unit.database, "DROP TRIGGER audit_event_is_not_changed");
            sql::execute(unit.database,
                         "UPDATE audit_event SET received_at = 1 WHERE rowid = (SELECT min(rowid) FROM audit_event "
                         "WHERE tenant_id = ?)",
                         world.second);
            return true;
        });
        CHECK(world.broken_logs() == 1);
    }
}

TEST_CASE("the log is exported over the API, in pieces that link to each other", "[portal][api][audit][I8]") {
    ApiWorld api;
    auto owner = api.sign_in(api.world.owner_key);
    const auto tenant = api.world.tenant(*api.world.owner, "Customer-1");
    api.world.must([&](UnitOfWork& unit) -> Result<bool> {
        for (int time = 0; time < 1500; ++time) {
            PortalEvent event{.team_id = api.world.owner->team_id, .kind = "right_granted"};
            event.tenant = tenant.id();
            audit_service::record(unit, event);
        }
        return true;
    });
    std::string lines;
    std::string path = "/audit-log/export?tenant_id=" + tenant.id().to_string();
    int pieces = 0;
    while (!path.empty()) {
        const auto answer = api.get(owner, path);
        REQUIRE(answer.status == 200);
        CHECK(answer.header("Content-Type") == "application/x-ndjson");
        lines += answer.body;
        ++pieces;
        const auto link = answer.header("Link");
        path = link.empty() ? "" : link.substr(8, link.find('>') - 8);
        if (!link.empty()) CHECK(link.starts_with("</api/v1/audit-log/export?after="));
    }
    CHECK(pieces == 4);
    const auto verified = check(lines);
    INFO(said(verified));
    REQUIRE(verified);
    CHECK(verified->start.portal_key == api.signing_key.public_key());
    CHECK(verified->events == 1501);
    SECTION("not of another team's tenant, nor with a bad cursor") {
        const auto stranger = api.world.other_team("Other team");
        const auto theirs = api.world.tenant(stranger, "Customer-9");
        CHECK(api.get(owner, "/audit-log/export?tenant_id=" + theirs.id().to_string()).status == 404);
        CHECK(api.get(owner, "/audit-log/export?after=nonsense").status == 400);
    }
}
