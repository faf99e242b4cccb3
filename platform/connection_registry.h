#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace doorward::platform {

/// A connection as the server's stop sees it. Both may be called from any thread.
class ServedConnection {
public:
    virtual ~ServedConnection() = default;
    virtual void finish_soon() = 0;
    virtual void abort() = 0;
};

class ConnectionRegistry;

/// One connection's place in the count; given back when it goes.
class ConnectionSlot {
public:
    ConnectionSlot(std::shared_ptr<ConnectionRegistry> registry, std::string address);
    ConnectionSlot(const ConnectionSlot&) = delete;
    ConnectionSlot& operator=(const ConnectionSlot&) = delete;
    ~ConnectionSlot();

    /// Who is told when the server stops; a WebSocket takes over from its HTTP session.
    void hold(std::weak_ptr<ServedConnection> connection);
    [[nodiscard]] const std::string& address() const { return m_address; }

private:
    std::shared_ptr<ConnectionRegistry> m_registry;
    std::string m_address;
};

/// Counts and bounds a server's connections. Thread-safe.
class ConnectionRegistry : public std::enable_shared_from_this<ConnectionRegistry> {
public:
    ConnectionRegistry(std::size_t limit, std::size_t limit_per_address)
        : m_limit(limit), m_limit_per_address(limit_per_address) {}

    /// Nothing where a limit is reached or the server is stopping.
    [[nodiscard]] std::unique_ptr<ConnectionSlot> admit(const std::string& address);
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] bool stopping() const;
    void stop();
    [[nodiscard]] std::vector<std::shared_ptr<ServedConnection>> connections() const;

private:
    friend class ConnectionSlot;
    mutable std::mutex m_mutex;
    std::size_t m_limit;
    std::size_t m_limit_per_address;
    bool m_stopping = false;
    std::unordered_map<const ConnectionSlot*, std::weak_ptr<ServedConnection>> m_slots;
    std::unordered_map<std::string, std::size_t> m_addresses;
};

}  // namespace doorward::platform
