#include "mobile-bridge/relay/approval_service.h"

#include "tests/mobile-bridge/relay_world.h"

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace doorward;
using protocol::PhoneDecision;
using protocol::SignInClosedState;
using protocol::SignInProgress;
using relay::AnswerError;

const auto k_number = *protocol::PromptNumber::create(47);

}  // namespace

TEST_CASE("an approval signed by the phone reaches the workstation, recorded before it is told", "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    const auto yes = tests::assertion(world.passkey, protocol::sign_in_challenge(body, k_number));
    const auto answered = world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::Approve, yes));
    REQUIRE(answered);
    CHECK(*answered == SignInClosedState::Approved);
    REQUIRE(world.portal.ended.size() == 1);
    REQUIRE(world.portal.answers.size() == 1);
    CHECK(world.portal.answers[0].second == yes);
}

TEST_CASE("an approval that cannot be recorded never reaches the workstation", "[relay][I2]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    world.portal.storage_fails = true;
    const auto yes = tests::assertion(world.passkey, protocol::sign_in_challenge(body, k_number));
    const auto answered = world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::Approve, yes));
    CHECK(answered.error() == AnswerError::Storage);
    CHECK(world.portal.answers.empty());
    CHECK(world.portal.states.back().second == SignInProgress::Refused);
    // Nor is it open for a second try.
    world.portal.storage_fails = false;
    CHECK(world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::Approve, yes)).error() ==
          AnswerError::Answered);
}

TEST_CASE("an approval whose sign count cannot be kept is refused, and on record as refused", "[relay][I2]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    world.portal.counting_fails = true;
    const auto yes = tests::assertion(world.passkey, protocol::sign_in_challenge(body, k_number), 5);
    const auto answered = world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::Approve, yes));
    CHECK(answered.error() == AnswerError::Storage);
    CHECK(world.portal.answers.empty());
    CHECK(world.portal.states.back() == std::pair(id, SignInProgress::Refused));
    CHECK(world.portal.ended == std::vector{std::pair(id, SignInClosedState::Refused)});
}

TEST_CASE("row 78: a signature for another request, origin or by another key leaves the request open", "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    const auto challenge = protocol::sign_in_challenge(body, k_number);
    const auto stranger = tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    const auto refuse = [&, request = id](std::optional<protocol::Assertion> assertion) {
        return world.wait(world.approvals.answer(world.phone(), request, PhoneDecision::Approve, std::move(assertion)))
            .error();
    };
    CHECK(refuse(std::nullopt) == AnswerError::AssertionRefused);
    CHECK(refuse(tests::assertion(stranger, challenge)) == AnswerError::AssertionRefused);
    CHECK(refuse(tests::assertion(world.passkey, protocol::sign_in_challenge(body + " ", k_number))) ==
          AnswerError::AssertionRefused);
    CHECK(refuse(tests::assertion(world.passkey, challenge, 0, "https://evil.example.org")) ==
          AnswerError::AssertionRefused);
    CHECK(world.portal.ended.empty());
    CHECK(world.wait(
        world.approvals.answer(world.phone(), id, PhoneDecision::Approve, tests::assertion(world.passkey, challenge))));
}

TEST_CASE("a phone that waits to be accepted answers nothing", "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    auto phone = world.phone();
    phone.state = protocol::PhoneState::WaitingForAcceptance;
    const auto yes = tests::assertion(world.passkey, protocol::sign_in_challenge(body, k_number));
    CHECK(world.wait(world.approvals.answer(phone, id, PhoneDecision::Approve, yes)).error() ==
          AnswerError::PhoneWaiting);
    CHECK(world.wait(world.approvals.answer(phone, id, PhoneDecision::Refuse, std::nullopt)).error() ==
          AnswerError::PhoneWaiting);
}

TEST_CASE("row 77: a sign count that did not grow is a copied passkey and is refused", "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    auto phone = world.phone();
    phone.sign_count = 7;
    const auto challenge = protocol::sign_in_challenge(body, k_number);
    CHECK(world
              .wait(world.approvals.answer(phone, id, PhoneDecision::Approve,
                                           tests::assertion(world.passkey, challenge, 7)))
              .error() == AnswerError::AssertionRefused);
    CHECK(world.wait(
        world.approvals.answer(phone, id, PhoneDecision::Approve, tests::assertion(world.passkey, challenge, 8))));
    CHECK(world.portal.counts[phone.record.id] == 8);
}

TEST_CASE("row 79: 'this wasn't me' ends the request and silences its workstation, wherever it says to ask from",
          "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    REQUIRE(world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::NotMe, std::nullopt)));
    CHECK(world.portal.states.back() == std::pair(id, SignInProgress::NotMe));
    CHECK(world.portal.ended.back() == std::pair(id, SignInClosedState::NotMe));
    world.remote_host = "203.0.113.8";
    std::ignore = world.ask();
    CHECK(world.approvals.open_for(world.technician).at(0).silent);
}

TEST_CASE("a second request of one workstation is told that it is too many", "[relay]") {
    tests::RelayWorld world;
    std::ignore = world.ask();
    const auto [second, body] = world.ask();
    CHECK(world.portal.states.back() == std::pair(second, SignInProgress::RateLimited));
    CHECK(world.approvals.open_for(world.technician).size() == 1);
}

TEST_CASE("a cancelled request is gone from the phone", "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    auto cancel = [](tests::RelayWorld* where, protocol::RequestId request) -> boost::asio::awaitable<bool> {
        co_await where->approvals.cancel(where->device, request);
        co_return true;
    };
    CHECK(world.wait(cancel(&world, id)));
    CHECK(world.approvals.open_for(world.technician).empty());
    CHECK(world.portal.ended.back() == std::pair(id, SignInClosedState::Cancelled));
    const auto yes = tests::assertion(world.passkey, protocol::sign_in_challenge(body, k_number));
    CHECK(world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::Approve, yes)).error() ==
          AnswerError::Answered);
}

TEST_CASE("row 76: after a minute it is too late, whatever the wall clock says", "[relay]") {
    tests::RelayWorld world;
    const auto [id, body] = world.ask();
    world.clock.boot += 60'000;
    world.clock.wall -= 3'600'000;
    const auto yes = tests::assertion(world.passkey, protocol::sign_in_challenge(body, k_number));
    CHECK(world.wait(world.approvals.answer(world.phone(), id, PhoneDecision::Approve, yes)).error() ==
          AnswerError::Expired);
}
