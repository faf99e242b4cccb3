#include "crypto/encoding.h"
#include "mobile-bridge/relay/relay_routes.h"
#include "msp-portal/server/api/rate_limiter.h"
#include "msp-portal/server/hosting/relay_ports.h"
#include "msp-portal/server/services/tenant_rosters.h"
#include "msp-portal/server/stores/app_store.h"
#include "platform/certificate.h"
#include "platform/http_server.h"
#include "platform/secure_file.h"
#include "protocol/channel_handshake.h"
#include "protocol/enrolment.h"
#include "protocol/sign_in_request.h"
#include "tests/msp-portal/live_listener.h"
#include "tests/msp-portal/portal_world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::LiveListener;
using doorward::tests::PortalWorld;

namespace {

constexpr std::chrono::seconds k_soon{5};
constexpr std::chrono::milliseconds k_a_moment{200};

// The app's origin over a real store, on a real TLS server.
class AppWorld {
public:
    AppWorld()
        : channels([](const TeamId&, const DeviceId&) {}),
          pairings(*world.store),
          phones(*world.store),
          workstations(*world.store, channels),
          records(*world.store),
          push(std::move(*platform::VapidKey::generate()), {.subject = "mailto:admin@example.org", .http = {}},
               world.clock),
          notifier(io.get_executor(), phones, push),
          party{"app.localhost", PortalWorld::k_app_origin},
          approvals(
              io.get_executor(), party,
              {.phones = phones, .records = records, .devices = channels, .notifier = notifier, .clock = world.clock}),
          sessions(party, phones, world.clock),
          pairing(party, pairings, world.clock),
          calls(world.clock),
          reports(world.clock),
          router(relay::make_app_router(sessions, calls)),
          subscription(world.store->feed().subscribe([this](const Effects& effects) {
              for (const auto& technician : effects.technicians_closed)
                  notifier.disconnect(technician);
          })) {
        relay::add_relay_routes(
            *router, {party, sessions, pairing, approvals, notifier, phones, workstations, records, push, reports});
        const auto authority = platform::create_authority("Test authority", {"app.localhost"}, std::chrono::days(1));
        const auto certificate =
            platform::create_server_certificate(*authority, {"app.localhost"}, std::chrono::days(1));
        if (!platform::write_file(world.folder / "ca.pem", authority->certificate_pem)) {
            throw std::runtime_error("no CA");
        }
        platform::HttpListenerOptions listener;
        listener.address = "127.0.0.1";
        listener.origins.push_back({"app.localhost", *platform::TlsContext::server(*certificate), router});
        auto started = platform::HttpServer::start(io.get_executor(), {std::move(listener)});
        if (!started) throw std::runtime_error("no server");
        server = std::move(*started);
        thread = std::thread([this] { io.run(); });
    }
    ~AppWorld() {
        boost::asio::co_spawn(io, server->stop(std::chrono::milliseconds(500)), boost::asio::use_future).wait();
        io.stop();
        thread.join();
        // What it still has to answer belongs to strands of `io`.
        world.store->drain();
    }
    AppWorld(const AppWorld&) = delete;
    AppWorld& operator=(const AppWorld&) = delete;

    // A technician's phone with a session; the value is its cookie.
    std::string phone_of(const TechnicianId& technician, KeyState state) {
        const auto token = crypto::random_array<32>();
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            const auto passkey = tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
            const auto key = passkey.public_key();
            const auto raw = key.raw();
            const PhoneEntry entry{.record = {.id = unit.new_id<PhoneId>(),
                                              .serial = technician_store::take_phone_serial(unit, technician),
                                              .credential_id = passkey.credential_id(),
                                              .algorithm = key.algorithm(),
                                              .public_key = {raw.begin(), raw.end()},
                                              .agreement_key = crypto::PhoneAgreementKey::generate().public_key(),
                                              .proof = {{1}, {2}, {3}},
                                              .strength = PhoneStrength::DeviceBound},
                                   .technician_id = technician,
                                   .team_id = world.owner->team_id,
                                   .sign_count = 0,
                                   .label = "Phone",
                                   .state = state,
                                   .change_id = {},
                                   .created_at = unit.now,
                                   .last_used_at = {}};
            if (auto inserted = technician_store::insert_phone(unit, entry); !inserted) {
                return std::unexpected(inserted.error());
            }
            app_store::insert_session(unit, crypto::purpose_hash(crypto::Purpose::SessionToken, {token}),
                                      entry.record.id);
            return true;
        });
        return "__Host-doorward-app=" + crypto::base64url_encode(token);
    }
    // Activated, without a phone.
    TechnicianId technician(const std::string& username) {
        const auto id = world.technician(*world.owner, username).technician_id;
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            auto record = *technician_store::find_any(unit.database, id);
            record.state = TechnicianState::Activated;
            if (auto updated = technician_store::update(unit, record); !updated) {
                return std::unexpected(updated.error());
            }
            return true;
        });
        return id;
    }
    // The status of what the app's origin answers.
    int answer(platform::Request request) {
        auto reply = boost::asio::co_spawn(io, router->handle(std::move(request)), boost::asio::use_future);
        return std::get<platform::Response>(reply.get()).status;
    }
    [[nodiscard]] LiveListener::Where app(const std::string& cookie,
                                          const std::string& origin = PortalWorld::k_app_origin) const {
        LiveListener::Where where{.authority = world.folder / "ca.pem",
                                  .host = "app.localhost",
                                  .port = server->ports().front(),
                                  .target = "/app/v1/live",
                                  .headers = {{"Cookie", cookie}}};
        if (!origin.empty()) where.headers.push_back({"Origin", origin});
        return where;
    }

    boost::asio::io_context io{1};
    PortalWorld world;
    DeviceChannels channels;
    StorePairings pairings;
    StorePhones phones;
    StoreWorkstations workstations;
    StoreRecords records;
    relay::PushSender push;
    relay::PhoneNotifier notifier;
    relay::AppParty party;
    relay::ApprovalService approvals;
    relay::AppSessions sessions;
    relay::PairingService pairing;
    relay::RequestLimiter calls;
    relay::RequestLimiter reports;
    std::shared_ptr<relay::AppRouter> router;
    Feed::Subscription subscription;
    std::unique_ptr<platform::HttpServer> server;
    std::thread thread;
};

}  // namespace

TEST_CASE("the app listens from its own origin only, and with an accepted phone only", "[portal][live]") {
    AppWorld app;
    const auto nik = app.technician("nik");
    const auto cookie = app.phone_of(nik, KeyState::Active);
    CHECK(LiveListener(app.app(cookie)).connected());
    CHECK_FALSE(LiveListener(app.app(cookie, "https://evil.example.com")).connected());
    CHECK_FALSE(LiveListener(app.app(cookie, PortalWorld::k_portal_origin)).connected());
    CHECK_FALSE(LiveListener(app.app(cookie, "")).connected());
    CHECK_FALSE(LiveListener(app.app("__Host-doorward-app=" + std::string(43, 'A'))).connected());
    CHECK_FALSE(LiveListener(app.app(app.phone_of(nik, KeyState::Waiting))).connected());
}

TEST_CASE("an app whose technician or phone is put out hears nothing from that moment on", "[portal][live]") {
    AppWorld app;
    auto& world = app.world;
    const auto nik = app.technician("nik");
    LiveListener listener(app.app(app.phone_of(nik, KeyState::Active)));
    LiveListener stays(app.app(app.phone_of(app.technician("lena"), KeyState::Active)));
    REQUIRE(listener.connected());
    REQUIRE(stays.connected());
    CHECK_FALSE(listener.is_closed(k_a_moment));
    SECTION("disabled") {
        world.must([&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, nik, "left"); });
        CHECK(listener.is_closed(k_soon));
    }
    SECTION("the phone reset") {
        world.must([&](UnitOfWork& unit) {
            return technician_service::reset_phone(unit, *world.owner, world.deployment, nik);
        });
        CHECK(listener.is_closed(k_soon));
    }
    CHECK_FALSE(stays.is_closed(k_a_moment));
}

TEST_CASE("an app that signs out hears nothing from that moment on, and its other sessions go on", "[portal][live]") {
    AppWorld app;
    const auto nik = app.technician("nik");
    const auto cookie = app.phone_of(nik, KeyState::Active);
    LiveListener listener(app.app(cookie));
    LiveListener stays(app.app(app.phone_of(nik, KeyState::Active)));
    REQUIRE(listener.connected());
    REQUIRE(stays.connected());
    platform::Request request;
    request.method = platform::HttpMethod::Delete;
    request.path = "/app/v1/sessions/current";
    request.headers = {{"Cookie", cookie}, {"Content-Type", "application/json"}};
    const int status = app.answer(std::move(request));
    CHECK(status == 204);
    CHECK(listener.is_closed(k_soon));
    CHECK_FALSE(stays.is_closed(k_a_moment));
    CHECK_FALSE(LiveListener(app.app(cookie)).connected());
}

TEST_CASE("a subscription that is over takes none with it that came in its place", "[portal][relay]") {
    AppWorld app;
    const auto nik = app.technician("nik");
    app.phone_of(nik, KeyState::Active);
    const auto phone = app.world.look(
        [&](platform::Database& database) { return technician_store::phones_of(database, nik).front().record.id; });
    const auto wait = [&](auto work) {
        return boost::asio::co_spawn(app.io, std::move(work), boost::asio::use_future).get();
    };
    const PushSubscription first{.endpoint = "https://push.example.org/1", .p256dh = {4, 1}, .auth = {1}};
    auto second = first;
    second.endpoint = "https://push.example.org/2";
    auto renewed = second;
    renewed.auth = {2};
    for (const auto& [held, over] : {std::pair(second, first), std::pair(renewed, second)}) {
        REQUIRE(wait(app.phones.set_subscription(phone, held)).has_value());
        REQUIRE(wait(app.phones.end_subscription(phone, over)).has_value());
        CHECK(wait(app.phones.subscriptions(nik)).size() == 1);
        REQUIRE(wait(app.phones.end_subscription(phone, held)).has_value());
        CHECK(wait(app.phones.subscriptions(nik)).empty());
    }
}

TEST_CASE("one phone cannot report without end, and takes nothing from another", "[portal][relay]") {
    AppWorld app;
    const auto report = [&](const std::string& cookie) {
        platform::Request request;
        request.method = platform::HttpMethod::Post;
        request.path = "/app/v1/activity";
        request.headers = {{"Cookie", cookie}, {"Content-Type", "application/json"}};
        request.body = R"({"events":[]})";
        return app.answer(std::move(request));
    };
    const auto first = app.phone_of(app.technician("nik"), KeyState::Active);
    const auto second = app.phone_of(app.technician("lena"), KeyState::Active);
    for (int number = 0; number < 30; ++number)
        REQUIRE(report(first) != 429);
    CHECK(report(first) == 429);
    CHECK(report(second) != 429);
    app.world.clock.advance(std::chrono::seconds(2));
    CHECK(report(first) != 429);
}

TEST_CASE("the app's callers without a session are counted by network", "[portal][relay]") {
    AppWorld app;
    const auto nonce = [&](const std::string& address) {
        platform::Request request;
        request.method = platform::HttpMethod::Post;
        request.path = "/app/v1/sessions/nonce";
        request.headers = {{"Content-Type", "application/json"}};
        request.peer_address = address;
        return app.answer(std::move(request));
    };
    for (int number = 0; number < 30; ++number)
        REQUIRE(nonce("2001:db8:1:2::" + std::to_string(number)) == 200);
    CHECK(nonce("2001:db8:1:2:ffff::1") == 429);
    CHECK(nonce("2001:db8:1:3::1") == 200);
}

namespace {

// The portal's end of a workstation's connection, without the network: keeps what the workstation is sent.
class HeardSocket final : public platform::WebSocket {
public:
    explicit HeardSocket(boost::asio::any_io_executor executor) : m_executor(std::move(executor)) {}
    platform::SendResult send(platform::WebSocketMessage message) override {
        const std::lock_guard lock(m_mutex);
        if (auto decoded = decode_portal_message(message.payload)) m_heard.push_back(std::move(*decoded));
        return platform::SendResult::Queued;
    }
    void close(platform::WebSocketCloseCode, std::string_view) override {}
    const platform::ChannelBinding& channel_binding() const override { return m_binding; }
    std::string_view peer_address() const override { return "192.0.2.7"; }
    boost::asio::any_io_executor executor() const override { return m_executor; }

    template <class Message>
    [[nodiscard]] std::vector<Message> heard() {
        const std::lock_guard lock(m_mutex);
        std::vector<Message> found;
        for (const auto& message : m_heard) {
            if (const auto* wanted = std::get_if<Message>(&message)) found.push_back(*wanted);
        }
        return found;
    }

private:
    boost::asio::any_io_executor m_executor;
    platform::ChannelBinding m_binding{};
    std::mutex m_mutex;
    std::vector<PortalMessage> m_heard;
};

// One workstation with an open channel.
struct ConnectedDevice {
    ConnectedDevice(AppWorld& app, const TenantRecord& tenant, const std::string& name, ChannelServices& services)
        : app(app),
          key(crypto::DeviceSigningKey::generate()),
          device(app.world.must([&](UnitOfWork& unit) -> Result<DeviceRecord> {
              const auto created =
                  device_service::create_token(unit, *app.world.owner, app.world.deployment, tenant.id(), {});
              if (!created) return std::unexpected(created.error());
              return device_service::enrol(unit, {enrolment_secret_hash(EnrolmentToken::parse(created->token)->secret),
                                                  key.public_key(),
                                                  crypto::DeviceAgreementKey::generate().public_key(),
                                                  name,
                                                  "Debian 12",
                                                  DeviceKind::NonDomain,
                                                  {}});
          })),
          socket(std::make_shared<HeardSocket>(app.io.get_executor())),
          channel(std::make_shared<DeviceChannel>(services, 1)) {
        run(open());
        const auto nonce = socket->heard<ChallengeMessage>().front().nonce;
        const HelloBody body{.device_id = device.id,
                             .signing_key = key.public_key(),
                             .device_nonce = crypto::random_array<32>(),
                             .portal_nonce = nonce,
                             .channel_binding = {},
                             .agent_version = "0.1.0",
                             .incarnation = std::nullopt,
                             .revision = 0,
                             .generation = 0};
        says(HelloMessage{device.id, sign_envelope(key, crypto::Purpose::ChannelDevice, encode_hello_body(body))});
    }
    ~ConnectedDevice() { run(close()); }
    ConnectedDevice(const ConnectedDevice&) = delete;
    ConnectedDevice& operator=(const ConnectedDevice&) = delete;

    boost::asio::awaitable<void> open() {
        channel->opened(socket);
        co_return;
    }
    boost::asio::awaitable<void> close() {
        channel->closed();
        co_return;
    }
    void run(boost::asio::awaitable<void> work) {
        boost::asio::co_spawn(app.io, std::move(work), boost::asio::use_future).get();
    }
    void says(const DeviceMessage& message) {
        run(channel->received({platform::WebSocketMessageKind::Text, encode_device_message(message)}));
    }
    // Asks for nobody in particular; the value is what it hears.
    SignInProgress asks() {
        const SignInRequest request{.id = RequestId::make(app.world.store->now(), crypto::random_array<10>()),
                                    .team_id = device.team_id,
                                    .tenant_id = device.tenant_id,
                                    .device_id = device.id,
                                    .technician_id = app.world.owner->technician_id,
                                    .tenant_name = device.tenant_name,
                                    .device_name = device.name,
                                    .account = "msp-olga",
                                    .service = "sshd",
                                    .terminal = "ssh",
                                    .remote_host = "",
                                    .reason = std::nullopt,
                                    .ticket = std::nullopt,
                                    .nonce = crypto::random_array<16>(),
                                    .issued_at = app.world.store->now(),
                                    .expires_at = app.world.store->now() + std::chrono::minutes(1)};
        says(SignInRequestMessage{sign_envelope(key, crypto::Purpose::SignInRequest, encode_sign_in_request(request))});
        return socket->heard<SignInStateMessage>().back().state;
    }
    void reports(int sessions, std::optional<std::int64_t> clock_drift_ms = std::nullopt) {
        says(StatusMessage{.generation = 1,
                           .clock_trusted = true,
                           .clock_drift_ms = clock_drift_ms,
                           .offline_until = std::nullopt,
                           .sessions = sessions,
                           .accounts = {},
                           .agent_version = "0.1.0"});
    }
    [[nodiscard]] std::optional<std::int64_t> known_sessions() {
        return app.world.look(
            [&](platform::Database& database) { return device_store::find(database, device.id)->sessions; });
    }

    AppWorld& app;
    crypto::DeviceSigningKey key;
    DeviceRecord device;
    std::shared_ptr<HeardSocket> socket;
    std::shared_ptr<DeviceChannel> channel;
};

}  // namespace

TEST_CASE("one workstation cannot ask or report without end, and takes nothing from another", "[portal][channel]") {
    AppWorld app;
    RateLimiter sign_ins({3, 60});
    RateLimiter statuses({2, 6});
    const auto portal = app.world.look([](platform::Database& database) { return load_portal_record(database); });
    TenantRosters rosters(*app.world.store);
    ChannelServices services{*app.world.store,    rosters,       {app.world.signing, std::nullopt},
                             portal.incarnation,  app.approvals, app.channels,
                             app.world.clock,     sign_ins,      statuses,
                             app.world.deployment};
    const auto tenant = app.world.tenant(*app.world.owner, "Customer-1");
    ConnectedDevice first(app, tenant, "W11-L", services);
    ConnectedDevice second(app, tenant, "W11-M", services);

    SECTION("requests") {
        for (int number = 0; number < 3; ++number)
            CHECK(first.asks() == SignInProgress::NotAllowed);
        CHECK(first.asks() == SignInProgress::RateLimited);
        CHECK(second.asks() == SignInProgress::NotAllowed);
        app.world.clock.advance(std::chrono::seconds(1));
        CHECK(first.asks() == SignInProgress::NotAllowed);
        CHECK(first.asks() == SignInProgress::RateLimited);
    }
    SECTION("statuses") {
        for (int sessions = 1; sessions <= 4; ++sessions)
            first.reports(sessions);
        CHECK(first.known_sessions() == 2);
        second.reports(7);
        CHECK(second.known_sessions() == 7);
        app.world.clock.advance(std::chrono::seconds(10));
        first.reports(5);
        CHECK(first.known_sessions() == 5);
    }
}

TEST_CASE("how far a workstation's clock is off is known while it is connected", "[portal][channel]") {
    AppWorld app;
    RateLimiter sign_ins({3, 60});
    RateLimiter statuses({2, 6});
    const auto portal = app.world.look([](platform::Database& database) { return load_portal_record(database); });
    TenantRosters rosters(*app.world.store);
    ChannelServices services{*app.world.store,    rosters,       {app.world.signing, std::nullopt},
                             portal.incarnation,  app.approvals, app.channels,
                             app.world.clock,     sign_ins,      statuses,
                             app.world.deployment};
    std::optional<DeviceId> id;
    {
        ConnectedDevice device(app, app.world.tenant(*app.world.owner, "Customer-1"), "W11-L", services);
        id = device.device.id;
        CHECK_FALSE(app.channels.clock_drift(*id));
        device.reports(1, -7'200'000);
        CHECK(app.channels.clock_drift(*id) == -7'200'000);
        device.reports(1, std::nullopt);
        CHECK_FALSE(app.channels.clock_drift(*id));
        app.world.clock.advance(std::chrono::seconds(10));
        device.reports(1, 3);
    }
    CHECK_FALSE(app.channels.clock_drift(*id));
}
