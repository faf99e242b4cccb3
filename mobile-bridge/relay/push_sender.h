#pragma once

#include "platform/clock.h"
#include "platform/fair_workers.h"
#include "platform/http_client.h"
#include "platform/web_push.h"
#include "protocol/phone_request.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <string>

namespace doorward::relay {

enum class PushError : std::uint8_t {
    Gone,    // the push service says that this subscription is over
    Busy,    // worth another try: too many requests, trouble at the service, or no answer
    Failed,  // anything else; the app still finds the request when it is opened
};

struct PushOptions {
    // mailto: or https: address of whoever runs this portal (RFC 8292, section 2.1).
    std::string subject;
    platform::HttpClientOptions http;
};

// Sends web push messages (RFC 8030) on threads of its own, because a push service can be slow; a slow one keeps no
// other waiting.
class PushSender {
public:
    PushSender(platform::VapidKey key, PushOptions options, const platform::Clock& clock);

    [[nodiscard]] const platform::P256Point& public_key() const { return m_key.public_point(); }

    // High urgency, worthless after a minute.
    [[nodiscard]] boost::asio::awaitable<std::expected<void, PushError>> send(protocol::PushSubscription subscription,
                                                                              std::string payload);

private:
    [[nodiscard]] std::expected<void, PushError> send_now(const platform::PushSubscription& subscription,
                                                          const std::string& payload) const;

    platform::VapidKey m_key;
    PushOptions m_options;
    const platform::Clock& m_clock;
    platform::FairWorkers m_workers{"push", {.threads = 4, .share = 2}};
};

}  // namespace doorward::relay
