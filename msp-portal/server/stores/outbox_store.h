#pragma once

#include "msp-portal/server/stores/store.h"

#include <optional>
#include <string>

namespace doorward::portal {

namespace entity {
struct OutgoingMail;
}
using OutgoingMailId = protocol::Id<entity::OutgoingMail>;

struct OutgoingMail {
    OutgoingMailId id;
    protocol::TeamId team_id;
    std::optional<protocol::TechnicianId> technician_id;
    std::string recipient;
    std::string subject;
    std::string body;
    std::int64_t attempts = 0;
};

/// Mails on their way. A text may hold a link, so it is wiped as soon as the mail has gone out or is given up.
namespace outbox_store {

void insert(UnitOfWork& unit, const OutgoingMail& mail);
[[nodiscard]] std::optional<OutgoingMail> next_due(platform::Database& database, protocol::Timestamp now);
void sent(UnitOfWork& unit, const OutgoingMailId& id);
void failed(UnitOfWork& unit, const OutgoingMailId& id, std::string_view error, protocol::Timestamp next_attempt);
void given_up(UnitOfWork& unit, const OutgoingMailId& id, std::string_view error);
/// Mails that wait with a link which is no longer good.
void cancel_of_technician(UnitOfWork& unit, const protocol::TechnicianId& technician);

}  // namespace outbox_store
}  // namespace doorward::portal
