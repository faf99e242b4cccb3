#include "msp-portal/server/services/mail_texts.h"

namespace doorward::portal {

MailText invitation_mail(const std::string& team, const std::string& technician, const std::string& link) {
    return {team + " invites you to Doorward",
            "Hello " + technician + ",\n\n" + team +
                " has invited you to sign in to its customers' workstations with Doorward.\n\n"
                "Open this link on the phone you will sign in with. It is good for 7 days and for you only:\n\n" +
                link +
                "\n\nYour phone will ask for your fingerprint, face or screen lock; there is no password.\n"
                "If you did not expect this, ignore it: without the link nothing happens.\n"};
}

MailText administrator_mail(const std::string& team, const std::string& technician, const std::string& link) {
    return {"Administer " + team + " in Doorward",
            "Hello " + technician + ",\n\nyou may administer " + team +
                " in Doorward. Register a passkey for it with this link; it is good for 24 hours, once:\n\n" + link +
                "\n\nIf you did not expect this, tell another administrator of " + team + ".\n"};
}

MailText change_mail(const std::string& administrator, const std::string& author, std::string_view what,
                     const std::string& subject, const std::string& link) {
    const std::string change = std::string(what) + (subject.empty() ? "" : ": " + subject);
    return {"A change waits for you: " + change, "Hello " + administrator + ",\n\n" + author +
                                                     " proposes a change that needs a second person:\n\n    " + change +
                                                     "\n\nSee what it would do, and accept or reject it, here:\n\n" +
                                                     link + "\n\nUntil somebody accepts it, nothing happens.\n"};
}

MailText break_glass_mail(const std::string& administrator, const std::string& device, const std::string& tenant,
                          protocol::Timestamp at) {
    return {
        "Break-glass was used on " + device,
        "Hello " + administrator + ",\n\nsomebody signed in to " + device + " of " + tenant +
            " as an administrator with both halves of its break-glass code, at " + protocol::format_time(at) +
            " by that workstation's clock.\n\nIf nobody of you did, take the workstation off the network and look at "
            "its log in the portal.\nThe code is used up. Make a new one on the workstation's page when you need one "
            "again.\n"};
}

}  // namespace doorward::portal
