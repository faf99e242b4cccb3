#pragma once

#include "tests/bench/bench_machine.h"
#include "tests/bench/bench_workstation.h"

#include <memory>

namespace doorward::bench {

/// The workstation's real connection: doorward-link, TLS and the WebSocket to a portal that says welcome and nothing
/// more. Stands when the constructor has returned.
class LinkCarriage {
public:
    explicit LinkCarriage(BenchWorkstation& workstation);
    ~LinkCarriage();
    LinkCarriage(const LinkCarriage&) = delete;
    LinkCarriage& operator=(const LinkCarriage&) = delete;

    [[nodiscard]] pid_t link_process() const { return m_link.process(); }

private:
    class Server;
    std::unique_ptr<Server> m_server;
    Child m_link;
};

}  // namespace doorward::bench
