#pragma once

#include "msp-portal/server/stores/table_watch.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace doorward::portal {

/// What reads of the store gave, as long as it is so: a commit that changes one of the tables it was read from makes
/// all of it forgotten, before that commit is answered. `keep` only inside a read: reads and commits share a thread, so
/// what is kept can never be older than the last commit. `find` from any thread. Jobs hold it by shared_ptr.
template <class Key, class Value>
class Remembered {
public:
    /// `tables`: every table the reads look at.
    [[nodiscard]] static std::shared_ptr<Remembered> create(TableWatches& watches, std::vector<std::string> tables) {
        auto created = std::make_shared<Remembered>();
        created->m_watch = watches.watch(std::move(tables), [values = created.get()] { values->forget(); });
        return created;
    }

    [[nodiscard]] std::optional<Value> find(const Key& key) const {
        const std::lock_guard lock(m_mutex);
        const auto found = m_values.find(key);
        return found == m_values.end() ? std::nullopt : std::optional(found->second);
    }

    void keep(const Key& key, const Value& value) {
        const std::lock_guard lock(m_mutex);
        if (m_values.size() >= k_most) m_values.clear();
        m_values.insert_or_assign(key, value);
    }

private:
    static constexpr std::size_t k_most = 10'000;

    void forget() {
        const std::lock_guard lock(m_mutex);
        m_values.clear();
    }

    mutable std::mutex m_mutex;
    std::map<Key, Value> m_values;
    TableWatches::Watch m_watch;
};

}  // namespace doorward::portal
