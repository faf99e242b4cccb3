#pragma once

#include <string_view>

namespace doorward::crypto {

// Why a crypto operation refused. The text is for the log; a peer never learns which one it was.
enum class Error {
    NotInitialised,
    WrongLength,
    OpenFailed,
    BadSignature,
    WeakPublicKey,
    BadCodeText,
    NoMatchingCode,
    TimeOutOfRange,
    BadParameters,
    LibraryFailure,
    BadPassword,
    MalformedAuthenticatorData,
    MalformedAttestation,
    UnsupportedAlgorithm,
    BadPublicKey,
    WrongRelyingParty,
    UserNotPresent,
    UserNotVerified,
    InconsistentBackupFlags,
    SignCountWentBack,
};

[[nodiscard]] std::string_view to_string(Error error);

}  // namespace doorward::crypto
