#pragma once

#include "protocol/audit_log.h"
#include "protocol/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::verify {

enum class Fault {
    Unreadable,     // the file itself
    Malformed,      // a line is not what WIRE.md says
    OutOfTurn,      // a line of the right form in the wrong place, or twice
    Incomplete,     // the file ends before its end
    WrongKey,       // not made by the portal that was expected
    BadSignature,   // a head that its owner did not sign
    Foreign,        // of another team, tenant or device than the export names
    EventMissing,   // a gap in a chain
    EventMoved,     // a chain goes back, or repeats an event
    EventChanged,   // an event is not the one that its successor, or a signed head, names
    EventUnsigned,  // behind the end that was signed
    TailMissing,    // the end of a chain or a log is not there
    LogChanged,     // a log is not the one its signed head names
    NotConsistent,  // another story than an earlier export or a held head tells
    LogMissing,     // a whole log that was there before
};
// A machine word.
[[nodiscard]] std::string_view to_string(Fault fault);

// The first thing that is wrong, and where.
struct Finding {
    Fault fault = Fault::Malformed;
    // A sentence.
    std::string what;
    // In the export, from 1; 0 where no line is to blame.
    std::int64_t line = 0;
    std::optional<protocol::LogName> log = std::nullopt;
    // The event's place in that log, from 1.
    std::optional<std::int64_t> place = std::nullopt;
    std::optional<protocol::DeviceId> device = std::nullopt;
    // The event's number in the chain of the device, or of the portal where no device is named.
    std::optional<std::int64_t> sequence = std::nullopt;
};

// "the log of tenant 0198...", "the team's own log".
[[nodiscard]] std::string describe(const protocol::LogName& log);

}  // namespace doorward::verify
