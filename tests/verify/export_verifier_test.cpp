#include "verify/export_verifier.h"

#include "tests/verify/log_world.h"
#include "verify/report.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace doorward::tests {
namespace {

using namespace protocol;
using verify::Expectation;
using verify::ExportVerifier;
using verify::Fault;
using verify::Finding;
using verify::Verified;

using Lines = std::vector<std::string>;

std::expected<Verified, Finding> check(const Lines& lines, const Expectation& expectation = {}) {
    ExportVerifier verifier(expectation, ExportVerifier::Leaves::Keep);
    for (const auto& line : lines) {
        if (auto taken = verifier.take(line); !taken) return std::unexpected(taken.error());
    }
    return verifier.finish();
}

Finding finding_of(const Lines& lines, const Expectation& expectation = {}) {
    const auto verified = check(lines, expectation);
    REQUIRE_FALSE(verified.has_value());
    INFO(verify::text_report(verified.error()));
    return verified.error();
}

// Two tenants; two workstations at the first, one at the second.
struct Team : LogWorld {
    Team() {
        add_device(1);
        add_device(1);
        add_device(2);
        busy_day(4);
    }
    // Of the device's `sequence`th event among the lines.
    [[nodiscard]] static Lines::iterator find(Lines& lines, const DeviceId& device, std::int64_t sequence) {
        return std::ranges::find_if(lines, [&](const std::string& text) {
            const auto line = decode_export_line(text);
            const auto* event = std::get_if<ExportEvent>(&*line);
            if (event == nullptr || event->source != EventSource::Device) return false;
            const auto body = decode_audit_event(event->body);
            return body->device_id == device && body->sequence == sequence;
        });
    }
    [[nodiscard]] static std::string with_body(const std::string& text, const std::string& from,
                                               const std::string& to) {
        auto line = std::get<ExportEvent>(*decode_export_line(text));
        line.body.replace(line.body.find(from), from.size(), to);
        return encode_export_line(line);
    }
    // The count in the last line, as somebody who cuts would mend it.
    static void mend_end(Lines& lines) {
        const auto events = std::ranges::count_if(
            lines, [](const std::string& text) { return text.starts_with(R"({"type":"event")"); });
        lines.back() = encode_export_line(ExportEnd{events});
    }
    [[nodiscard]] verify::LogLeaves leaves(std::optional<std::uint8_t> only = std::nullopt) const {
        return check(exported(only))->leaves;
    }
};

}  // namespace

TEST_CASE("an export that nobody touched is found good", "[verify]") {
    const Team team;
    const auto verified = check(team.exported(), {.portal_keys = {team.portal_key->public_key()}});
    REQUIRE(verified.has_value());
    CHECK(verified->events == 20);
    CHECK(verified->device_events == 12);
    CHECK(verified->devices == 3);
    CHECK(verified->logs == 3);
    CHECK(verify::text_report(*verified, {.portal_key_given = true}).contains("20 events checked. Nothing is wrong."));
    CHECK(verify::json_report(*verified, {}).contains(R"("sound":true)"));
}

TEST_CASE("one tenant's export is checked without the others'", "[verify]") {
    const Team team;
    const auto verified = check(team.exported(1));
    REQUIRE(verified.has_value());
    CHECK(verified->events == 12);
    CHECK(verified->logs == 1);
    CHECK(check(team.exported(2))->events == 4);
}

TEST_CASE("a team without any event has an export too", "[verify]") {
    CHECK(check(LogWorld().exported())->events == 0);
}

TEST_CASE("row 45: an edited event is named", "[verify]") {
    const Team team;
    auto lines = team.exported();
    const auto& device = team.devices[1];
    SECTION("in the middle: its successor names another") {
        const auto line = Team::find(lines, device.id, 2);
        *line = Team::with_body(*line, "msp-nik", "msp-joe");
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::EventChanged);
        CHECK(finding.device == device.id);
        CHECK(finding.sequence == 3);
        CHECK(finding.what.contains("event 2 is not the one"));
    }
    SECTION("at the end: the workstation signed another") {
        const auto line = Team::find(lines, device.id, 4);
        *line = Team::with_body(*line, "192.0.2.7", "192.0.2.9");
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::EventChanged);
        CHECK(finding.device == device.id);
        CHECK(finding.sequence == 4);
        CHECK(finding.log == team.log(1));
    }
    SECTION("only the time of receipt: the log's head is another") {
        const auto line = Team::find(lines, device.id, 2);
        auto event = std::get<ExportEvent>(*decode_export_line(*line));
        event.received_at.milliseconds -= 500'000;
        *line = encode_export_line(event);
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::LogChanged);
        CHECK(finding.log == team.log(1));
        // The first place where time goes back.
        CHECK(finding.place == 5);
    }
    SECTION("and every event behind it chained anew, but for the signature") {
        LogWorld forged = team;
        forged.devices[1].key = new_device_key();
        auto forged_lines = forged.exported();
        const auto line = std::ranges::find_if(forged_lines, [&](const std::string& text) {
            return text.contains(device.id.to_string()) && text.starts_with(R"({"type":"device")");
        });
        auto entry = std::get<ExportDevice>(*decode_export_line(*line));
        entry.signing_key = device.key->public_key();
        *line = encode_export_line(entry);
        const auto finding = finding_of(forged_lines);
        CHECK(finding.fault == Fault::BadSignature);
        CHECK(finding.device == device.id);
    }
}

TEST_CASE("row 45: a deleted event is named, whoever recorded it", "[verify]") {
    const Team team;
    auto lines = team.exported();
    SECTION("a workstation's") {
        lines.erase(Team::find(lines, team.devices[2].id, 3));
        Team::mend_end(lines);
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::EventMissing);
        CHECK(finding.device == team.devices[2].id);
        CHECK(finding.sequence == 4);
        CHECK(finding.log == team.log(2));
    }
    SECTION("the portal's") {
        const auto line =
            std::ranges::find_if(lines, [](const std::string& text) { return text.contains(R"("source":"portal")"); });
        lines.erase(line + 5);
        Team::mend_end(lines);
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::EventMissing);
        CHECK_FALSE(finding.device);
        CHECK(finding.sequence);
    }
}

TEST_CASE("row 44: a cut tail is named", "[verify]") {
    Team team;
    auto lines = team.exported();
    SECTION("of the file, with or without its last line") {
        lines.erase(lines.end() - 4, lines.end() - 1);
        CHECK(finding_of(lines).fault == Fault::Incomplete);
        Team::mend_end(lines);
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::TailMissing);
        CHECK(finding.device == team.devices[2].id);
        CHECK(finding.sequence == 4);
        lines.pop_back();
        CHECK(finding_of(lines).fault == Fault::Incomplete);
    }
    SECTION("of the store, against an earlier export") {
        const Expectation expectation{.earlier = team.leaves()};
        LogWorld cut = team;
        cut.events.pop_back();
        REQUIRE(check(cut.exported()).has_value());
        const auto finding = finding_of(cut.exported(), expectation);
        CHECK(finding.fault == Fault::TailMissing);
        CHECK(finding.log == team.log(std::nullopt));
        CHECK(finding.place == 4);
    }
    SECTION("of the store, against the head that a workstation holds") {
        const Expectation expectation{.held_heads = {team.head_of(team.log(1))}};
        CHECK(check(team.exported(), expectation).has_value());
        LogWorld cut = team;
        // The portal's last event of the first tenant.
        cut.events.erase(cut.events.end() - 2);
        const auto finding = finding_of(cut.exported(1), expectation);
        CHECK(finding.fault == Fault::TailMissing);
        CHECK(finding.log == team.log(1));
        CHECK(finding.place == 12);
    }
}

TEST_CASE("row 44: a whole tenant's log that is gone is named", "[verify]") {
    const Team team;
    const Expectation expectation{.earlier = team.leaves()};
    LogWorld robbed = team;
    robbed.devices.pop_back();
    std::erase_if(robbed.events, [&](const LogWorld::Recorded& event) { return event.log == team.log(2); });
    REQUIRE(check(robbed.exported()).has_value());
    const auto finding = finding_of(robbed.exported(), expectation);
    CHECK(finding.fault == Fault::LogMissing);
    CHECK(finding.log == team.log(2));
    const Expectation held{.held_heads = {team.head_of(team.log(2))}};
    CHECK(finding_of(robbed.exported(), held).fault == Fault::LogMissing);
}

TEST_CASE("row 45: a rewritten log is not consistent with what was seen before", "[verify]") {
    Team team;
    const Expectation expectation{.earlier = team.leaves()};
    const Expectation held{.held_heads = {team.head_of(team.log(1))}};
    // The portal, or whoever has its keys, changes when something came in, and signs anew.
    LogWorld rewritten = team;
    const auto place =
        std::ranges::find_if(rewritten.events, [&](const auto& event) { return event.log == team.log(1); });
    place[5].event.received_at.milliseconds += 1;
    rewritten.busy_day(1);
    REQUIRE(check(rewritten.exported()).has_value());
    const auto finding = finding_of(rewritten.exported(), expectation);
    CHECK(finding.fault == Fault::NotConsistent);
    CHECK(finding.log == team.log(1));
    CHECK(finding.place == 4);
    CHECK(finding_of(rewritten.exported(), held).fault == Fault::NotConsistent);
    // Honest growth continues both.
    team.busy_day(1);
    CHECK(check(team.exported(), expectation).has_value());
    CHECK(check(team.exported(), held).has_value());
    // A tenant's own export is judged by its own log only.
    CHECK(check(team.exported(2), expectation).has_value());
}

TEST_CASE("row 45: two stories of one log are told apart", "[verify]") {
    const Team common;
    LogWorld one = common;
    LogWorld other = common;
    one.portal_event(1);
    other.portal_event(1);
    other.portal_event(1);
    const Expectation expectation{.earlier = check(one.exported())->leaves};
    other.events[other.events.size() - 2].event.received_at.milliseconds += 7;
    const auto finding = finding_of(other.exported(), expectation);
    CHECK(finding.fault == Fault::NotConsistent);
    CHECK(finding.place == 13);
}

TEST_CASE("row 45: events in another order are named", "[verify]") {
    const Team team;
    auto lines = team.exported();
    SECTION("of one workstation") {
        std::iter_swap(Team::find(lines, team.devices[0].id, 2), Team::find(lines, team.devices[0].id, 3));
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::EventMissing);
        CHECK(finding.device == team.devices[0].id);
        CHECK(finding.sequence == 3);
    }
    SECTION("an event twice") {
        const auto line = Team::find(lines, team.devices[0].id, 2);
        lines.insert(line, *line);
        Team::mend_end(lines);
        CHECK(finding_of(lines).fault == Fault::EventMoved);
    }
    SECTION("of two workstations of a tenant: time goes back there") {
        std::iter_swap(Team::find(lines, team.devices[0].id, 2), Team::find(lines, team.devices[1].id, 2));
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::LogChanged);
        CHECK(finding.log == team.log(1));
        CHECK(finding.place == 5);
        const Expectation expectation{.earlier = team.leaves()};
        const auto exact = finding_of(lines, expectation);
        CHECK(exact.fault == Fault::NotConsistent);
        CHECK(exact.place == 4);
    }
}

TEST_CASE("an export of another portal, or signed with another key, is refused", "[verify]") {
    const Team team;
    const Expectation other{.portal_keys = {crypto::PortalSigningKey::generate().public_key()}};
    CHECK(finding_of(team.exported(), other).fault == Fault::WrongKey);
    auto lines = team.exported();
    auto start = std::get<ExportStart>(*decode_export_line(lines.front()));
    start.portal_key = other.portal_keys.front();
    lines.front() = encode_export_line(start);
    const auto finding = finding_of(lines);
    CHECK(finding.fault == Fault::BadSignature);
    CHECK(finding.line == 2);
}

TEST_CASE("a head with a false root or size is found out", "[verify]") {
    const Team team;
    auto lines = team.exported();
    LogWorld longer = team;
    longer.portal_event(std::nullopt);
    SECTION("longer than the log") {
        lines[1] = encode_export_line(ExportLog{longer.head_of(team.log(std::nullopt))});
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::TailMissing);
        CHECK(finding.log == team.log(std::nullopt));
    }
    SECTION("shorter than the log") {
        auto more = longer.exported();
        more[1] = lines[1];
        const auto finding = finding_of(more);
        CHECK(finding.fault == Fault::EventUnsigned);
        CHECK(finding.place == 5);
    }
    SECTION("a chain that goes on behind what the workstation signed") {
        LogWorld more = team;
        more.device_event(0);
        auto more_lines = more.exported();
        const auto line = std::ranges::find_if(
            more_lines, [](const std::string& text) { return text.starts_with(R"({"type":"device")"); });
        *line = encode_export_line(ExportDevice{team.devices[0].id, team.devices[0].tenant,
                                                team.devices[0].key->public_key(), team.head_of(team.devices[0])});
        const auto finding = finding_of(more_lines);
        CHECK(finding.fault == Fault::EventUnsigned);
        CHECK(finding.device == team.devices[0].id);
        CHECK(finding.sequence == 5);
    }
}

TEST_CASE("lines in the wrong place, twice or of somebody else are refused", "[verify]") {
    const Team team;
    auto lines = team.exported();
    const auto fault = [&] { return finding_of(lines).fault; };
    SECTION("no first line") {
        lines.erase(lines.begin());
        CHECK(fault() == Fault::OutOfTurn);
    }
    SECTION("two first lines") {
        lines.insert(lines.begin(), lines.front());
        CHECK(fault() == Fault::OutOfTurn);
    }
    SECTION("a log twice") {
        lines.insert(lines.begin() + 1, lines[1]);
        CHECK(fault() == Fault::OutOfTurn);
    }
    SECTION("a device twice") {
        lines.insert(lines.begin() + 4, lines[4]);
        CHECK(fault() == Fault::OutOfTurn);
    }
    SECTION("a head after an event") {
        lines.insert(lines.end() - 1, lines[1]);
        CHECK(fault() == Fault::OutOfTurn);
    }
    SECTION("something behind the last line") {
        lines.push_back(lines.back());
        CHECK(fault() == Fault::OutOfTurn);
    }
    SECTION("no JSON") {
        lines[3] = "{";
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::Malformed);
        CHECK(finding.line == 4);
    }
    SECTION("two events in one line") {
        const auto line = Team::find(lines, team.devices[0].id, 2);
        line->insert(line->size() - 1, R"(,"body":{})");
        const auto finding = finding_of(lines);
        CHECK(finding.fault == Fault::Malformed);
        CHECK(finding.line == line - lines.begin() + 1);
    }
    SECTION("an event of an unknown device") {
        lines.erase(lines.begin() + 4);
        CHECK(fault() == Fault::Foreign);
    }
    SECTION("a log of another team") {
        LogWorld other;
        other.team = numbered_id<TeamId>(201);
        lines[1] = encode_export_line(ExportLog{
            sign_envelope(*team.portal_key, crypto::Purpose::LogHead, other.head_of(other.log(std::nullopt)).body)});
        CHECK(fault() == Fault::Foreign);
    }
    SECTION("another tenant's log in a tenant's export") {
        lines = team.exported(1);
        lines.insert(lines.begin() + 1, encode_export_line(ExportLog{team.head_of(team.log(2))}));
        CHECK(fault() == Fault::Foreign);
    }
    SECTION("a device whose tenant has no log") {
        lines.erase(lines.begin() + 2);
        CHECK(fault() == Fault::Foreign);
    }
    SECTION("nothing at all") {
        lines.clear();
        CHECK(fault() == Fault::Incomplete);
    }
}

TEST_CASE("a finding says what and where, for people and for programs", "[verify]") {
    const Finding finding{.fault = Fault::EventMissing,
                          .what = "after event 3 comes event 5",
                          .line = 17,
                          .log = LogName{numbered_id<TeamId>(1), numbered_id<TenantId>(2)},
                          .place = 9,
                          .device = numbered_id<DeviceId>(3),
                          .sequence = 5};
    const auto text = verify::text_report(finding);
    CHECK(text.starts_with("FAILED  after event 3 comes event 5\nWhere:  the log of tenant "));
    CHECK(text.contains("place 9, workstation "));
    CHECK(text.contains("event 5 of its chain, line 17"));
    CHECK(verify::json_report(finding).contains(R"("fault":"event_missing")"));
}

}  // namespace doorward::tests
