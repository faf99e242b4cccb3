#pragma once

#include "crypto/hash.h"
#include "protocol/decode_error.h"
#include "protocol/roster_document.h"

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace doorward::protocol {

struct RosterChanges {
    // New ones and new versions.
    std::vector<RosterDocument> documents;
    // Ones that are not there are ignored.
    std::vector<DocumentId> removed;
};

enum class RosterErrorKind {
    MalformedDocument,
    // A document twice among the changes, or both changed and removed.
    RepeatedDocument,
    // A second team or tenant.
    SecondTeam,
    SecondTenant,
    WrongStateHash,
};
[[nodiscard]] std::string_view to_string(RosterErrorKind kind);

struct RosterError {
    RosterErrorKind kind;
    // For MalformedDocument: which, and where in it.
    std::string document;
    std::optional<DecodeError> decode_error;
};
[[nodiscard]] std::string to_string(const RosterError& error);

// One tenant's roster, parsed and indexed: what may_sign_in() decides on. Holds each document's hash instead of its
// body. Pointers it hands out live until the next apply(). A value; not synchronised.
class Roster {
public:
    Roster() = default;

    [[nodiscard]] static std::expected<Roster, RosterError> create(std::vector<RosterDocument> documents);

    // All or nothing: on an error the roster is as before. Only what changed is parsed and hashed.
    [[nodiscard]] std::expected<void, RosterError> apply(const RosterChanges& changes);
    // As above, and nothing changes unless the result has this state hash.
    [[nodiscard]] std::expected<void, RosterError> apply(const RosterChanges& changes,
                                                         const crypto::Digest& expected_state_hash);

    [[nodiscard]] crypto::Digest state_hash() const;
    [[nodiscard]] std::size_t size() const { return m_hashes.size(); }
    // All document ids in byte order, as the state hash takes them.
    [[nodiscard]] std::vector<DocumentId> document_ids() const;
    [[nodiscard]] std::optional<crypto::Digest> body_hash(const DocumentId& id) const;

    // nullptr where there is none.
    [[nodiscard]] const TeamDocument* team() const { return m_team ? &*m_team : nullptr; }
    [[nodiscard]] const TenantDocument* tenant() const { return m_tenant ? &*m_tenant : nullptr; }
    [[nodiscard]] const DeviceDocument* device(const DeviceId& id) const;
    [[nodiscard]] const DeviceCodesDocument* device_codes(const DeviceId& id) const;
    [[nodiscard]] const DeviceGroupDocument* device_group(const DeviceGroupId& id) const;
    [[nodiscard]] const DepartmentDocument* department(const DepartmentId& id) const;
    [[nodiscard]] const TechnicianDocument* technician(const TechnicianId& id) const;
    [[nodiscard]] const RoleDocument* role(const RoleId& id) const;
    [[nodiscard]] const RightDocument* right(const RightId& id) const;
    [[nodiscard]] const PolicyDocument* policy(const PolicyId& id) const;
    // nullptr also where two technicians hold the name: nobody is guessed.
    [[nodiscard]] const TechnicianDocument* technician_by_account(std::string_view account) const;
    [[nodiscard]] const TechnicianDocument* technician_by_username(std::string_view username) const;
    [[nodiscard]] const PhoneRecord* phone(const TechnicianId& technician, const PhoneId& id) const;
    // The one account of all technicians where the tenant shares one; nullptr in named mode.
    [[nodiscard]] const std::string* shared_account() const;
    // Which account this technician uses on the tenant's workstations: the shared one, or their own.
    [[nodiscard]] const std::string& account_of(const TechnicianDocument& technician) const;

    // Ascending by id.
    [[nodiscard]] const std::map<PolicyId, PolicyDocument>& policies() const { return m_policies; }
    [[nodiscard]] const std::set<RightId>& rights_of(const RightSubject& subject) const;
    [[nodiscard]] const std::unordered_map<DeviceId, DeviceDocument>& devices() const { return m_devices; }
    [[nodiscard]] const std::unordered_map<TechnicianId, TechnicianDocument>& technicians() const {
        return m_technicians;
    }

private:
    struct Prepared;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    using NameIndex = std::unordered_map<std::string, std::set<TechnicianId>, TextHash, std::equal_to<>>;
    using HashIndex = std::map<std::string, crypto::Digest, std::less<>>;

    [[nodiscard]] std::expected<Prepared, RosterError> prepare(const RosterChanges& changes) const;
    [[nodiscard]] crypto::Digest state_hash_with(const Prepared& prepared) const;
    void commit(Prepared prepared);
    void put(DocumentContent content);
    void remove(const DocumentId& id);
    [[nodiscard]] const TechnicianDocument* only_one(const NameIndex& index, std::string_view name) const;

    // By document id text, so that iterating gives the order of the state hash.
    HashIndex m_hashes;
    std::optional<TeamDocument> m_team;
    std::optional<TenantDocument> m_tenant;
    std::unordered_map<DeviceId, DeviceDocument> m_devices;
    std::unordered_map<DeviceCodesId, DeviceCodesDocument> m_device_codes;
    std::unordered_map<DeviceGroupId, DeviceGroupDocument> m_device_groups;
    std::unordered_map<DepartmentId, DepartmentDocument> m_departments;
    std::unordered_map<TechnicianId, TechnicianDocument> m_technicians;
    std::unordered_map<RoleId, RoleDocument> m_roles;
    std::unordered_map<RightId, RightDocument> m_rights;
    std::map<PolicyId, PolicyDocument> m_policies;
    NameIndex m_by_account;
    NameIndex m_by_username;
    std::map<RightSubject, std::set<RightId>> m_rights_by_subject;
};

// The state hash of documents as they are stored, without parsing them.
[[nodiscard]] crypto::Digest roster_state_hash(std::span<const RosterDocument> documents);

}  // namespace doorward::protocol
