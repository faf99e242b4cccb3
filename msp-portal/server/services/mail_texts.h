#pragma once

#include "protocol/time.h"

#include <string>
#include <string_view>

namespace doorward::portal {

/// A mail as it goes out: one line and plain text. Names come from administrators and stand where they can break
/// nothing.
struct MailText {
    std::string subject;
    std::string text;
};

[[nodiscard]] MailText invitation_mail(const std::string& team, const std::string& technician, const std::string& link);
[[nodiscard]] MailText administrator_mail(const std::string& team, const std::string& technician,
                                          const std::string& link);
/// `what` is the change in words, `subject` whom or what it concerns (may be empty).
[[nodiscard]] MailText change_mail(const std::string& administrator, const std::string& author, std::string_view what,
                                   const std::string& subject, const std::string& link);
/// `at` is the workstation's time, shown in UTC.
[[nodiscard]] MailText break_glass_mail(const std::string& administrator, const std::string& device,
                                        const std::string& tenant, protocol::Timestamp at);

}  // namespace doorward::portal
