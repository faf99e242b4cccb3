#pragma once

#include "crypto/hash.h"
#include "desktop-client/agent/stores/result.h"
#include "protocol/channel_handshake.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorward::agent {

struct AuditHeadRow {
    std::int64_t sequence = 0;
    crypto::Digest hash;
};

struct TimeRow {
    std::int64_t floor = 0;       ///< milliseconds; the latest time known to have passed
    std::int64_t least_step = 0;  ///< codes of earlier steps are refused, whatever their secret
    std::string boot_id;
    std::int64_t boots_since_head = 0;
    bool rolled_back = false;  ///< the store is older than its anchor: no offline sign-in until a fresh head
    std::optional<protocol::QuarantineReason> quarantine{};  ///< the portal's word; likewise
};

struct FloodRow {
    std::string subject;
    std::string body;  ///< the event it will be, without its count
    std::int64_t count = 0;
    std::int64_t pending = 0;
};

/// A sign-in that was accepted and is no session yet.
struct AdmissionRow {
    std::string technician;  ///< empty by break-glass
    std::string account;
    std::string service;
    std::string body;  ///< the event that says it was accepted
};

/// The audit chain and the clock's memory, in the one row that every decision touches.
class LedgerStore {
public:
    explicit LedgerStore(platform::Database& database) : m_database(database) {}

    /// Makes the row of a new store.
    [[nodiscard]] Stored<> ensure(const crypto::Digest& empty_head);

    [[nodiscard]] Stored<AuditHeadRow> audit_head();
    /// The new event is the chain's head from now on; the clock's floor rises to `floor` if that is later.
    [[nodiscard]] Stored<> append(const AuditHeadRow& head, std::string_view body, std::int64_t floor);
    [[nodiscard]] Stored<std::vector<std::string>> events_after(std::int64_t sequence, std::int64_t limit);
    /// In which machine the store was last trusted.
    [[nodiscard]] Stored<std::optional<crypto::Digest>> machine();
    [[nodiscard]] Stored<> save_machine(const crypto::Digest& machine);
    /// What the TPM's counter has reached, or will once it is asked; nothing where none is used.
    [[nodiscard]] Stored<std::optional<std::int64_t>> counter();
    [[nodiscard]] Stored<> save_counter(const std::optional<std::int64_t>& value);

    /// Takes the events after `sequence` away, to be appended anew elsewhere in the chain.
    [[nodiscard]] Stored<> take_back(std::int64_t sequence);
    /// What comes next follows `head`.
    [[nodiscard]] Stored<> continue_from(const AuditHeadRow& head);
    [[nodiscard]] Stored<std::int64_t> acknowledged();
    /// Keeps `kept` events behind the acknowledged one and forgets older ones.
    [[nodiscard]] Stored<> acknowledge(std::int64_t sequence, std::int64_t kept);

    [[nodiscard]] Stored<std::optional<FloodRow>> flood(std::string_view subject);
    [[nodiscard]] Stored<std::vector<FloodRow>> floods();
    [[nodiscard]] Stored<> save_flood(const FloodRow& row);
    [[nodiscard]] Stored<> clear_floods();

    [[nodiscard]] Stored<> save_admission(const AdmissionRow& row);
    /// Takes the oldest that is of the same technician, account and service; nothing where there is none.
    [[nodiscard]] Stored<std::optional<AdmissionRow>> take_admission(const AdmissionRow& like);
    [[nodiscard]] Stored<std::vector<AdmissionRow>> admissions();
    [[nodiscard]] Stored<> clear_admissions();

    [[nodiscard]] Stored<TimeRow> time();
    [[nodiscard]] Stored<> save_time(const TimeRow& time);

    /// The portal's nonce of the last connection it welcomed.
    [[nodiscard]] Stored<std::optional<protocol::ChannelNonce>> last_nonce();
    [[nodiscard]] Stored<> save_last_nonce(const std::optional<protocol::ChannelNonce>& nonce);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
