#pragma once

#include "protocol/break_glass.h"
#include "tests/crypto/software_passkey.h"

#include <string>
#include <string_view>

namespace doorward::tests {

// An administrator who holds halves: with a passkey, and the agreement key it makes.
struct TestCustodian {
    static constexpr const char* k_rp_id = "portal.example.org";
    static constexpr const char* k_origin = "https://portal.example.org";

    explicit TestCustodian(protocol::TechnicianId technician);

    // As the portal would name them in an order of this team.
    [[nodiscard]] protocol::Custodian record(const protocol::TeamId& team) const;
    [[nodiscard]] protocol::Assertion assertion(const crypto::Digest& challenge,
                                                std::string_view origin = k_origin) const;
    // As their browser does; empty where it does not open.
    [[nodiscard]] std::string open(const protocol::BreakGlassPlace& place, const protocol::SealedHalf& half) const;

    protocol::TechnicianId id;
    SoftwarePasskey passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    protocol::CustodianKey key = protocol::CustodianKey::generate();
};

}  // namespace doorward::tests
