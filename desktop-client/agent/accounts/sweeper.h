#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace doorward::agent {

// Removes what belongs to one uid from folders that others use too, or everything from a folder, whoever owns it.
// Follows no link, stays on the mount it began on, and stops after so many entries or so much time: whoever fills a
// folder with files keeps the agent busy for that long and no longer. What it left is reported, and so is what only
// root can have put among it for later: set-user-id programs of somebody else, no older than a day.
class Sweeper {
public:
    struct Limits {
        std::size_t entries = 500'000;
        std::chrono::milliseconds time{5'000};
    };

    // No uid: everybody's.
    Sweeper(std::optional<uid_t> uid, Remainder::Kind kind, std::vector<Remainder>& remains)
        : Sweeper(uid, kind, remains, Limits()) {}
    Sweeper(std::optional<uid_t> uid, Remainder::Kind kind, std::vector<Remainder>& remains, const Limits& limits);

    // The limits are for all of them together. What the account owns goes first; only then it looks into other
    // people's folders.
    void sweep(std::initializer_list<const char*> folders);
    // What is in one folder that is open already; `path` is what the report calls it.
    void sweep(int folder, const std::string& path);

private:
    enum class Into { OwnFolders, OthersFolders };
    void sweep(int folder, const std::string& path, int depth, Into into);
    void look_at(int folder, const char* name, const std::string& path, int depth, Into into);
    [[nodiscard]] bool move_up(int folder, const char* name);
    [[nodiscard]] bool exhausted();
    void report(std::string detail);
    void report_rest();

    std::optional<uid_t> m_uid;
    Remainder::Kind m_kind;
    std::vector<Remainder>& m_remains;
    std::size_t m_entries_left;
    std::chrono::steady_clock::time_point m_deadline;
    std::size_t m_unreported = 0;
    bool m_reported_exhaustion = false;
    int m_top = -1;  // of a folder of which everything goes; what is too deep in it is moved up to here
    std::size_t m_next_place = 0;
    bool m_moved_up = false;  // in this descent
};

}  // namespace doorward::agent
