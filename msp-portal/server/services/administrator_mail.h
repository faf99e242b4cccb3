#pragma once

#include "msp-portal/server/services/mail_texts.h"
#include "msp-portal/server/stores/team_store.h"

#include <functional>
#include <optional>
#include <string>

namespace doorward::portal {

/// One mail to each administrator of the team who has an address, but not to the person `except`. `text` gets the name
/// of whom it is for.
void mail_administrators(UnitOfWork& unit, const protocol::TeamId& team, const std::optional<PersonId>& except,
                         const std::function<MailText(const std::string& name)>& text);

}  // namespace doorward::portal
