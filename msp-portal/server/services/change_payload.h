#pragma once

#include "msp-portal/server/stores/change_store.h"
#include "protocol/decode_error.h"
#include "protocol/roster_document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// One line of what a person decides on: machine words and names, shown beside each other.
struct Difference {
    std::string field;
    std::optional<std::string> before;
    std::optional<std::string> after;

    friend bool operator==(const Difference&, const Difference&) = default;
};

/// What a change would do, complete: these bytes are stored, shown, digested and, once accepted, applied.
struct ChangePayload {
    ChangeKind kind = ChangeKind::RightGrant;
    ChangeSubject subject_kind = ChangeSubject::Everyone;
    std::optional<protocol::Uuid> subject_id;
    std::optional<std::string> subject_name;
    std::vector<Difference> difference;
    std::optional<protocol::RightDocument> right;    ///< RightGrant
    std::optional<protocol::Uuid> target;            ///< the tenant, device, technician, phone or passkey
    std::optional<std::int64_t> number;              ///< TenantOfflineDays, TenantLongestSession
    std::vector<protocol::DeviceId> devices;         ///< WorkstationConfirmation
    std::optional<protocol::Uuid> member;            ///< DepartmentJoin: the technician; DeviceGroupJoin: the device
    std::vector<std::string> permissions;            ///< RoleWiden: what the role is given
    std::optional<protocol::PolicyDocument> policy;  ///< PolicyActivate: as it will be
};

[[nodiscard]] std::string encode_change_payload(const ChangePayload& payload);
[[nodiscard]] protocol::Decoded<ChangePayload> decode_change_payload(std::string_view text);

}  // namespace doorward::portal
