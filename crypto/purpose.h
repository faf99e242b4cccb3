#pragma once

#include <string_view>

namespace doorward::crypto {

// Every context string of the product. Whatever is signed, hashed or derived names one, so bytes made for one use
// can never be taken for another. A changed meaning gets a new number, never the old text.
enum class Purpose {
    SignIn,
    SignInRequest,
    AgreementKey,
    PhoneAgreementKey,
    OfflineTotp,
    OfflineChallenge,
    KeyId,
    StandIn,
    TenantCode,
    TenantCodeName,
    TenantCodeStore,
    Machine,
    StoreRecovery,
    ChannelDevice,
    ChannelPortal,
    Enrol,
    RosterHead,
    RosterState,
    AuditEvent,
    AuditHead,
    LogHead,
    Pair,
    Unlock,
    AdminSession,
    AdminRegister,
    Change,
    AppSession,
    EnrolmentToken,
    PairingLink,
    SessionToken,
    SetupLink,
    InvitationLink,
    Backup,
    CustodianKey,
    CustodianAgreement,
    BreakGlassOrder,
    BreakGlassCode,
    BreakGlassHalf,
    BreakGlassSeal,
    Removal,
};

inline constexpr Purpose k_last_purpose = Purpose::Removal;

[[nodiscard]] constexpr std::string_view text(Purpose purpose) {
    switch (purpose) {
        case Purpose::SignIn:
            return "doorward/sign-in/1";
        case Purpose::SignInRequest:
            return "doorward/sign-in-request/1";
        case Purpose::AgreementKey:
            return "doorward/agreement-key/1";
        case Purpose::PhoneAgreementKey:
            return "doorward/phone-agreement/1";
        case Purpose::OfflineTotp:
            return "doorward/offline-totp/1";
        case Purpose::OfflineChallenge:
            return "doorward/offline-challenge/1";
        case Purpose::KeyId:
            return "doorward/key-id/1";
        case Purpose::StandIn:
            return "doorward/stand-in/1";
        case Purpose::TenantCode:
            return "doorward/tenant-code/1";
        case Purpose::TenantCodeName:
            return "doorward/tenant-code-name/1";
        case Purpose::TenantCodeStore:
            return "doorward/tenant-code-store/1";
        case Purpose::Machine:
            return "doorward/machine/1";
        case Purpose::StoreRecovery:
            return "doorward/store-recovery/1";
        case Purpose::ChannelDevice:
            return "doorward/channel-device/1";
        case Purpose::ChannelPortal:
            return "doorward/channel-portal/1";
        case Purpose::Enrol:
            return "doorward/enrol/1";
        case Purpose::RosterState:
            return "doorward/roster-state/1";
        case Purpose::RosterHead:
            return "doorward/roster-head/1";
        case Purpose::AuditEvent:
            return "doorward/audit-event/1";
        case Purpose::AuditHead:
            return "doorward/audit-head/1";
        case Purpose::LogHead:
            return "doorward/log-head/1";
        case Purpose::Pair:
            return "doorward/pair/1";
        case Purpose::Unlock:
            return "doorward/unlock/1";
        case Purpose::AdminSession:
            return "doorward/admin-session/1";
        case Purpose::AdminRegister:
            return "doorward/admin-register/1";
        case Purpose::Change:
            return "doorward/change/1";
        case Purpose::AppSession:
            return "doorward/app-session/1";
        case Purpose::EnrolmentToken:
            return "doorward/enrolment-token/1";
        case Purpose::PairingLink:
            return "doorward/pairing-link/1";
        case Purpose::SessionToken:
            return "doorward/session-token/1";
        case Purpose::SetupLink:
            return "doorward/setup-link/1";
        case Purpose::InvitationLink:
            return "doorward/invitation-link/1";
        case Purpose::Backup:
            return "doorward/backup/1";
        case Purpose::CustodianKey:
            return "doorward/custodian-key/1";
        case Purpose::CustodianAgreement:
            return "doorward/custodian-agreement/1";
        case Purpose::BreakGlassOrder:
            return "doorward/break-glass-order/1";
        case Purpose::BreakGlassCode:
            return "doorward/break-glass-code/1";
        case Purpose::BreakGlassHalf:
            return "doorward/break-glass-half/1";
        case Purpose::BreakGlassSeal:
            return "doorward/break-glass-seal/1";
        case Purpose::Removal:
            return "doorward/removal/1";
    }
    __builtin_unreachable();
}

}  // namespace doorward::crypto
