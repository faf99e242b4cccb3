#pragma once

#include "mobile-bridge/relay/approval_board.h"
#include "mobile-bridge/relay/phone_notifier.h"
#include "mobile-bridge/relay/ports.h"
#include "platform/clock.h"
#include "platform/worker.h"
#include "protocol/assertion.h"
#include "protocol/sign_in_request.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace doorward::relay {

enum class AnswerError : std::uint8_t {
    NotFound,
    Answered,
    Expired,
    AssertionRefused,  // missing, or not this phone's answer to this request
    PhoneWaiting,      // the phone has not been accepted yet
    Storage,
};
[[nodiscard]] std::string_view to_string(AnswerError error);

// Where phones are told that something waits for them, and the party their passkeys belong to.
struct AppParty {
    std::string rp_id;
    std::string origin;
};

// Takes a workstation's request to its technician's phones and one answer back. It decides nothing about rights: the
// host has checked them before it submits, and the workstation judges the answer itself. Lives as long as the server.
class ApprovalService {
public:
    struct Ports {
        PhonePort& phones;
        RecordPort& records;
        DevicePort& devices;
        PhoneNotifier& notifier;
        const platform::Clock& clock;
    };
    ApprovalService(boost::asio::any_io_executor executor, AppParty party, Ports ports);

    // open_sign_in_request(), where it holds up nobody's answer.
    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::SignInRequest, protocol::EnvelopeError>> open_request(
        protocol::SignedEnvelope envelope, crypto::DevicePublicKey key);

    // A request whose device signature and rights were checked. What becomes of it the device hears through DevicePort.
    [[nodiscard]] boost::asio::awaitable<void> submit(protocol::SignInRequest request,
                                                      protocol::SignedEnvelope envelope);

    // The workstation does not wait any longer.
    [[nodiscard]] boost::asio::awaitable<void> cancel(protocol::DeviceId device, protocol::RequestId request);

    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::SignInClosedState, AnswerError>> answer(
        KnownPhone phone, protocol::RequestId request, protocol::PhoneDecision decision,
        std::optional<protocol::Assertion> assertion);

    // The open ones; listing them counts as delivery.
    [[nodiscard]] std::vector<Approval> open_for(const protocol::TechnicianId& technician);

    // Ends approvals whose time is over, until the executor stops.
    [[nodiscard]] boost::asio::awaitable<void> expire_forever();

private:
    // Checking a signature takes longer than all the rest. While other answers are under way it goes to a thread of its
    // own; alone it would only wait for one.
    template <class Check>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Check&>> beside(std::size_t others, Check check) {
        if (others == 0) co_return check();
        co_return co_await m_checks.run(std::move(check));
    }
    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::SignInClosedState, AnswerError>> answer_one(
        KnownPhone phone, protocol::RequestId request, protocol::PhoneDecision decision,
        std::optional<protocol::Assertion> assertion);
    [[nodiscard]] boost::asio::awaitable<std::expected<void, AnswerError>> finish(Approval approval,
                                                                                  protocol::SignInClosedState end,
                                                                                  std::optional<SignedAnswer> answer);
    [[nodiscard]] std::expected<std::uint32_t, AnswerError> verify(const KnownPhone& phone, const Approval& approval,
                                                                   const std::optional<protocol::Assertion>& assertion);

    boost::asio::any_io_executor m_executor;
    AppParty m_party;
    Ports m_ports;
    ApprovalBoard m_board;
    // Shared with the answers themselves, which may be let go after this is.
    std::shared_ptr<std::atomic<std::size_t>> m_answering = std::make_shared<std::atomic<std::size_t>>(0);
    platform::Worker m_checks{"signatures"};
};

}  // namespace doorward::relay
