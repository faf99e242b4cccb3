#pragma once

#include <expected>
#include <string_view>

namespace doorward::portal {

/// Why the portal refused. The text is for the log; api/problem.h says what a caller learns.
enum class Error {
    NotFound,  ///< missing, or of another team: never told apart
    Malformed,
    NameTaken,
    UsernameTaken,
    KeyTaken,
    RightExists,
    WrongState,  ///< the thing is not in a state that allows this
    OwnerProtected,
    VersionOutdated,
    VersionRequired,
    Forbidden,
    TokenRefused,
    LinkRefused,
    CeremonyRefused,  ///< a passkey's registration or assertion did not hold
    SignInRefused,
    NotAnotherPerson,
    NameNotConfirmed,      ///< what deletes needs the thing's name
    RoleLocked,            ///< a system role
    ConditionUnavailable,  ///< a policy's condition that no workstation can ask for yet
    ChangeDecided,
    ChangeOutdated,
    TooManyPhones,
    LastPasskey,
    AwaitsAcceptance,  ///< the portal was restored from a backup and nobody has accepted that yet
    KeyReused,         ///< an idempotency key came with another request
    ChainBroken,
    StatementForged,           ///< not signed by the device it is about
    StatementOfAnotherDevice,  ///< of a removal, brought to the wrong page
    StoreFailed,
};
[[nodiscard]] std::string_view to_string(Error error);

template <class Value>
using Result = std::expected<Value, Error>;

}  // namespace doorward::portal
