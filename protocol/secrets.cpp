#include "protocol/secrets.h"

#include "crypto/encoding.h"
#include "crypto/purpose.h"

namespace doorward::protocol {
namespace {

std::string link(std::string_view origin, std::string_view path, const LinkSecret& secret) {
    std::string text(origin);
    text.append(path).append("#").append(crypto::base64url_encode(secret.bytes()));
    return text;
}

}  // namespace

crypto::Digest enrolment_secret_hash(const EnrolmentSecret& secret) {
    return crypto::purpose_hash(crypto::Purpose::EnrolmentToken, {secret.bytes()});
}

crypto::Digest pairing_secret_hash(const LinkSecret& secret) {
    return crypto::purpose_hash(crypto::Purpose::PairingLink, {secret.bytes()});
}

crypto::Digest invitation_secret_hash(const LinkSecret& secret) {
    return crypto::purpose_hash(crypto::Purpose::InvitationLink, {secret.bytes()});
}

crypto::Digest set_up_secret_hash(const LinkSecret& secret) {
    return crypto::purpose_hash(crypto::Purpose::SetupLink, {secret.bytes()});
}

std::string pairing_link(std::string_view app_origin, const LinkSecret& secret) {
    return link(app_origin, "/pair", secret);
}

std::string invitation_link(std::string_view portal_origin, const LinkSecret& secret) {
    return link(portal_origin, "/invitation", secret);
}

std::string set_up_link(std::string_view portal_origin, const LinkSecret& secret) {
    return link(portal_origin, "/set-up", secret);
}

}  // namespace doorward::protocol
