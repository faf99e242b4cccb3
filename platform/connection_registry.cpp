#include "platform/connection_registry.h"

#include <utility>

namespace doorward::platform {

ConnectionSlot::ConnectionSlot(std::shared_ptr<ConnectionRegistry> registry, std::string address)
    : m_registry(std::move(registry)), m_address(std::move(address)) {}

ConnectionSlot::~ConnectionSlot() {
    const std::lock_guard lock(m_registry->m_mutex);
    m_registry->m_slots.erase(this);
    auto found = m_registry->m_addresses.find(m_address);
    if (--found->second == 0) m_registry->m_addresses.erase(found);
}

void ConnectionSlot::hold(std::weak_ptr<ServedConnection> connection) {
    const std::lock_guard lock(m_registry->m_mutex);
    m_registry->m_slots[this] = std::move(connection);
}

std::unique_ptr<ConnectionSlot> ConnectionRegistry::admit(const std::string& address) {
    const std::lock_guard lock(m_mutex);
    const auto found = m_addresses.find(address);
    const std::size_t from_address = found == m_addresses.end() ? 0 : found->second;
    if (m_stopping || m_slots.size() >= m_limit || from_address >= m_limit_per_address) return nullptr;
    auto slot = std::make_unique<ConnectionSlot>(shared_from_this(), address);
    m_slots.emplace(slot.get(), std::weak_ptr<ServedConnection>());
    ++m_addresses[address];
    return slot;
}

std::size_t ConnectionRegistry::count() const {
    const std::lock_guard lock(m_mutex);
    return m_slots.size();
}

bool ConnectionRegistry::stopping() const {
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

void ConnectionRegistry::stop() {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
}

std::vector<std::shared_ptr<ServedConnection>> ConnectionRegistry::connections() const {
    std::vector<std::shared_ptr<ServedConnection>> open;
    const std::lock_guard lock(m_mutex);
    for (const auto& [slot, connection] : m_slots) {
        if (auto alive = connection.lock()) open.push_back(std::move(alive));
    }
    return open;
}

}  // namespace doorward::platform
