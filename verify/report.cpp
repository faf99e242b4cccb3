#include "verify/report.h"

#include "crypto/encoding.h"
#include "protocol/json_writer.h"
#include "protocol/time.h"

namespace doorward::verify {
namespace {

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string checked(const std::string& what) {
    return "ok      " + what + "\n";
}

void write_place(protocol::JsonWriter& out, const Finding& finding) {
    out.text("fault", to_string(finding.fault));
    out.text("what", finding.what);
    out.optional_integer("line", finding.line > 0 ? std::optional(finding.line) : std::nullopt);
    out.optional_id("team_id", finding.log ? std::optional(finding.log->team_id) : std::nullopt);
    out.optional_id("tenant_id", finding.log ? finding.log->tenant_id : std::nullopt);
    out.optional_integer("place", finding.place);
    out.optional_id("device_id", finding.device);
    out.optional_integer("sequence", finding.sequence);
}

}  // namespace

std::string text_report(const Verified& verified, const Beside& beside) {
    const auto& start = verified.start;
    const auto key = crypto::base64url_encode(start.portal_key.bytes());
    std::string text = start.tenant_id
                           ? "Tenant " + start.tenant_id->to_string() + " of team " + start.team_id.to_string()
                           : "Team " + start.team_id.to_string();
    text += ", exported " + protocol::format_time(start.at) + "\n";
    text += checked("signed with the portal key " + key +
                    (beside.portal_key_given ? ", as given" : ", which only the export itself names"));
    text += checked(counted(verified.logs, "log", "logs") +
                    ": every event is in its log, at its place, under the head that the portal signed");
    text += checked(counted(verified.devices, "workstation", "workstations") + ": " +
                    counted(verified.device_events, "event", "events") +
                    " in unbroken chains, up to the heads that the workstations signed");
    const auto portal_events = counted(verified.events - verified.device_events, "event", "events");
    text += checked("the portal: " + portal_events +
                    (start.tenant_id ? " about this tenant, in order" : " in one unbroken chain"));
    if (beside.earlier) {
        text += checked("continues the export of " + protocol::format_time(beside.earlier->at) + " and its " +
                        counted(beside.earlier_events, "event", "events"));
    }
    if (beside.held_heads > 0) {
        text += checked("agrees with " + counted(beside.held_heads, "head", "heads") + " that workstations hold");
    }
    if (!beside.portal_key_given) text += "Compare the key with one you trust, or give it: --portal-key KEY\n";
    return text + counted(verified.events, "event", "events") + " checked. Nothing is wrong.\n";
}

std::string text_report(const Finding& finding) {
    std::string where;
    const auto add = [&](const std::string& part) { where += (where.empty() ? "" : ", ") + part; };
    if (finding.log) add(describe(*finding.log));
    if (finding.place) add("place " + std::to_string(*finding.place));
    if (finding.device) add("workstation " + finding.device->to_string());
    if (finding.sequence) add("event " + std::to_string(*finding.sequence) + " of its chain");
    if (finding.line > 0) add("line " + std::to_string(finding.line));
    return "FAILED  " + finding.what + "\n" + (where.empty() ? "" : "Where:  " + where + "\n");
}

std::string json_report(const Verified& verified, const Beside& beside) {
    return protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
               out.boolean("sound", true);
               out.id("team_id", verified.start.team_id);
               out.optional_id("tenant_id", verified.start.tenant_id);
               out.time_text("exported_at", verified.start.at);
               out.bytes("portal_key", verified.start.portal_key.bytes());
               out.boolean("portal_key_given", beside.portal_key_given);
               out.integer("logs", verified.logs);
               out.integer("devices", verified.devices);
               out.integer("events", verified.events);
               out.optional_time_text("continues", beside.earlier ? std::optional(beside.earlier->at) : std::nullopt);
               out.integer("held_heads", beside.held_heads);
               out.null("finding");
           }) +
           "\n";
}

std::string json_report(const Finding& finding) {
    return protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
               out.boolean("sound", false);
               out.object("finding", [&] { write_place(out, finding); });
           }) +
           "\n";
}

}  // namespace doorward::verify
