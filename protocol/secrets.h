#pragma once

#include "crypto/hash.h"
#include "crypto/secret_key.h"

#include <string>
#include <string_view>

namespace doorward::protocol {

namespace role {
struct Enrolment;
struct Link;
}  // namespace role

// The part of an enrolment token that proves the right to enrol.
using EnrolmentSecret = crypto::SecretKey<role::Enrolment, 32>;
// The part of a pairing, invitation or set-up link behind the '#', which browsers do not send.
using LinkSecret = crypto::SecretKey<role::Link, 32>;

// What a store keeps of a secret: H(<kind>, secret).
[[nodiscard]] crypto::Digest enrolment_secret_hash(const EnrolmentSecret& secret);
[[nodiscard]] crypto::Digest pairing_secret_hash(const LinkSecret& secret);
[[nodiscard]] crypto::Digest invitation_secret_hash(const LinkSecret& secret);
[[nodiscard]] crypto::Digest set_up_secret_hash(const LinkSecret& secret);

// The links themselves. `origin` is an https origin; the result is as secret as what it holds.
[[nodiscard]] std::string pairing_link(std::string_view app_origin, const LinkSecret& secret);
[[nodiscard]] std::string invitation_link(std::string_view portal_origin, const LinkSecret& secret);
[[nodiscard]] std::string set_up_link(std::string_view portal_origin, const LinkSecret& secret);

}  // namespace doorward::protocol
