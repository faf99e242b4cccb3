#include "verify/export_verifier.h"

#include "protocol/portal_event.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace doorward::verify {

using namespace protocol;

namespace {

std::string number(std::int64_t value) {
    return std::to_string(value);
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

// What is wrong with a chain's next event; nothing where it fits.
struct Misfit {
    Fault fault;
    std::string what;
};

std::optional<Misfit> misfit(const ChainPosition& reached, std::int64_t sequence, const crypto::Digest& previous) {
    if (sequence <= reached.sequence) {
        return Misfit{Fault::EventMoved, "after event " + number(reached.sequence) + " comes event " +
                                             number(sequence) + ": it was moved or repeated"};
    }
    if (sequence > reached.sequence + 1) {
        return Misfit{Fault::EventMissing, "after event " + number(reached.sequence) + " comes event " +
                                               number(sequence) + ": what was between is missing"};
    }
    if (previous != reached.hash) {
        return Misfit{Fault::EventChanged, "event " + number(reached.sequence) + " is not the one that event " +
                                               number(sequence) +
                                               " names as its predecessor: one of the two was changed"};
    }
    return std::nullopt;
}

}  // namespace

ExportVerifier::ExportVerifier(Expectation expectation, Leaves leaves)
    : m_expectation(std::move(expectation)), m_keep(leaves) {}

std::unexpected<Finding> ExportVerifier::wrong(Fault fault, std::string what) const {
    Finding finding = m_here;
    finding.fault = fault;
    finding.what = std::move(what);
    finding.line = m_line;
    return std::unexpected(std::move(finding));
}

bool ExportVerifier::covers(const LogName& log) const {
    return log.team_id == m_start->team_id && (!m_start->tenant_id || m_start->tenant_id == log.tenant_id);
}

std::expected<void, Finding> ExportVerifier::take(std::string_view line) {
    ++m_line;
    m_here = {};
    const auto decoded = decode_export_line(line);
    if (!decoded) return wrong(Fault::Malformed, "the line cannot be read: " + to_string(decoded.error()));
    if (m_end) return wrong(Fault::OutOfTurn, "something follows the last line");
    if (std::holds_alternative<ExportStart>(*decoded) != !m_start) {
        return wrong(Fault::OutOfTurn, m_start ? "a second first line" : "the first line does not say what this is");
    }
    return std::visit([this](const auto& content) { return on(content); }, *decoded);
}

ExportVerifier::Checked ExportVerifier::on(const ExportStart& start) {
    auto& keys = m_expectation.portal_keys;
    if (!keys.empty() && std::ranges::find(keys, start.portal_key) == keys.end()) {
        return wrong(Fault::WrongKey, "the export names another portal key than the one that was given");
    }
    if (keys.empty()) keys.push_back(start.portal_key);
    m_start = start;
    return {};
}

ExportVerifier::Checked ExportVerifier::on(const ExportLog& line) {
    if (m_events > 0) return wrong(Fault::OutOfTurn, "a log's head after the first event");
    const auto head = verify_log_head(line.head, m_expectation.portal_keys);
    if (!head && head.error() == LogHeadError::BadSignature) {
        return wrong(Fault::BadSignature, "the portal's key did not sign this log's head");
    }
    if (!head) return wrong(Fault::Malformed, "the log's head cannot be read");
    m_here.log = head->log;
    if (!covers(head->log)) return wrong(Fault::Foreign, describe(head->log) + " does not belong into this export");
    Log log{.head = *head,
            .tree = {},
            .earlier = nullptr,
            .held = {},
            .first_back_in_time = {},
            .last_received = {},
            .leaves = {}};
    const auto earlier = m_expectation.earlier.find(head->log);
    if (earlier != m_expectation.earlier.end()) log.earlier = &earlier->second;
    if (!m_logs.emplace(head->log, std::move(log)).second) {
        return wrong(Fault::OutOfTurn, "a second head of " + describe(head->log));
    }
    return {};
}

ExportVerifier::Checked ExportVerifier::on(const ExportDevice& line) {
    m_here.device = line.device_id;
    m_here.log = LogName{m_start->team_id, line.tenant_id};
    if (m_events > 0) return wrong(Fault::OutOfTurn, "a device after the first event");
    if (!m_logs.contains(*m_here.log)) return wrong(Fault::Foreign, "the device's tenant has no log in this export");
    if (!verify_envelope(line.signing_key, crypto::Purpose::AuditHead, line.head)) {
        return wrong(Fault::BadSignature, "the device's key did not sign the head of its chain");
    }
    const auto head = decode_audit_head(line.head.body);
    if (!head) return wrong(Fault::Malformed, "the head of the device's chain cannot be read");
    if (head->device_id != line.device_id) return wrong(Fault::Foreign, "the head is of another device's chain");
    const Device device{.tenant_id = line.tenant_id, .head = *head, .reached = empty_chain()};
    if (!m_devices.emplace(line.device_id, device).second) return wrong(Fault::OutOfTurn, "the device comes twice");
    return {};
}

ExportVerifier::Checked ExportVerifier::on(const ExportEvent& event) {
    if (m_events == 0) {
        if (auto taken = take_held_heads(); !taken) return taken;
    }
    const auto hash = audit_event_hash(event.body);
    const auto name = event.source == EventSource::Device ? follow_device(event, hash) : follow_portal(event, hash);
    if (!name) return std::unexpected(name.error());
    const auto log = m_logs.find(*name);
    if (log == m_logs.end()) return wrong(Fault::Foreign, describe(*name) + " has no head in this export");
    ++m_events;
    return append(log->second, event.received_at, hash);
}

ExportVerifier::Checked ExportVerifier::on(const ExportEnd& end) {
    if (m_events == 0) {
        if (auto taken = take_held_heads(); !taken) return taken;
    }
    if (end.events != m_events) {
        return wrong(Fault::Incomplete,
                     "the export says " + number(end.events) + " events, and holds " + number(m_events));
    }
    m_end = end;
    return {};
}

// Once all logs are known, and before any of them grows.
ExportVerifier::Checked ExportVerifier::take_held_heads() {
    for (const auto& envelope : m_expectation.held_heads) {
        const auto head = verify_log_head(envelope, m_expectation.portal_keys);
        if (!head) return wrong(Fault::BadSignature, "the portal's key did not sign the head that a workstation holds");
        const auto log = m_logs.find(head->log);
        m_here.log = head->log;
        if (log == m_logs.end()) {
            return wrong(covers(head->log) ? Fault::LogMissing : Fault::Foreign,
                         "a workstation holds a head of " + describe(head->log) + ", which is not in this export");
        }
        log->second.held.emplace(static_cast<std::uint64_t>(head->size), head->root_hash);
        m_here = {};
    }
    return {};
}

std::expected<LogName, Finding> ExportVerifier::follow_device(const ExportEvent& line, const crypto::Digest& hash) {
    const auto event = decode_audit_event(line.body);
    if (!event) return wrong(Fault::Malformed, "the device's event cannot be read: " + to_string(event.error()));
    const LogName log{m_start->team_id, event->tenant_id};
    m_here.log = log;
    m_here.device = event->device_id;
    m_here.sequence = event->sequence;
    const auto found = m_devices.find(event->device_id);
    if (found == m_devices.end()) return wrong(Fault::Foreign, "an event of a device that the export does not name");
    Device& device = found->second;
    if (device.tenant_id != event->tenant_id) return wrong(Fault::Foreign, "the device belongs to another tenant");
    if (const auto found_wrong = misfit(device.reached, event->sequence, event->previous_hash)) {
        return wrong(found_wrong->fault, found_wrong->what);
    }
    if (event->sequence > device.head.sequence) {
        return wrong(Fault::EventUnsigned, "the device signed its chain up to event " + number(device.head.sequence));
    }
    if (event->sequence == device.head.sequence && hash != device.head.hash) {
        return wrong(Fault::EventChanged, "the event is not the one that the device signed as its last");
    }
    device.reached = {.sequence = event->sequence, .hash = hash};
    ++m_device_events;
    return log;
}

std::expected<LogName, Finding> ExportVerifier::follow_portal(const ExportEvent& line, const crypto::Digest& hash) {
    const auto event = decode_portal_event(line.body);
    if (!event) return wrong(Fault::Malformed, "the portal's event cannot be read: " + to_string(event.error()));
    const LogName log{event->team_id, event->tenant_id};
    m_here.log = log;
    m_here.sequence = event->sequence;
    auto found_wrong = misfit(m_portal, event->sequence, event->previous_hash);
    // One tenant's export has only that tenant's part of the portal's chain.
    if (m_start->tenant_id && event->sequence > m_portal.sequence + 1) found_wrong = std::nullopt;
    if (found_wrong) return wrong(found_wrong->fault, "in the portal's own chain, " + found_wrong->what);
    m_portal = {.sequence = event->sequence, .hash = hash};
    return log;
}

ExportVerifier::Checked ExportVerifier::append(Log& log, Timestamp received_at, const crypto::Digest& hash) {
    const std::uint64_t index = log.tree.size();
    m_here.place = static_cast<std::int64_t>(index) + 1;
    if (index >= log.head.tree().size) {
        return wrong(Fault::EventUnsigned, "the portal signed " + number(log.head.size) + " events of this log");
    }
    const auto leaf = log_leaf({.received_at = received_at, .event_hash = hash});
    if (log.earlier != nullptr && index < log.earlier->size() && (*log.earlier)[index] != leaf) {
        return wrong(Fault::NotConsistent, "the earlier export has another event, or another time of receipt, here");
    }
    if (received_at < log.last_received && !log.first_back_in_time) log.first_back_in_time = m_here.place;
    log.last_received = received_at;
    log.tree.append(leaf);
    if (m_keep == Leaves::Keep) log.leaves.push_back(leaf);
    if (!log.held.empty()) {
        const auto [from, to] = log.held.equal_range(log.tree.size());
        if (std::any_of(from, to, [&](const auto& held) { return held.second != log.tree.root(); })) {
            return wrong(Fault::NotConsistent, "up to here, a workstation was shown another log");
        }
    }
    if (log.tree.size() != log.head.tree().size || log.tree.root() == log.head.root_hash) return {};
    std::string what = "its events are not those of its signed head: one was moved, or its time of receipt changed";
    if (log.first_back_in_time)
        what += "; event " + number(*log.first_back_in_time) + " is older than the one before it";
    m_here.place = log.first_back_in_time;
    m_here.device.reset();
    m_here.sequence.reset();
    return wrong(Fault::LogChanged, what);
}

std::expected<Verified, Finding> ExportVerifier::finish() {
    m_here = {};
    if (!m_end) return wrong(Fault::Incomplete, "the export ends before its last line");
    m_line = 0;
    for (const auto check :
         {&ExportVerifier::check_devices, &ExportVerifier::check_logs, &ExportVerifier::check_earlier}) {
        if (auto checked = (this->*check)(); !checked) return std::unexpected(checked.error());
    }
    Verified verified{.start = *m_start,
                      .events = m_events,
                      .device_events = m_device_events,
                      .devices = static_cast<std::int64_t>(m_devices.size()),
                      .logs = static_cast<std::int64_t>(m_logs.size()),
                      .leaves = {}};
    if (m_keep == Leaves::Keep) {
        for (auto& [name, log] : m_logs)
            verified.leaves.emplace(name, std::move(log.leaves));
    }
    return verified;
}

ExportVerifier::Checked ExportVerifier::check_devices() const {
    for (const auto& [id, device] : m_devices) {
        if (device.reached.sequence == device.head.sequence) continue;
        return std::unexpected(Finding{.fault = Fault::TailMissing,
                                       .what = "its chain ends with event " + number(device.reached.sequence) +
                                               ", but it signed event " + number(device.head.sequence),
                                       .log = LogName{m_start->team_id, device.tenant_id},
                                       .device = id,
                                       .sequence = device.reached.sequence + 1});
    }
    return {};
}

ExportVerifier::Checked ExportVerifier::check_logs() const {
    const auto tail = [](const LogName& name, std::uint64_t size, std::string what) {
        return std::unexpected(Finding{.fault = Fault::TailMissing,
                                       .what = std::move(what),
                                       .log = name,
                                       .place = static_cast<std::int64_t>(size) + 1});
    };
    for (const auto& [name, log] : m_logs) {
        const std::uint64_t size = log.tree.size();
        if (size < log.head.tree().size) {
            return tail(name, size,
                        "it ends with event " + number(size) + ", but the portal signed " + number(log.head.size));
        }
        // Of an empty log.
        if (log.tree.root() != log.head.root_hash) {
            return std::unexpected(Finding{
                .fault = Fault::LogChanged, .what = "its signed head is not that of an empty log", .log = name});
        }
        if (!log.held.empty() && log.held.rbegin()->first > size) {
            return tail(name, size,
                        "it ends with event " + number(size) + ", but a workstation was shown " +
                            number(log.held.rbegin()->first));
        }
        if (log.earlier != nullptr && log.earlier->size() > size) {
            return tail(name, size,
                        "it ends with event " + number(size) + ", but the earlier export had " +
                            number(static_cast<std::uint64_t>(log.earlier->size())));
        }
    }
    return {};
}

ExportVerifier::Checked ExportVerifier::check_earlier() const {
    for (const auto& [name, leaves] : m_expectation.earlier) {
        if (m_logs.contains(name) || !covers(name)) continue;
        return std::unexpected(Finding{.fault = Fault::LogMissing,
                                       .what = describe(name) + " is missing, which the earlier export had",
                                       .log = name});
    }
    return {};
}

}  // namespace doorward::verify
