#include "crypto/error.h"

namespace doorward::crypto {

std::string_view to_string(Error error) {
    switch (error) {
        case Error::NotInitialised:
            return "not_initialised";
        case Error::WrongLength:
            return "wrong_length";
        case Error::OpenFailed:
            return "open_failed";
        case Error::BadSignature:
            return "bad_signature";
        case Error::WeakPublicKey:
            return "weak_public_key";
        case Error::BadCodeText:
            return "bad_code_text";
        case Error::NoMatchingCode:
            return "no_matching_code";
        case Error::TimeOutOfRange:
            return "time_out_of_range";
        case Error::BadParameters:
            return "bad_parameters";
        case Error::LibraryFailure:
            return "library_failure";
        case Error::BadPassword:
            return "bad_password";
        case Error::MalformedAuthenticatorData:
            return "malformed_authenticator_data";
        case Error::MalformedAttestation:
            return "malformed_attestation";
        case Error::UnsupportedAlgorithm:
            return "unsupported_algorithm";
        case Error::BadPublicKey:
            return "bad_public_key";
        case Error::WrongRelyingParty:
            return "wrong_relying_party";
        case Error::UserNotPresent:
            return "user_not_present";
        case Error::UserNotVerified:
            return "user_not_verified";
        case Error::InconsistentBackupFlags:
            return "inconsistent_backup_flags";
        case Error::SignCountWentBack:
            return "sign_count_went_back";
    }
    return "unknown";
}

}  // namespace doorward::crypto
