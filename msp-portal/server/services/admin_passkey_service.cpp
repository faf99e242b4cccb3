#include "msp-portal/server/services/admin_passkey_service.h"

namespace doorward::portal::admin_passkey_service {

std::expected<std::uint32_t, std::string> verify(const Deployment& deployment, const AdminPasskey& passkey,
                                                 const protocol::Assertion& assertion,
                                                 const crypto::Digest& challenge) {
    const auto key = crypto::PasskeyPublicKey::create(passkey.algorithm, passkey.public_key);
    if (!key) return std::unexpected("bad_public_key");
    const protocol::KnownPasskey known{passkey.credential_id, *key, passkey.sign_count};
    const auto verified =
        protocol::verify_assertion(assertion, known, challenge, {deployment.portal_host, deployment.portal_origin});
    if (!verified) return std::unexpected(std::string(to_string(verified.error())));
    return verified->sign_count;
}

}  // namespace doorward::portal::admin_passkey_service
