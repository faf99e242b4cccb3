#include "tests/bench/sign_in_load.h"

#include "crypto/random.h"
#include "platform/clock.h"
#include "protocol/challenge.h"
#include "protocol/json_parts.h"
#include "protocol/sign_in_request.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"
#include "tests/msp-portal/portal_world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <utility>
#include <variant>

namespace doorward::bench {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

}  // namespace

SignInLoad::SignInLoad(const PortalBed& bed, std::size_t pairs) {
    run(m_context, connect(&bed, pairs));
}

asio::awaitable<void> SignInLoad::connect(const PortalBed* bed, std::size_t pairs) {
    const auto tls = must(
        platform::TlsContext::client({platform::PeerVerification::AuthorityFile, PortalBed::authority_file()}), "TLS");
    for (std::size_t i = 0; i < pairs; ++i) {
        Pair pair{.device = std::make_shared<DeviceClient>(bed->devices()[i]),
                  .phone = nullptr,
                  .owner = bed->phones()[i],
                  .prepared = {}};
        co_await pair.device->connect(tls);
        pair.phone = co_await HttpsConnection::connect(tls, k_app_port, k_app_host);
        require(pair.phone != nullptr, "a phone cannot connect");
        m_pairs.push_back(std::move(pair));
    }
}

SignInLoad::Prepared SignInLoad::prepare(const Pair& pair) {
    const auto& device = pair.device->device();
    const protocol::Timestamp now{platform::SystemClock().wall_now()};
    const protocol::SignInRequest request{.id = protocol::RequestId::make(now, crypto::random_array<10>()),
                                          .team_id = device.team,
                                          .tenant_id = device.tenant,
                                          .device_id = device.id,
                                          .technician_id = pair.owner.technician,
                                          .tenant_name = device.tenant_name,
                                          .device_name = device.name,
                                          .account = pair.owner.account,
                                          .service = "sshd",
                                          .terminal = "ssh",
                                          .remote_host = "192.0.2.7",
                                          .reason = std::nullopt,
                                          .ticket = std::nullopt,
                                          .nonce = crypto::random_array<16>(),
                                          .issued_at = now,
                                          .expires_at = {now.milliseconds + 60'000}};
    const auto envelope =
        protocol::sign_envelope(*device.key, crypto::Purpose::SignInRequest, protocol::encode_sign_in_request(request));
    const auto number = must(protocol::PromptNumber::create(42), "number");
    tests::AuthenticatorAnswer answer;
    answer.rp_id = k_app_host;
    answer.client_data_json =
        tests::client_data_json("webauthn.get", protocol::sign_in_challenge(envelope.body, number), k_app_origin);
    auto approval = pair.owner.passkey->approve(answer);
    const protocol::Assertion assertion{.credential_id = pair.owner.passkey->credential_id(),
                                        .authenticator_data = std::move(approval.authenticator_data),
                                        .client_data_json = std::move(approval.client_data_json),
                                        .signature = std::move(approval.signature)};
    const auto json = protocol::JsonWriter::object_text([&](protocol::JsonWriter& out) {
        out.text("decision", "approve");
        protocol::write_assertion(out, "assertion", assertion);
    });
    return {.request = protocol::encode_device_message(protocol::SignInRequestMessage{.envelope = envelope}),
            .answer = post_request(k_app_host, "/app/v1/sign-in-requests/" + request.id.to_string() + "/answer",
                                   pair.owner.cookie, json)};
}

asio::awaitable<SignInLoad::Legs> SignInLoad::sign_in(Pair* pair, const Prepared* prepared) {
    Legs legs;
    auto start = Clock::now();
    pair->device->send(prepared->request);
    auto news = co_await pair->device->next();
    const auto* state = std::get_if<protocol::SignInStateMessage>(&news);
    require(state != nullptr && (state->state == protocol::SignInProgress::Waiting ||
                                 state->state == protocol::SignInProgress::Delivered),
            "a request was refused: " + std::string(state != nullptr ? to_string(state->state) : "no state"));
    legs.asking = since(start);
    start = Clock::now();
    const int status = co_await pair->phone->exchange(prepared->answer);
    require(status == 200, "an answer was refused with " + std::to_string(status));
    auto answer = co_await pair->device->next();
    require(std::holds_alternative<protocol::SignInAnswerMessage>(answer), "the workstation got no answer");
    legs.answering = since(start);
    co_return legs;
}

asio::awaitable<void> SignInLoad::sign_in_all(Pair* pair, std::size_t* running) {
    for (const auto& prepared : pair->prepared)
        static_cast<void>(co_await sign_in(pair, &prepared));
    --*running;
}

double SignInLoad::cost(std::size_t pairs, std::size_t each) {
    std::vector<Pair*> taken;
    for (std::size_t i = 0; i < pairs; ++i) {
        auto& pair = *taken.emplace_back(&m_pairs[m_turn++ % m_pairs.size()]);
        pair.prepared.clear();
        for (std::size_t j = 0; j < each; ++j)
            pair.prepared.push_back(prepare(pair));
    }
    std::size_t running = pairs;
    std::exception_ptr failure;
    const auto start = Clock::now();
    for (auto* pair : taken) {
        asio::co_spawn(m_context, sign_in_all(pair, &running), [&](const std::exception_ptr& error) {
            if (error) failure = error;
        });
    }
    m_context.restart();
    while (running > 0 && !failure)
        m_context.run_one();
    if (failure) std::rethrow_exception(failure);
    return since(start) / static_cast<double>(pairs * each);
}

SignInLoad::Legs SignInLoad::legs(std::size_t times) {
    std::vector<double> asking;
    std::vector<double> answering;
    for (std::size_t i = 0; i < times; ++i) {
        // Each workstation in its turn: one alone would be slowed down after some hundreds.
        auto& pair = m_pairs[m_turn++ % m_pairs.size()];
        const auto prepared = prepare(pair);
        const auto one = [](Pair* asked, const Prepared* what, Legs* into) -> asio::awaitable<void> {
            *into = co_await sign_in(asked, what);
        };
        Legs legs;
        run(m_context, one(&pair, &prepared, &legs));
        asking.push_back(legs.asking);
        answering.push_back(legs.answering);
    }
    return {.asking = median(std::move(asking)), .answering = median(std::move(answering))};
}

}  // namespace doorward::bench
