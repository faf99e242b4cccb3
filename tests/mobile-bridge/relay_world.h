#pragma once

#include "crypto/random.h"
#include "mobile-bridge/relay/approval_service.h"
#include "mobile-bridge/relay/pairing_service.h"
#include "mobile-bridge/relay/phone_notifier.h"
#include "mobile-bridge/relay/ports.h"
#include "mobile-bridge/relay/push_sender.h"
#include "platform/clock.h"
#include "protocol/challenge.h"
#include "tests/crypto/software_passkey.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace doorward::tests {

inline constexpr char k_rp_id[] = "app.example.org";
inline constexpr char k_origin[] = "https://app.example.org";

template <class Id>
[[nodiscard]] Id fresh_id() {
    return Id::make(protocol::Timestamp{1'700'000'000'000}, crypto::random_array<10>());
}

class ManualClock final : public platform::Clock {
public:
    std::int64_t wall = 1'700'000'000'000;
    std::int64_t boot = 1'000'000;
    [[nodiscard]] std::int64_t wall_now() const override { return wall; }
    [[nodiscard]] std::int64_t boot_now() const override { return boot; }
    [[nodiscard]] std::string boot_id() const override { return "test"; }
};

// What a browser would hash and sign for a challenge at the app's origin.
[[nodiscard]] crypto::Bytes client_data(std::string_view type, const crypto::Digest& challenge,
                                        std::string_view origin = k_origin);

[[nodiscard]] protocol::Assertion assertion(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                            std::uint32_t sign_count = 0, std::string_view origin = k_origin);

// The portal as far as the relay sees it.
class FakePortal final : public relay::PairingPort,
                         public relay::PhonePort,
                         public relay::RecordPort,
                         public relay::DevicePort {
public:
    std::optional<std::pair<crypto::Digest, relay::PairingOffer>> offer;
    std::vector<relay::NewPhone> paired;
    std::vector<std::pair<protocol::RequestId, protocol::SignInClosedState>> ended;
    std::vector<std::pair<protocol::RequestId, protocol::SignInProgress>> states;
    std::vector<std::pair<protocol::RequestId, protocol::Assertion>> answers;
    std::map<protocol::PhoneId, std::uint32_t> counts;
    bool storage_fails = false;
    bool counting_fails = false;

    boost::asio::awaitable<std::expected<relay::PairingOffer, relay::PortError>> look_up(crypto::Digest hash) override;
    boost::asio::awaitable<std::expected<protocol::PhoneState, relay::PortError>> complete(
        crypto::Digest hash, relay::NewPhone phone) override;

    boost::asio::awaitable<std::expected<relay::KnownPhone, relay::PortError>> by_credential(crypto::Bytes) override;
    boost::asio::awaitable<std::expected<relay::KnownPhone, relay::PortError>> by_session(crypto::Digest) override;
    boost::asio::awaitable<std::expected<void, relay::PortError>> start_session(protocol::PhoneId,
                                                                                crypto::Digest) override;
    boost::asio::awaitable<std::expected<void, relay::PortError>> end_session(crypto::Digest) override;
    boost::asio::awaitable<std::expected<void, relay::PortError>> note_sign_count(protocol::PhoneId phone,
                                                                                  std::uint32_t count) override;
    boost::asio::awaitable<std::expected<void, relay::PortError>> set_subscription(
        protocol::PhoneId, std::optional<protocol::PushSubscription>) override;
    boost::asio::awaitable<std::expected<void, relay::PortError>> end_subscription(protocol::PhoneId,
                                                                                   protocol::PushSubscription) override;
    boost::asio::awaitable<std::vector<std::pair<protocol::PhoneId, protocol::PushSubscription>>> subscriptions(
        protocol::TechnicianId) override;

    boost::asio::awaitable<std::expected<void, relay::PortError>> approval_ended(
        relay::Approval approval, protocol::SignInClosedState end, std::optional<relay::SignedAnswer>) override;
    boost::asio::awaitable<std::expected<void, relay::PortError>> codes_read(protocol::TechnicianId, protocol::PhoneId,
                                                                             std::vector<protocol::CodeRead>) override;
    boost::asio::awaitable<std::expected<protocol::ActivityPage, relay::PortError>> activity(protocol::TechnicianId,
                                                                                             std::optional<std::string>,
                                                                                             int) override;

    void send_state(const protocol::DeviceId&, const protocol::RequestId& request,
                    protocol::SignInProgress state) override;
    void send_answer(const protocol::DeviceId&, const protocol::RequestId& request, const protocol::PhoneId&,
                     const protocol::Assertion& answer) override;
};

// A relay with one technician who has a phone, on a context that tests turn by hand.
struct RelayWorld {
    boost::asio::io_context context;
    ManualClock clock;
    FakePortal portal;
    relay::AppParty party{.rp_id = k_rp_id, .origin = k_origin};
    relay::PushSender push;
    relay::PhoneNotifier notifier;
    relay::ApprovalService approvals;
    relay::PairingService pairings;
    SoftwarePasskey passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    protocol::TeamId team = fresh_id<protocol::TeamId>();
    protocol::TechnicianId technician = fresh_id<protocol::TechnicianId>();
    protocol::DeviceId device = fresh_id<protocol::DeviceId>();
    std::string remote_host = "203.0.113.7";

    RelayWorld();

    [[nodiscard]] relay::KnownPhone phone() const;
    // A request as a workstation would make it, submitted; gives its bytes.
    [[nodiscard]] std::pair<protocol::RequestId, std::string> ask();

    template <class Value>
    Value wait(boost::asio::awaitable<Value> work) {
        // By way of an optional: Boost wants a default for what a coroutine gives.
        std::optional<Value> value;
        auto keep = [](boost::asio::awaitable<Value> inner,
                       std::optional<Value>* kept) -> boost::asio::awaitable<void> {
            kept->emplace(co_await std::move(inner));
        };
        auto done = boost::asio::co_spawn(context, keep(std::move(work), &value), boost::asio::use_future);
        context.restart();
        context.run();
        done.get();
        return std::move(*value);
    }
};

}  // namespace doorward::tests
