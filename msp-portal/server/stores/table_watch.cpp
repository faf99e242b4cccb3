#include "msp-portal/server/stores/table_watch.h"

#include <algorithm>

namespace doorward::portal {

TableWatches::Watch& TableWatches::Watch::operator=(Watch&& other) noexcept {
    std::swap(m_watches, other.m_watches);
    std::swap(m_number, other.m_number);
    return *this;
}

TableWatches::Watch::~Watch() {
    if (m_watches == nullptr) return;
    const std::lock_guard lock(m_watches->m_mutex);
    m_watches->m_watchers.erase(m_number);
}

TableWatches::Watch TableWatches::watch(std::vector<std::string> tables, std::function<void()> changed) {
    const std::lock_guard lock(m_mutex);
    const int number = m_next++;
    m_watchers.emplace(number, Watcher{std::move(tables), std::move(changed)});
    return {*this, number};
}

void TableWatches::tell(const platform::TableNames& changed) {
    // Under the lock, so that an ended watch is never called.
    const std::lock_guard lock(m_mutex);
    for (const auto& [number, watcher] : m_watchers) {
        const bool concerned =
            std::ranges::any_of(watcher.tables, [&](const std::string& table) { return changed.contains(table); });
        if (concerned) watcher.changed();
    }
}

}  // namespace doorward::portal
