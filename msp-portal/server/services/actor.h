#pragma once

#include "msp-portal/server/stores/team_store.h"
#include "protocol/ids.h"

#include <string>

namespace doorward::portal {

/// The administrator in whose name something is done. Made from a session, nowhere else.
struct Actor {
    protocol::TeamId team_id;
    protocol::TechnicianId technician_id;
    PersonId person_id;
    std::string name;
};

}  // namespace doorward::portal
