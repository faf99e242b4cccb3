#pragma once

#include "crypto/agreement.h"
#include "crypto/bytes.h"
#include "crypto/hpke.h"
#include "crypto/passkey_public_key.h"
#include "crypto/secret_key.h"
#include "crypto/signature.h"
#include "protocol/decode_error.h"
#include "protocol/ids.h"
#include "protocol/policy_document.h"
#include "protocol/time.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::protocol {

inline constexpr std::size_t k_longest_document_body = 64 * 1024;
inline constexpr std::size_t k_most_phones = 2;

enum class DocumentKind { Team, Tenant, Device, DeviceCodes, DeviceGroup, Department, Technician, Role, Right, Policy };

[[nodiscard]] std::string_view to_string(DocumentKind kind);

// "<kind>/<uuid>".
struct DocumentId {
    DocumentKind kind;
    Uuid uuid;

    [[nodiscard]] static std::optional<DocumentId> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const DocumentId&, const DocumentId&) = default;
};

[[nodiscard]] inline DocumentId document_id(const TeamId& id) {
    return {DocumentKind::Team, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const TenantId& id) {
    return {DocumentKind::Tenant, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const DeviceId& id) {
    return {DocumentKind::Device, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const DeviceCodesId& id) {
    return {DocumentKind::DeviceCodes, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const DeviceGroupId& id) {
    return {DocumentKind::DeviceGroup, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const DepartmentId& id) {
    return {DocumentKind::Department, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const TechnicianId& id) {
    return {DocumentKind::Technician, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const RoleId& id) {
    return {DocumentKind::Role, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const RightId& id) {
    return {DocumentKind::Right, id.uuid()};
}
[[nodiscard]] inline DocumentId document_id(const PolicyId& id) {
    return {DocumentKind::Policy, id.uuid()};
}

// A document as it is sent, stored and hashed: the body's bytes as they came.
struct RosterDocument {
    DocumentId id;
    std::string body;

    friend bool operator==(const RosterDocument&, const RosterDocument&) = default;
};

struct TeamDocument {
    TeamId id;
    std::string name;
    bool suspended = false;
    std::string app_rp_id;
    std::string app_origin;
};

enum class AccountMode { Named, Shared };
enum class CodeScheme { PerMachine, PerTenant };
enum class SudoAsks { Nothing, EveryTime };
// What becomes of an account's home: it stays, or each time somebody comes into the empty account it is made anew.
enum class HomeKeeping { Kept, Fresh };
[[nodiscard]] std::string_view to_string(AccountMode mode);
[[nodiscard]] std::string_view to_string(CodeScheme scheme);
[[nodiscard]] std::string_view to_string(SudoAsks asks);
[[nodiscard]] std::string_view to_string(HomeKeeping keeping);

struct TenantDocument {
    TenantId id;
    TeamId team_id;
    std::string name;
    bool suspended = false;
    AccountMode account_mode = AccountMode::Named;
    // Always there in shared mode.
    std::optional<std::string> shared_account;
    CodeScheme code_scheme = CodeScheme::PerMachine;
    int offline_days = 14;
    int longest_session_minutes = 480;
    SudoAsks sudo_asks = SudoAsks::Nothing;
    HomeKeeping homes = HomeKeeping::Kept;
};

enum class DeviceKind { Domain, NonDomain };
[[nodiscard]] std::string_view to_string(DeviceKind kind);
[[nodiscard]] std::optional<DeviceKind> parse_device_kind(std::string_view text);

struct DeviceDocument {
    DeviceId id;
    TenantId tenant_id;
    std::string name;
    DeviceKind kind = DeviceKind::NonDomain;
    crypto::DevicePublicKey signing_key;
    crypto::DeviceAgreementPublicKey agreement_key;
    bool suspended = false;
    std::vector<DeviceGroupId> group_ids;
};

// A secret of the tenant's codes, sealed to one workstation or phone (tenant_code.h).
struct SealedTenantSecret {
    TenantSecretId id;
    // Until when it counts, where another one has taken its place.
    std::optional<Timestamp> ends_at;
    crypto::Bytes sealed;

    friend bool operator==(const SealedTenantSecret&, const SealedTenantSecret&) = default;
};
inline constexpr std::size_t k_most_tenant_secrets = 2;
inline constexpr std::size_t k_sealed_tenant_secret = crypto::k_hpke_overhead + crypto::TenantTotpSecret::k_size;

// Only a workstation that an administrator confirmed has one.
struct DeviceCodesDocument {
    DeviceCodesId id;
    // The one in use first.
    std::vector<SealedTenantSecret> secrets;
};

struct DeviceGroupDocument {
    DeviceGroupId id;
    std::string name;
};

struct DepartmentDocument {
    DepartmentId id;
    std::string name;
};

enum class PhoneStrength { DeviceBound, Synced, WithoutPrf };
[[nodiscard]] std::string_view to_string(PhoneStrength strength);
[[nodiscard]] std::optional<PhoneStrength> parse_phone_strength(std::string_view text);

// The passkey's assertion over the agreement key, see phone_proof.h.
struct PhoneProof {
    crypto::Bytes authenticator_data;
    crypto::Bytes client_data_json;
    crypto::Bytes signature;
};

struct PhoneRecord {
    PhoneId id;
    // Counts a technician's phones from 1.
    std::uint32_t serial = 0;
    crypto::Bytes credential_id;
    crypto::PasskeyAlgorithm algorithm = crypto::PasskeyAlgorithm::Es256;
    // Of the algorithm's length; whether it is a point on the curve shows when it is used.
    crypto::Bytes public_key;
    crypto::PhoneAgreementPublicKey agreement_key;
    PhoneProof proof;
    PhoneStrength strength = PhoneStrength::WithoutPrf;
};

enum class TechnicianState { Invitation, Activated };
enum class TechnicianStatus { Active, Disabled };
[[nodiscard]] std::string_view to_string(TechnicianState state);
[[nodiscard]] std::string_view to_string(TechnicianStatus status);

struct TechnicianDocument {
    TechnicianId id;
    std::string name;
    std::string username;
    // Prefix and username.
    std::string account;
    TechnicianState state = TechnicianState::Invitation;
    TechnicianStatus status = TechnicianStatus::Disabled;
    std::vector<DepartmentId> department_ids;
    bool directory_imported = false;
    std::vector<PhoneRecord> phones;
};

enum class RolePurpose { Devices, Invitations, Administration };
[[nodiscard]] std::string_view to_string(RolePurpose purpose);
[[nodiscard]] std::optional<RolePurpose> parse_role_purpose(std::string_view text);

inline constexpr std::string_view k_permission_technician_sign_in = "technician_sign_in";

struct RoleDocument {
    RoleId id;
    std::string name;
    RolePurpose purpose = RolePurpose::Devices;
    bool system = false;
    // Machine words in ascending order, each once.
    std::vector<std::string> permissions;
};

struct Everyone {
    friend auto operator<=>(const Everyone&, const Everyone&) = default;
};
struct AllDevices {
    friend auto operator<=>(const AllDevices&, const AllDevices&) = default;
};
enum class Section { PermanentAccess, QuickSupport, Team };
[[nodiscard]] std::string_view to_string(Section section);

using RightSubject = std::variant<TechnicianId, DepartmentId, Everyone>;
using RightObject = std::variant<DeviceId, DeviceGroupId, TenantId, AllDevices, Section>;

struct RightDocument {
    RightId id;
    RightSubject subject;
    RightObject object;
    RoleId role_id;
    // In force from the first, up to but not at the second.
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_until;
};

using DocumentContent =
    std::variant<TeamDocument, TenantDocument, DeviceDocument, DeviceCodesDocument, DeviceGroupDocument,
                 DepartmentDocument, TechnicianDocument, RoleDocument, RightDocument, PolicyDocument>;

[[nodiscard]] DocumentId document_id(const DocumentContent& content);

// The body says its own document id; one that says another than `id` is refused (/id).
[[nodiscard]] Decoded<DocumentContent> decode_document(const DocumentId& id, std::string_view body);

[[nodiscard]] RosterDocument encode_document(const DocumentContent& content);

}  // namespace doorward::protocol
