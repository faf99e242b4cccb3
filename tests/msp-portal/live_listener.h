#pragma once

#include "platform/websocket_client.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace doorward::tests {

// A page or app that listens on a live socket, on a thread of its own: keeps what it is told.
class LiveListener {
public:
    struct Where {
        std::filesystem::path authority;
        std::string host;
        std::uint16_t port = 0;
        std::string target;
        std::vector<platform::HttpHeader> headers;
    };
    explicit LiveListener(Where where);
    ~LiveListener();
    LiveListener(const LiveListener&) = delete;
    LiveListener& operator=(const LiveListener&) = delete;

    [[nodiscard]] bool connected() const { return m_socket != nullptr; }
    // Waits for an event of that topic that names the id.
    [[nodiscard]] bool hears(const std::string& topic, const std::string& id, std::chrono::milliseconds patience);
    // Waits until the other end has closed.
    [[nodiscard]] bool is_closed(std::chrono::milliseconds patience);

private:
    boost::asio::io_context m_io{1};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<nlohmann::json> m_heard;
    bool m_closed = false;
    std::shared_ptr<platform::WebSocket> m_socket;
    std::thread m_thread;
};

}  // namespace doorward::tests
