#include "verify/finding.h"

#include "protocol/choice.h"

#include <array>

namespace doorward::verify {
namespace {

constexpr std::array<protocol::Choice<Fault>, 15> k_faults{{
    {Fault::Unreadable, "unreadable"},
    {Fault::Malformed, "malformed"},
    {Fault::OutOfTurn, "out_of_turn"},
    {Fault::Incomplete, "incomplete"},
    {Fault::WrongKey, "wrong_key"},
    {Fault::BadSignature, "bad_signature"},
    {Fault::Foreign, "foreign"},
    {Fault::EventMissing, "event_missing"},
    {Fault::EventMoved, "event_moved"},
    {Fault::EventChanged, "event_changed"},
    {Fault::EventUnsigned, "event_unsigned"},
    {Fault::TailMissing, "tail_missing"},
    {Fault::LogChanged, "log_changed"},
    {Fault::NotConsistent, "not_consistent"},
    {Fault::LogMissing, "log_missing"},
}};

}  // namespace

std::string_view to_string(Fault fault) {
    return protocol::choice_text(k_faults, fault);
}

std::string describe(const protocol::LogName& log) {
    return log.tenant_id ? "the log of tenant " + log.tenant_id->to_string() : "the team's own log";
}

}  // namespace doorward::verify
