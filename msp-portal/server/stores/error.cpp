#include "msp-portal/server/stores/error.h"

namespace doorward::portal {

std::string_view to_string(Error error) {
    switch (error) {
        case Error::NotFound:
            return "not_found";
        case Error::Malformed:
            return "malformed";
        case Error::NameTaken:
            return "name_taken";
        case Error::UsernameTaken:
            return "username_taken";
        case Error::KeyTaken:
            return "key_taken";
        case Error::RightExists:
            return "right_exists";
        case Error::WrongState:
            return "wrong_state";
        case Error::OwnerProtected:
            return "owner_protected";
        case Error::VersionOutdated:
            return "version_outdated";
        case Error::VersionRequired:
            return "version_required";
        case Error::Forbidden:
            return "forbidden";
        case Error::TokenRefused:
            return "token_refused";
        case Error::LinkRefused:
            return "link_refused";
        case Error::CeremonyRefused:
            return "ceremony_refused";
        case Error::SignInRefused:
            return "sign_in_refused";
        case Error::NotAnotherPerson:
            return "not_another_person";
        case Error::NameNotConfirmed:
            return "name_not_confirmed";
        case Error::RoleLocked:
            return "role_locked";
        case Error::ConditionUnavailable:
            return "condition_unavailable";
        case Error::ChangeDecided:
            return "change_decided";
        case Error::ChangeOutdated:
            return "change_outdated";
        case Error::TooManyPhones:
            return "too_many_phones";
        case Error::LastPasskey:
            return "last_passkey";
        case Error::AwaitsAcceptance:
            return "awaits_acceptance";
        case Error::KeyReused:
            return "key_reused";
        case Error::ChainBroken:
            return "chain_broken";
        case Error::StatementForged:
            return "statement_forged";
        case Error::StatementOfAnotherDevice:
            return "statement_of_another_device";
        case Error::StoreFailed:
            return "store_failed";
    }
    return "unknown";
}

}  // namespace doorward::portal
