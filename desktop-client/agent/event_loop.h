#pragma once

#include <boost/asio/io_context.hpp>

namespace doorward::agent {

/// The agent's one thread. Coroutines that still wait when it stops refer to the services; let_go() ends them while the
/// services live.
class EventLoop : public boost::asio::io_context {
public:
    EventLoop() : boost::asio::io_context(1) {}
    void let_go() { shutdown(); }
};

}  // namespace doorward::agent
