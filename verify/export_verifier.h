#pragma once

#include "crypto/merkle_tree.h"
#include "protocol/audit_event.h"
#include "protocol/audit_log.h"
#include "protocol/log_export.h"
#include "verify/finding.h"

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace doorward::verify {

// Every leaf of every log, in order: what a later export has to begin with.
using LogLeaves = std::map<protocol::LogName, std::vector<crypto::Digest>>;

// What the verifier knows from elsewhere.
struct Expectation {
    // The portal's; none: the key that the export names is believed, and said to be.
    std::vector<crypto::PortalPublicKey> portal_keys = {};
    // Of an earlier export that was found good.
    LogLeaves earlier = {};
    // Heads that workstations hold.
    std::vector<protocol::SignedEnvelope> held_heads = {};
};

// What was found good.
struct Verified {
    protocol::ExportStart start;
    std::int64_t events = 0;
    std::int64_t device_events = 0;
    std::int64_t devices = 0;
    std::int64_t logs = 0;
    LogLeaves leaves;
};

// Walks one export line by line, in one pass and with little memory, and stops at the first thing that is wrong: each
// event in its chain and against the head that the workstation signed, and in its log against the head that the portal
// signed. Believes nothing but the keys.
class ExportVerifier {
public:
    enum class Leaves { Forget, Keep };

    ExportVerifier(Expectation expectation, Leaves leaves);
    ExportVerifier(const ExportVerifier&) = delete;
    ExportVerifier& operator=(const ExportVerifier&) = delete;

    // The next line, without its line feed. After an error nothing more is asked.
    [[nodiscard]] std::expected<void, Finding> take(std::string_view line);
    // After the last line.
    [[nodiscard]] std::expected<Verified, Finding> finish();

private:
    struct Log {
        protocol::LogHead head;
        crypto::MerkleFrontier tree;
        const std::vector<crypto::Digest>* earlier = nullptr;
        // What workstations saw, by size.
        std::multimap<std::uint64_t, crypto::Digest> held;
        // Where an event was received before the one in front of it: the first place to look at if the root is wrong.
        std::optional<std::int64_t> first_back_in_time;
        protocol::Timestamp last_received;
        std::vector<crypto::Digest> leaves;
    };
    struct Device {
        protocol::TenantId tenant_id;
        protocol::AuditHead head;
        protocol::ChainPosition reached;
    };
    using Checked = std::expected<void, Finding>;

    [[nodiscard]] Checked on(const protocol::ExportStart& start);
    [[nodiscard]] Checked on(const protocol::ExportLog& log);
    [[nodiscard]] Checked on(const protocol::ExportDevice& device);
    [[nodiscard]] Checked on(const protocol::ExportEvent& event);
    [[nodiscard]] Checked on(const protocol::ExportEnd& end);

    [[nodiscard]] Checked take_held_heads();
    // The chain's check; then the log the event belongs to.
    [[nodiscard]] std::expected<protocol::LogName, Finding> follow_device(const protocol::ExportEvent& event,
                                                                          const crypto::Digest& hash);
    [[nodiscard]] std::expected<protocol::LogName, Finding> follow_portal(const protocol::ExportEvent& event,
                                                                          const crypto::Digest& hash);
    [[nodiscard]] Checked append(Log& log, protocol::Timestamp received_at, const crypto::Digest& hash);
    [[nodiscard]] Checked check_devices() const;
    [[nodiscard]] Checked check_logs() const;
    [[nodiscard]] Checked check_earlier() const;
    [[nodiscard]] bool covers(const protocol::LogName& log) const;

    // A finding at this line, and at the event it is about.
    [[nodiscard]] std::unexpected<Finding> wrong(Fault fault, std::string what) const;

    Expectation m_expectation;
    Leaves m_keep;
    std::int64_t m_line = 0;
    std::optional<protocol::ExportStart> m_start;
    std::optional<protocol::ExportEnd> m_end;
    std::map<protocol::LogName, Log> m_logs;
    std::unordered_map<protocol::DeviceId, Device> m_devices;
    protocol::ChainPosition m_portal = protocol::empty_chain();
    std::int64_t m_events = 0;
    std::int64_t m_device_events = 0;
    // What the line at hand is about, for its finding.
    Finding m_here;
};

}  // namespace doorward::verify
