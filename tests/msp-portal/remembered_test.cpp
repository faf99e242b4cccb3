// What the portal keeps of its store in memory decides who is let in, so each case says: from the moment a change is
// answered, what was true before it opens nothing.
#include "msp-portal/server/hosting/relay_ports.h"
#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/tenant_rosters.h"
#include "msp-portal/server/stores/app_store.h"
#include "tests/msp-portal/portal_world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <future>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;
using doorward::tests::PortalWorld;
using doorward::tests::SoftwarePasskey;

namespace {

// A technician with a right on one tenant, its workstation, an accepted phone and the app's session on it.
struct SignedInPhone {
    SignedInPhone()
        : tenant(world.tenant(*world.owner, "Customer-1")),
          device(world.device(*world.owner, tenant.id(), "W11-L")),
          technician(world.technician(*world.owner, "nik").technician_id) {
        world.grant(*world.owner, technician, tenant.id());
        phone = pair();
        start_session();
    }

    PhoneId pair() {
        return world.must([&](UnitOfWork& unit) -> Result<PhoneId> {
            const auto link = pairing_service::new_pairing(unit, world.deployment, world.owner->team_id, technician,
                                                           world.owner->technician_id);
            const auto hash = pairing_secret_hash(tests::secret_of(link.text));
            const auto serial = pairing_service::look_up(unit.database, hash, unit.now)->pairing.serial;
            const auto passkey = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
            const auto key = passkey.public_key();
            const auto id = unit.new_id<PhoneId>();
            auto paired =
                pairing_service::complete(unit, hash,
                                          {{.id = id,
                                            .serial = serial,
                                            .credential_id = passkey.credential_id(),
                                            .algorithm = crypto::PasskeyAlgorithm::Es256,
                                            .public_key = {key.raw().begin(), key.raw().end()},
                                            .agreement_key = crypto::PhoneAgreementKey::generate().public_key(),
                                            .proof = {crypto::Bytes(37), crypto::Bytes(2), crypto::Bytes(8)},
                                            .strength = PhoneStrength::DeviceBound},
                                           0,
                                           "Phone"});
            if (!paired) return std::unexpected(paired.error());
            return id;
        });
    }
    void start_session() {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            app_store::insert_session(unit, session, phone);
            return true;
        });
    }
    template <class Change>
    void change(Change change) {
        world.must([&](UnitOfWork& unit) -> Result<bool> {
            auto changed = change(unit);
            if (!changed) return std::unexpected(changed.error());
            return true;
        });
    }

    PortalWorld world;
    TenantRecord tenant;
    DeviceRecord device;
    TechnicianId technician;
    PhoneId phone = PhoneId::make({1}, crypto::random_array<10>());
    crypto::Digest session = crypto::sha256(crypto::as_bytes("the app's cookie"));
};

template <class Value>
boost::asio::awaitable<void> keep_value(boost::asio::awaitable<Value> work, std::optional<Value>* into) {
    into->emplace(co_await std::move(work));
}

template <class Value>
Value run(boost::asio::awaitable<Value> work) {
    boost::asio::io_context io;
    std::optional<Value> value;
    boost::asio::co_spawn(io, keep_value(std::move(work), &value), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    io.run();
    return std::move(*value);
}

// The store's thread does nothing else while this lives.
class BusyStore {
public:
    explicit BusyStore(Store& store)
        : m_holder(std::async(std::launch::async, [&store, this] {
              std::ignore = store.read_blocking([this](platform::Database&, Timestamp) -> Result<bool> {
                  m_busy.set_value();
                  m_done.get_future().wait();
                  return true;
              });
          })) {
        m_busy.get_future().wait();
    }
    ~BusyStore() { m_done.set_value(); }
    BusyStore(const BusyStore&) = delete;
    BusyStore& operator=(const BusyStore&) = delete;

private:
    std::promise<void> m_busy;
    std::promise<void> m_done;
    std::future<void> m_holder;
};

SignInRequest request_of(const SignedInPhone& at) {
    const Timestamp now{at.world.clock.wall};
    return {.id = RequestId::make(now, crypto::random_array<10>()),
            .team_id = at.tenant.team_id(),
            .tenant_id = at.tenant.id(),
            .device_id = at.device.id,
            .technician_id = at.technician,
            .tenant_name = at.tenant.document.name,
            .device_name = at.device.name,
            .account = "msp-nik",
            .service = "sshd",
            .terminal = "ssh",
            .remote_host = "192.0.2.7",
            .reason = {},
            .ticket = {},
            .nonce = {},
            .issued_at = now,
            .expires_at = now + std::chrono::seconds(60)};
}

SignInProgress look(PortalWorld& world, TenantRosters& rosters, const SignInRequest& request) {
    const auto judged = world.store->read_blocking([&](platform::Database& database, Timestamp now) {
        return Result<SignInProgress>(rosters.look_and_judge(database, request, now));
    });
    return judged.value();
}

}  // namespace

TEST_CASE("a session that nothing has changed is known while the store is busy", "[portal][remembered]") {
    SignedInPhone test;
    StorePhones phones(*test.world.store);
    REQUIRE(run(phones.by_session(test.session)));
    {
        const BusyStore busy(*test.world.store);
        const auto known = run(phones.by_session(test.session));
        REQUIRE(known);
        CHECK(known->technician == test.technician);
        CHECK(known->record.id == test.phone);
    }
    // What has nothing to do with it leaves it alone.
    test.world.tenant(*test.world.owner, "Customer-2");
    const BusyStore busy(*test.world.store);
    CHECK(run(phones.by_session(test.session)));
}

TEST_CASE("a session that ended in any way is unknown from that moment on", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    StorePhones phones(*world.store);
    REQUIRE(run(phones.by_session(test.session)));

    SECTION("the app signed out") {
        REQUIRE(run(phones.end_session(test.session)));
    }
    SECTION("the technician was disabled") {
        test.change(
            [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, test.technician, "left"); });
    }
    SECTION("the phone was reset") {
        test.change([&](UnitOfWork& unit) {
            return technician_service::reset_phone(unit, *world.owner, world.deployment, test.technician);
        });
    }
    SECTION("the team was suspended") {
        test.change([&](UnitOfWork& unit) -> Result<bool> {
            sql::execute(unit.database, "UPDATE team SET suspended = 1");
            return true;
        });
    }
    SECTION("the store lives a new life") {
        test.change([](UnitOfWork& unit) -> Result<bool> {
            start_new_incarnation(unit);
            return true;
        });
    }
    SECTION("nobody used it for 90 days") {
        world.clock.advance(std::chrono::days(90) + std::chrono::seconds(1));
    }
    const auto ended = run(phones.by_session(test.session));
    REQUIRE_FALSE(ended);
    CHECK(ended.error() == relay::PortError::NotFound);
}

TEST_CASE("a session is moved ahead once a day, however often it is known", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    StorePhones phones(*world.store);
    // Used once every eighty days, it never ends.
    for (int times = 0; times < 4; ++times) {
        REQUIRE(run(phones.by_session(test.session)));
        world.clock.advance(std::chrono::days(80));
    }
    REQUIRE(run(phones.by_session(test.session)));
}

TEST_CASE("a change that comes between looking and answering is not missed", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    StorePhones phones(*world.store);
    boost::asio::io_context io;
    std::optional<std::expected<relay::KnownPhone, relay::PortError>> known;
    {
        // The look waits for the store, and the change behind it: both are done before either is answered here.
        const BusyStore busy(*world.store);
        boost::asio::co_spawn(io, keep_value(phones.by_session(test.session), &known), boost::asio::detached);
        io.poll();
        auto disable = [](SignedInPhone* at) -> boost::asio::awaitable<void> {
            auto job = [at](UnitOfWork& unit) {
                return technician_service::disable(unit, *at->world.owner, at->technician, "left");
            };
            const auto disabled = co_await at->world.store->write(std::move(job));
            CHECK(disabled);
        };
        boost::asio::co_spawn(io, disable(&test), boost::asio::detached);
        io.poll();
    }
    io.run();
    REQUIRE(known);
    CHECK(known->has_value());
    CHECK_FALSE(run(phones.by_session(test.session)));
}

TEST_CASE("a phone that was accepted, renamed or counted on is known as it is now", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    StorePhones phones(*world.store);
    REQUIRE(run(phones.by_session(test.session))->sign_count == 0);
    REQUIRE(run(phones.note_sign_count(test.phone, 7)));
    CHECK(run(phones.by_session(test.session))->sign_count == 7);
    test.change([&](UnitOfWork& unit) -> Result<bool> {
        technician_store::set_phone_state(unit, test.phone, KeyState::Waiting);
        return true;
    });
    CHECK(run(phones.by_session(test.session))->state == PhoneState::WaitingForAcceptance);
}

TEST_CASE("a push goes where the phone wants it now, and nowhere once the phone is gone", "[portal][remembered]") {
    SignedInPhone test;
    StorePhones phones(*test.world.store);
    const auto subscription = [](const std::string& endpoint) {
        PushSubscription wanted{.endpoint = endpoint, .p256dh = {}, .auth = {}};
        wanted.p256dh[0] = 4;
        return wanted;
    };
    CHECK(run(phones.subscriptions(test.technician)).empty());
    REQUIRE(run(phones.set_subscription(test.phone, subscription("https://push.example.net/1"))));
    REQUIRE(run(phones.subscriptions(test.technician)).size() == 1);
    REQUIRE(run(phones.set_subscription(test.phone, subscription("https://push.example.net/2"))));
    CHECK(run(phones.subscriptions(test.technician)).front().second.endpoint == "https://push.example.net/2");
    SECTION("taken back") {
        REQUIRE(run(phones.set_subscription(test.phone, std::nullopt)));
    }
    SECTION("the phone was reset") {
        test.change([&](UnitOfWork& unit) {
            return technician_service::reset_phone(unit, *test.world.owner, test.world.deployment, test.technician);
        });
    }
    CHECK(run(phones.subscriptions(test.technician)).empty());
}

TEST_CASE("a request is judged while the store is busy, as long as no roster has changed", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    TenantRosters rosters(*world.store);
    const auto request = request_of(test);
    const Timestamp now{world.clock.wall};
    CHECK_FALSE(rosters.judge(request, now));
    REQUIRE(look(world, rosters, request) == SignInProgress::Waiting);
    {
        const BusyStore busy(*world.store);
        CHECK(rosters.judge(request, now) == SignInProgress::Waiting);
    }
    // Another device of the tenant has to be looked up once.
    const auto other = world.device(*world.owner, test.tenant.id(), "W12-L");
    auto elsewhere = request;
    elsewhere.device_id = other.id;
    elsewhere.device_name = other.name;
    CHECK_FALSE(rosters.judge(elsewhere, now));
    CHECK(look(world, rosters, elsewhere) == SignInProgress::Waiting);
    CHECK(rosters.judge(elsewhere, now) == SignInProgress::Waiting);
}

TEST_CASE("what was taken away lets nobody ask from that moment on", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    TenantRosters rosters(*world.store);
    const auto request = request_of(test);
    REQUIRE(look(world, rosters, request) == SignInProgress::Waiting);
    auto expected = SignInProgress::NotAllowed;

    SECTION("the right") {
        test.change([&](UnitOfWork& unit) {
            const auto right = right_store::of_technician(unit.database, world.owner->team_id, test.technician).front();
            return right_service::revoke(unit, *world.owner, right.id());
        });
    }
    SECTION("the technician") {
        test.change(
            [&](UnitOfWork& unit) { return technician_service::disable(unit, *world.owner, test.technician, "left"); });
    }
    SECTION("the workstation, for a while") {
        test.change([&](UnitOfWork& unit) { return device_service::suspend(unit, *world.owner, test.device.id); });
    }
    SECTION("the workstation") {
        test.change([&](UnitOfWork& unit) -> Result<bool> {
            auto removed = device_service::remove(unit, *world.owner, test.device.id);
            if (!removed) return std::unexpected(removed.error());
            return true;
        });
    }
    SECTION("the customer") {
        test.change([&](UnitOfWork& unit) { return tenant_service::suspend(unit, *world.owner, test.tenant.id()); });
    }
    SECTION("the workstation's name") {
        test.change([&](UnitOfWork& unit) {
            return device_service::rename(unit, *world.owner, {test.device.id, test.device.version}, "W13-L");
        });
    }
    SECTION("the customer's name") {
        test.change([&](UnitOfWork& unit) {
            return tenant_service::rename(unit, *world.owner, {test.tenant.id(), test.tenant.version}, "Customer-One");
        });
    }
    SECTION("the phone") {
        test.change([&](UnitOfWork& unit) {
            return technician_service::reset_phone(unit, *world.owner, world.deployment, test.technician);
        });
        expected = SignInProgress::NoPhone;
    }
    // Not even while the store has no time to be asked.
    CHECK_FALSE(rosters.judge(request, {world.clock.wall}));
    CHECK(look(world, rosters, request) == expected);
    CHECK(rosters.judge(request, {world.clock.wall}).value_or(expected) == expected);
}

TEST_CASE("what came back lets ask again, and a right ends by the clock alone", "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    TenantRosters rosters(*world.store);
    const auto request = request_of(test);
    REQUIRE(look(world, rosters, request) == SignInProgress::Waiting);
    test.change([&](UnitOfWork& unit) {
        const auto right = right_store::of_technician(unit.database, world.owner->team_id, test.technician).front();
        return right_service::revoke(unit, *world.owner, right.id());
    });
    REQUIRE(look(world, rosters, request) == SignInProgress::NotAllowed);
    const Timestamp end = Timestamp{world.clock.wall} + std::chrono::hours(1);
    test.change([&](UnitOfWork& unit) {
        return right_service::grant(
            unit, *world.owner, {test.technician, test.tenant.id(), tests::full_device_access(), std::nullopt, end});
    });
    REQUIRE(look(world, rosters, request) == SignInProgress::Waiting);
    CHECK(rosters.judge(request, end) == SignInProgress::NotAllowed);
}

TEST_CASE("a request in another's name, or for another customer's workstation, is not for the phone",
          "[portal][remembered]") {
    SignedInPhone test;
    auto& world = test.world;
    TenantRosters rosters(*world.store);
    const auto other = world.tenant(*world.owner, "Customer-2");
    const auto foreign = world.device(*world.owner, other.id(), "W11-L");
    auto request = request_of(test);
    SECTION("team") {
        request.team_id = TeamId::make({1}, crypto::random_array<10>());
    }
    SECTION("customer's name") {
        request.tenant_name = "Customer-2";
    }
    SECTION("workstation's name") {
        request.device_name = "W12-L";
    }
    SECTION("another customer's workstation") {
        request.device_id = foreign.id;
    }
    SECTION("another customer") {
        request.tenant_id = other.id();
        request.tenant_name = "Customer-2";
    }
    SECTION("no customer at all") {
        request.tenant_id = TenantId::make({1}, crypto::random_array<10>());
    }
    CHECK(look(world, rosters, request) == SignInProgress::NotAllowed);
}
