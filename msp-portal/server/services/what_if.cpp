#include "msp-portal/server/services/what_if.h"

#include "msp-portal/server/services/sign_in_rules.h"
#include "protocol/roster.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace doorward::portal::what_if {

namespace {

using namespace protocol;

struct Move {
    std::string name;
    std::vector<Named<DeviceId>> devices;
};
using Moves = std::unordered_map<TechnicianId, Move>;

// Whoever may enter by `one` and not by `other`.
void add_moves(Moves& moves, const Roster& one, const Roster& other, Timestamp now) {
    for (const auto& [technician, document] : one.technicians()) {
        for (const auto& [device, known] : one.devices()) {
            if (sign_in_rules::missing(one, technician, device, now) ||
                !sign_in_rules::missing(other, technician, device, now)) {
                continue;
            }
            auto& move = moves[technician];
            move.name = document.name;
            move.devices.push_back({device, known.name});
        }
    }
}

std::vector<Shift> shifts_of(Moves moves) {
    std::vector<Shift> shifts;
    for (auto& [technician, move] : moves) {
        std::ranges::sort(move.devices, {}, [](const auto& device) { return std::tie(device.name, device.id); });
        shifts.push_back({{technician, std::move(move.name)}, std::move(move.devices)});
    }
    std::ranges::sort(shifts, {},
                      [](const Shift& shift) { return std::tie(shift.technician.name, shift.technician.id); });
    return shifts;
}

}  // namespace

Draft draft_of(UnitOfWork& unit) {
    Draft draft;
    for (const auto& [tenant, revision] : unit.roster_revisions)
        draft.emplace(tenant, roster_store::changes_since(unit.database, tenant, revision - 1));
    return draft;
}

Effect effect_of(platform::Database& database, const Draft& draft, Timestamp now) {
    Moves gains;
    Moves losses;
    for (const auto& [tenant, changes] : draft) {
        const auto before = sign_in_rules::roster_of(roster_store::changes_since(database, tenant, 0).documents);
        auto after = before;
        if (const auto applied = after.apply({changes.documents, changes.removed}); !applied) {
            throw StoreFailure(platform::DatabaseError::Corrupt, to_string(applied.error()));
        }
        add_moves(losses, before, after, now);
        add_moves(gains, after, before, now);
    }
    return {shifts_of(std::move(gains)), shifts_of(std::move(losses))};
}

}  // namespace doorward::portal::what_if
