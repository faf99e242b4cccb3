#include "msp-portal/server/api/problem.h"

#include "protocol/json_writer.h"

#include <string_view>
#include <vector>

namespace doorward::portal {

namespace {

struct Kind {
    int status;
    std::string_view word;
    std::string_view title;
    std::string_view detail;
};

Kind kind_of(Error error) {
    switch (error) {
        case Error::NotFound:
            return {404, "not_found", "Not found", "There is nothing here for you."};
        case Error::LinkRefused:
            return {404, "not_found", "Not found", "This link is no longer good. Ask for a new one."};
        case Error::Malformed:
            return {400, "malformed", "Malformed request", "A value is missing, unknown or not allowed."};
        case Error::CeremonyRefused:
            return {400, "ceremony_refused", "Passkey refused", "The passkey's answer does not fit this request."};
        case Error::NameTaken:
            return {409, "name_taken", "Name taken", "There is one of that name already."};
        case Error::UsernameTaken:
            return {409, "name_taken", "Name taken", "Another technician has that username."};
        case Error::KeyTaken:
            return {409, "conflict", "Conflict", "This key is in use already."};
        case Error::RightExists:
            return {409, "conflict", "Conflict", "This right is there already."};
        case Error::WrongState:
            return {409, "conflict", "Conflict", "This is not possible in the present state."};
        case Error::OwnerProtected:
            return {409, "conflict", "Conflict",
                    "The owner cannot be disabled or lose the administration of the team."};
        case Error::KeyReused:
            return {409, "conflict", "Conflict", "This Idempotency-Key came with another request before."};
        case Error::NotAnotherPerson:
            return {409, "not_another_person", "Another person is needed", "A change is accepted by another person."};
        case Error::NameNotConfirmed:
            return {409, "name_not_confirmed", "Name not confirmed", "Give the name of what you delete, as it is."};
        case Error::ConditionUnavailable:
            return {409, "condition_unavailable", "Not possible yet",
                    "Workstations do not ask anybody for an approval yet; nobody could sign in."};
        case Error::RoleLocked:
            return {409, "conflict", "Conflict",
                    "System roles are the same in every team. Make a copy and change that."};
        case Error::ChangeDecided:
            return {409, "change_decided", "Already decided", "This change has been decided."};
        case Error::ChangeOutdated:
            return {409, "change_outdated", "Outdated", "This change no longer fits. Propose it anew."};
        case Error::TooManyPhones:
            return {409, "too_many_phones", "Two phones at most", "The technician has two phones. Reset them first."};
        case Error::LastPasskey:
            return {409, "conflict", "Conflict", "This is your only working passkey. Add another one first."};
        case Error::AwaitsAcceptance:
            return {
                409, "awaits_acceptance", "Restored from a backup",
                "The portal was restored from a backup. Administrators have to accept that before this is possible."};
        case Error::StatementForged:
            return {400, "statement_forged", "Not from this workstation",
                    "The signature is not this workstation's: the statement was changed, or somebody else made it."};
        case Error::StatementOfAnotherDevice:
            return {400, "statement_of_another_device", "Of another workstation",
                    "The statement is about another workstation, or an earlier enrolment of this one."};
        case Error::VersionOutdated:
            return {412, "version_outdated", "Changed meanwhile", "Somebody else changed this. Reload and try again."};
        case Error::VersionRequired:
            return {428, "version_required", "Version required", "Send the ETag you last saw as If-Match."};
        case Error::Forbidden:
            return {403, "forbidden", "Not allowed", "Your rights do not allow this."};
        case Error::SignInRefused:
            return {401, "sign_in_refused", "Sign-in refused", "This passkey cannot sign in here."};
        case Error::TokenRefused:
        case Error::ChainBroken:
            break;
        case Error::StoreFailed:
            return {503, "unavailable", "Not available", "The portal cannot do this at the moment."};
    }
    return {500, "internal", "Internal error", "Internal error."};
}

platform::Response answer(const Kind& kind, const std::string& request_id,
                          const std::optional<protocol::DecodeError>& malformed) {
    std::vector<protocol::DecodeError> errors;
    if (malformed) errors.push_back(*malformed);
    auto body = protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
        out.text("type", "urn:doorward:problem:" + std::string(kind.word));
        out.text("title", kind.title);
        out.integer("status", kind.status);
        out.text("detail", kind.detail);
        out.text("request_id", request_id);
        out.list("errors", errors, [&](const protocol::DecodeError& error) {
            // These two paths name members that the sender invented.
            const bool invented = error.kind == protocol::DecodeErrorKind::UnknownMember ||
                                  error.kind == protocol::DecodeErrorKind::DuplicateMember;
            out.object([&] {
                out.text("path", invented ? std::string() : error.path);
                out.text("reason", to_string(error.kind));
            });
        });
    });
    auto response = platform::Response::make(kind.status, "application/problem+json", std::move(body));
    response.set_header("Cache-Control", "no-store");
    return response;
}

}  // namespace

platform::Response problem(Error error, const std::string& request_id,
                           const std::optional<protocol::DecodeError>& malformed) {
    return answer(kind_of(error), request_id, malformed);
}

platform::Response problem_of_status(int status) {
    switch (status) {
        case 404:
            return answer(kind_of(Error::NotFound), {}, {});
        case 405:
            return answer({405, "method_not_allowed", "Method not allowed", "This cannot be done here."}, {}, {});
        case 413:
            return answer({413, "too_large", "Too large", "The request is larger than allowed here."}, {}, {});
        case 500:
            return answer({500, "internal", "Internal error", "Internal error."}, {}, {});
        default:
            return answer({status, "malformed", platform::status_phrase(status), platform::status_phrase(status)}, {},
                          {});
    }
}

platform::Response unauthenticated(const std::string& request_id) {
    return answer({401, "unauthenticated", "Sign in first", "There is no live session."}, request_id, {});
}

platform::Response cross_site(const std::string& request_id) {
    return answer({403, "cross_site", "Not from here", "This call did not come from the portal's own pages."},
                  request_id, {});
}

platform::Response wrong_media_type(const std::string& request_id) {
    return answer({415, "wrong_media_type", "Wrong media type", "State-changing calls are application/json."},
                  request_id, {});
}

platform::Response too_many_requests(const std::string& request_id, int retry_after_seconds) {
    auto response =
        answer({429, "too_many_requests", "Too many requests", "Wait a moment and try again."}, request_id, {});
    response.set_header("Retry-After", std::to_string(retry_after_seconds));
    return response;
}

}  // namespace doorward::portal
