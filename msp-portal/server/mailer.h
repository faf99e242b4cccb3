#pragma once

#include "msp-portal/server/stores/store.h"
#include "platform/smtp.h"
#include "platform/worker.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace doorward::portal {

/// Sends what waits in the outbox, one mail at a time, on a thread of its own because a mail server can be slow. Tries
/// again with growing pauses for a day, then gives up.
class Mailer {
public:
    Mailer(boost::asio::any_io_executor executor, Store& store, platform::SmtpOptions options);

    /// Until stop().
    [[nodiscard]] boost::asio::awaitable<void> run();
    void stop();
    /// Something new waits.
    void wake();

private:
    [[nodiscard]] boost::asio::awaitable<bool> send_one();

    Store& m_store;
    platform::SmtpOptions m_options;
    platform::Worker m_worker{"mail"};
    boost::asio::steady_timer m_timer;
    bool m_stopping = false;
};

}  // namespace doorward::portal
