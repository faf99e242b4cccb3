#pragma once

#include "tests/bench/device_client.h"
#include "tests/bench/https_connection.h"
#include "tests/bench/portal_bed.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace doorward::bench {

/// Pairs of a connected workstation and a phone, each of which signs in one time after the other. What the workstation
/// asks and what the phone answers is made before the clock runs.
class SignInLoad {
public:
    SignInLoad(const PortalBed& bed, std::size_t pairs);

    /// Microseconds for each sign-in of `pairs` pairs at once, `each` times: wall time / number of them.
    [[nodiscard]] double cost(std::size_t pairs, std::size_t each);

    /// Of one pair: the parts of a sign-in, medians, in microseconds.
    struct Legs {
        double asking = 0;     ///< request sent until the portal says that the phone may be asked
        double answering = 0;  ///< answer sent until the workstation has it
    };
    [[nodiscard]] Legs legs(std::size_t times);

private:
    struct Prepared {
        std::string request;
        std::string answer;
    };
    struct Pair {
        std::shared_ptr<DeviceClient> device;
        std::unique_ptr<HttpsConnection> phone;
        BenchPhone owner;
        std::vector<Prepared> prepared;
    };

    [[nodiscard]] static Prepared prepare(const Pair& pair);
    [[nodiscard]] static boost::asio::awaitable<Legs> sign_in(Pair* pair, const Prepared* prepared);
    [[nodiscard]] static boost::asio::awaitable<void> sign_in_all(Pair* pair, std::size_t* running);
    [[nodiscard]] boost::asio::awaitable<void> connect(const PortalBed* bed, std::size_t pairs);

    boost::asio::io_context m_context{1};
    std::vector<Pair> m_pairs;
    std::size_t m_turn = 0;
};

}  // namespace doorward::bench
