#include "msp-portal/server/services/administrator_mail.h"

#include "msp-portal/server/stores/outbox_store.h"
#include "msp-portal/server/stores/technician_store.h"

namespace doorward::portal {

void mail_administrators(UnitOfWork& unit, const protocol::TeamId& team, const std::optional<PersonId>& except,
                         const std::function<MailText(const std::string& name)>& text) {
    for (const auto& id : team_store::administering(unit.database, team, unit.now)) {
        const auto technician = technician_store::find(unit.database, team, id);
        if (!technician || !technician->email || technician->person_id == except) continue;
        const auto mail = text(technician->name);
        outbox_store::insert(unit,
                             {unit.new_id<OutgoingMailId>(), team, id, *technician->email, mail.subject, mail.text, 0});
    }
}

}  // namespace doorward::portal
