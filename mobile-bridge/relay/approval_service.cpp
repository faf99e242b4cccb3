#include "mobile-bridge/relay/approval_service.h"

#include "platform/log.h"
#include "protocol/sign_in_approval.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace doorward::relay {
namespace {

using protocol::PhoneDecision;
using protocol::SignInClosedState;
using protocol::SignInProgress;

SignInProgress device_state(SignInClosedState end) {
    switch (end) {
        case SignInClosedState::Approved:
        case SignInClosedState::Refused:
        case SignInClosedState::Cancelled:
            return SignInProgress::Refused;
        case SignInClosedState::NotMe:
            return SignInProgress::NotMe;
        case SignInClosedState::Expired:
            return SignInProgress::Expired;
    }
    return SignInProgress::Refused;
}

SignInClosedState end_of(PhoneDecision decision) {
    switch (decision) {
        case PhoneDecision::Approve:
            return SignInClosedState::Approved;
        case PhoneDecision::Refuse:
            return SignInClosedState::Refused;
        case PhoneDecision::NotMe:
            return SignInClosedState::NotMe;
    }
    return SignInClosedState::Refused;
}

AnswerError answer_error(ClaimError error) {
    switch (error) {
        case ClaimError::NotFound:
            return AnswerError::NotFound;
        case ClaimError::Answered:
            return AnswerError::Answered;
        case ClaimError::Expired:
            return AnswerError::Expired;
    }
    return AnswerError::NotFound;
}

// Counts while it lives.
class UnderWay {
public:
    explicit UnderWay(std::shared_ptr<std::atomic<std::size_t>> count) : m_count(std::move(count)) { ++*m_count; }
    ~UnderWay() { --*m_count; }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

private:
    std::shared_ptr<std::atomic<std::size_t>> m_count;
};

}  // namespace

std::string_view to_string(PortError error) {
    switch (error) {
        case PortError::NotFound:
            return "not_found";
        case PortError::Refused:
            return "refused";
        case PortError::Storage:
            return "storage";
    }
    return "unknown";
}

std::string_view to_string(AnswerError error) {
    switch (error) {
        case AnswerError::NotFound:
            return "not_found";
        case AnswerError::Answered:
            return "answered";
        case AnswerError::Expired:
            return "expired";
        case AnswerError::AssertionRefused:
            return "assertion_refused";
        case AnswerError::PhoneWaiting:
            return "phone_waiting";
        case AnswerError::Storage:
            return "storage";
    }
    return "unknown";
}

ApprovalService::ApprovalService(boost::asio::any_io_executor executor, AppParty party, Ports ports)
    : m_executor(std::move(executor)), m_party(std::move(party)), m_ports(ports) {}

boost::asio::awaitable<void> ApprovalService::submit(protocol::SignInRequest request,
                                                     protocol::SignedEnvelope envelope) {
    const auto now = m_ports.clock.wall_now();
    Approval wanted{.id = request.id,
                    .team = request.team_id,
                    .tenant = request.tenant_id,
                    .technician = request.technician_id,
                    .device = request.device_id,
                    .envelope = std::move(envelope),
                    .created_at = {now},
                    .expires_at = {}};
    // The device's clock may be wrong; what counts is how long the request says it lives, from now on.
    const auto lifetime =
        std::clamp<std::int64_t>((request.expires_at - request.issued_at).count(), 0, ApprovalBoard::k_lifetime_ms);
    wanted.expires_at = protocol::Timestamp{now + lifetime};

    auto submitted = m_board.submit(std::move(wanted), lifetime, m_ports.clock.boot_now());
    if (!submitted) {
        m_ports.devices.send_state(request.device_id, request.id, SignInProgress::RateLimited);
        co_return;
    }
    const bool shown = m_ports.notifier.request_opened(*submitted);
    const bool heard = shown && !submitted->silent;
    m_ports.devices.send_state(request.device_id, request.id,
                               heard ? SignInProgress::Delivered : SignInProgress::Waiting);
}

boost::asio::awaitable<void> ApprovalService::cancel(protocol::DeviceId device, protocol::RequestId request) {
    auto approval = m_board.cancel(request, device, m_ports.clock.boot_now());
    if (!approval) co_return;
    // The device that cancelled needs no word of it, and a record that could not be written changes nothing for it.
    std::ignore = co_await finish(std::move(*approval), SignInClosedState::Cancelled, std::nullopt);
}

std::expected<std::uint32_t, AnswerError> ApprovalService::verify(const KnownPhone& phone, const Approval& approval,
                                                                  const std::optional<protocol::Assertion>& assertion) {
    if (!assertion) return std::unexpected(AnswerError::AssertionRefused);
    const protocol::RelyingParty party{.rp_id = m_party.rp_id, .origin = m_party.origin};
    const protocol::KnownPasskey passkey{
        .credential_id = phone.record.credential_id, .public_key = phone.passkey, .sign_count = phone.sign_count};
    auto verified = protocol::verify_approval_for_any_number(approval.envelope.body, passkey, *assertion, party);
    if (!verified) return std::unexpected(AnswerError::AssertionRefused);
    return verified->sign_count;
}

boost::asio::awaitable<std::expected<protocol::SignInRequest, protocol::EnvelopeError>> ApprovalService::open_request(
    protocol::SignedEnvelope envelope, crypto::DevicePublicKey key) {
    auto open = [envelope = std::move(envelope), key] { return protocol::open_sign_in_request(envelope, key); };
    co_return co_await beside(*m_answering, std::move(open));
}

boost::asio::awaitable<std::expected<SignInClosedState, AnswerError>> ApprovalService::answer(
    KnownPhone phone, protocol::RequestId request, PhoneDecision decision,
    std::optional<protocol::Assertion> assertion) {
    const UnderWay one(m_answering);
    co_return co_await answer_one(std::move(phone), request, decision, std::move(assertion));
}

boost::asio::awaitable<std::expected<SignInClosedState, AnswerError>> ApprovalService::answer_one(
    KnownPhone phone, protocol::RequestId request, PhoneDecision decision,
    std::optional<protocol::Assertion> assertion) {
    if (phone.state != protocol::PhoneState::Active) co_return std::unexpected(AnswerError::PhoneWaiting);
    auto open = m_board.peek(request, phone.technician, m_ports.clock.boot_now());
    if (!open) co_return std::unexpected(answer_error(open.error()));

    std::uint32_t sign_count = phone.sign_count;
    if (decision == PhoneDecision::Approve) {
        // A wrong answer does not use the request up: whoever sent it could not have approved it.
        auto check = [this, &phone, &open, &assertion] { return verify(phone, *open, assertion); };
        auto verified = co_await beside(*m_answering - 1, std::move(check));
        if (!verified) co_return std::unexpected(verified.error());
        sign_count = *verified;
    }
    auto claimed = m_board.claim(request, phone.technician, m_ports.clock.boot_now());
    if (!claimed) co_return std::unexpected(answer_error(claimed.error()));

    if (decision == PhoneDecision::NotMe) m_board.mute(phone.technician, claimed->device, m_ports.clock.boot_now());
    if (sign_count != phone.sign_count) {
        auto noted = co_await m_ports.phones.note_sign_count(phone.record.id, sign_count);
        if (!noted) {
            m_ports.devices.send_state(claimed->device, claimed->id, SignInProgress::Refused);
            const SignedAnswer by{.phone = phone.record.id, .assertion = std::nullopt};
            std::ignore = co_await finish(*claimed, SignInClosedState::Refused, by);
            co_return std::unexpected(AnswerError::Storage);
        }
    }
    const auto end = end_of(decision);
    SignedAnswer signed_answer{.phone = phone.record.id, .assertion = std::nullopt};
    if (end == SignInClosedState::Approved) signed_answer.assertion = assertion;
    auto finished = co_await finish(*claimed, end, std::move(signed_answer));
    if (!finished) {
        // What is not on record has not happened.
        m_ports.devices.send_state(claimed->device, claimed->id, SignInProgress::Refused);
        co_return std::unexpected(finished.error());
    }
    if (end == SignInClosedState::Approved) {
        m_ports.devices.send_answer(claimed->device, claimed->id, phone.record.id, *assertion);
    } else {
        m_ports.devices.send_state(claimed->device, claimed->id, device_state(end));
    }
    co_return end;
}

std::vector<Approval> ApprovalService::open_for(const protocol::TechnicianId& technician) {
    auto open = m_board.open_for(technician, m_ports.clock.boot_now());
    for (const auto& approval : open) {
        m_ports.devices.send_state(approval.device, approval.id, SignInProgress::Delivered);
    }
    return open;
}

boost::asio::awaitable<void> ApprovalService::expire_forever() {
    boost::asio::steady_timer timer(m_executor);
    for (;;) {
        timer.expires_after(std::chrono::seconds(1));
        auto [error] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) co_return;
        auto expired = m_board.expire(m_ports.clock.boot_now());
        for (auto& approval : expired) {
            m_ports.devices.send_state(approval.device, approval.id, SignInProgress::Expired);
            std::ignore = co_await finish(std::move(approval), SignInClosedState::Expired, std::nullopt);
        }
    }
}

boost::asio::awaitable<std::expected<void, AnswerError>> ApprovalService::finish(Approval approval,
                                                                                 SignInClosedState end,
                                                                                 std::optional<SignedAnswer> answer) {
    m_ports.notifier.request_closed(approval, end);
    auto recorded = co_await m_ports.records.approval_ended(std::move(approval), end, std::move(answer));
    if (!recorded) co_return std::unexpected(AnswerError::Storage);
    co_return std::expected<void, AnswerError>();
}

}  // namespace doorward::relay
