#include "msp-portal/server/services/admin_passkey_service.h"

#include "platform/log.h"

namespace doorward::portal::admin_passkey_service {

namespace {

const platform::Logger k_log("passkey");

}  // namespace

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

Result<void> vouch(UnitOfWork& unit, const Actor& actor, const Deployment& deployment,
                   const protocol::Assertion& assertion, const crypto::Digest& challenge) {
    const auto passkey = technician_store::find_passkey_by_credential(unit.database, assertion.credential_id);
    if (!passkey || passkey->team_id != actor.team_id || passkey->technician_id != actor.technician_id ||
        passkey->state != KeyState::Active) {
        return std::unexpected(Error::CeremonyRefused);
    }
    const auto count = verify(deployment, *passkey, assertion, challenge);
    if (!count) {
        k_log.warning("acceptance_refused", {{platform::LogField::Technician, actor.technician_id.to_string()},
                                             {platform::LogField::Reason, count.error()}});
        return std::unexpected(Error::CeremonyRefused);
    }
    technician_store::passkey_used(unit, passkey->id, *count);
    return {};
}

}  // namespace doorward::portal::admin_passkey_service
