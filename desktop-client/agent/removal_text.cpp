#include "desktop-client/agent/removal_text.h"

#include <string_view>

namespace doorward::agent {
namespace {

using protocol::RemovalFate;
using protocol::RemovalItem;
using protocol::RemovalPart;

std::string_view words_of(RemovalPart part) {
    switch (part) {
        case RemovalPart::Account:
            return "account";
        case RemovalPart::Home:
            return "home";
        case RemovalPart::Pam:
            return "PAM";
        case RemovalPart::NameService:
            return "name service";
        case RemovalPart::UidRange:
            return "limit of uids";
        case RemovalPart::Sudoers:
            return "sudo";
        case RemovalPart::Sshd:
            return "sshd";
        case RemovalPart::Program:
            break;
    }
    return "program and keys";
}

// Of the words in RemovalItem::note those that somebody has to do something about.
std::string_view advice_on(std::string_view why) {
    if (why == "still_there") return "take it out by hand; it does no harm meanwhile";
    if (why == "of_somebody_else") return "Doorward did not make it, and does not touch it";
    if (why == "mounted") return "it is a mount of its own; it belongs to a uid that is free now";
    if (why == "homes_writable") return "/home may be written by others than root";
    return why;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

void add(std::string& text, std::string_view head, const RemovalItem& item, std::string_view tail = {}) {
    text.append("  ").append(head).append(words_of(item.part)).append(" ").append(item.name).append(tail).append("\n");
}

}  // namespace

std::string plan_text(const std::vector<AccountIdentity>& recorded, const std::vector<RemovalItem>& wiring) {
    std::string text = "Would be taken out of this system:\n";
    for (const auto& identity : recorded) {
        text.append("  account ")
            .append(identity.name)
            .append(", its group and its sudo right; its home is kept for root ");
        text.append("(/home/.doorward-kept), or archived\n");
    }
    for (const auto& item : wiring) {
        if (item.fate == RemovalFate::Remained) add(text, "", item);
    }
    return text.append(
        "  units doorward-agent and doorward-link, the store and the keys of this workstation\n"
        "Accounts that Doorward did not make stay as they are.\n");
}

std::string report_text(const RemovalReport& report) {
    std::string text;
    for (const auto& item : report.items) {
        const std::string note = item.note.value_or("");
        switch (item.fate) {
            case RemovalFate::Removed:
                add(text, "removed: ", item);
                break;
            case RemovalFate::Kept:
                add(text, "kept for root: ", item, ", now " + note);
                break;
            case RemovalFate::Archived:
                add(text, "archived: ", item, ", now " + note);
                break;
            case RemovalFate::Remained:
                if (item.part != RemovalPart::Program) {
                    add(text, "REMAINED: ", item, ": " + std::string(advice_on(note)));
                }
                break;
        }
    }
    if (!report.statement) return text;
    text.append("Signed statement: ").append(report.statement->native()).append("\n");
    if (report.portal_has_it) return text.append("The portal has it, and lists this workstation as removed.\n");
    return text.append("The portal does not have it (")
        .append(report.no_portal_because.empty() ? "no answer" : report.no_portal_because)
        .append("). Give it the file on the workstation's page.\n");
}

std::string problem_text(RemovalProblem problem, const std::vector<std::string>& in_use) {
    switch (problem) {
        case RemovalProblem::SignedIn:
            return "Signed in here: " + (in_use.empty() ? std::string("see doorward sessions") : joined(in_use)) +
                   ". Nothing was changed. Let them sign out, or end their sessions: doorward purge --yes --force";
        case RemovalProblem::NotRecorded:
            return "Which accounts are Doorward's cannot be told: /var/lib/doorward/agent/accounts cannot be read. "
                   "Nothing was changed.";
        case RemovalProblem::AccountsRemain:
            return "Not every account could be removed; the log says why. Those that are left are locked. Nothing else "
                   "was taken out. Try again.";
        case RemovalProblem::NotUnwired:
            return "The accounts are gone, but PAM or another file could not be changed; the log says why. Try again.";
        case RemovalProblem::StatementNotStored:
            break;
    }
    return "The statement could not be written to /var/backups. Make room there and try again.";
}

}  // namespace doorward::agent
