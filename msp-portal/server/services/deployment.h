#pragma once

#include "crypto/signature.h"

#include <cstdint>
#include <string>

namespace doorward::portal {

/// Where this portal lives and who it is, as links, tokens and passkeys name it. Fixed at init.
struct Deployment {
    std::string portal_origin;
    std::string portal_host;  ///< rpId of administrators' passkeys
    std::string app_origin;
    std::string app_host;  ///< rpId of phones
    std::uint16_t app_port = 443;
    crypto::PortalPublicKey signing_key;
    bool mail = false;  ///< whether mail can be sent
};

}  // namespace doorward::portal
