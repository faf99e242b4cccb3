#pragma once

#include "platform/database.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace doorward::portal {

/// Whoever keeps something that was read from the store is told here that it may not be so any more: on the store's
/// thread, after the commit and before anybody hears that it was made. What a statement changes is found out from the
/// statement itself, so nobody who changes something can forget to say so. Thread-safe.
class TableWatches {
public:
    /// Ends the watch when destroyed; afterwards it is not called any more.
    class Watch {
    public:
        Watch() = default;
        Watch(TableWatches& watches, int number) : m_watches(&watches), m_number(number) {}
        Watch(Watch&& other) noexcept : m_watches(std::exchange(other.m_watches, nullptr)), m_number(other.m_number) {}
        Watch& operator=(Watch&& other) noexcept;
        ~Watch();

    private:
        TableWatches* m_watches = nullptr;
        int m_number = 0;
    };

    /// `changed` is short and asks nothing of the store.
    [[nodiscard]] Watch watch(std::vector<std::string> tables, std::function<void()> changed);
    /// By the store, after a commit.
    void tell(const platform::TableNames& changed);

private:
    struct Watcher {
        std::vector<std::string> tables;
        std::function<void()> changed;
    };

    std::mutex m_mutex;
    std::map<int, Watcher> m_watchers;
    int m_next = 1;
};

}  // namespace doorward::portal
