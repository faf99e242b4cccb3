#include "crypto/encoding.h"
#include "msp-portal/server/administration.h"
#include "msp-portal/server/certificates.h"
#include "msp-portal/server/hosting/portal_server.h"
#include "msp-portal/server/services/audit_service.h"
#include "msp-portal/server/stores/app_store.h"
#include "platform/http_client.h"
#include "protocol/json_writer.h"
#include "tests/msp-portal/portal_world.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <future>
#include <mutex>
#include <thread>

using namespace doorward;
using namespace doorward::portal;
using namespace doorward::protocol;

namespace {

namespace fs = std::filesystem;

std::string free_address() {
    boost::asio::io_context io;
    const boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    return "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
}

struct Phone {
    PhoneId id;
    std::string cookie;
};

// What an operator has: a portal of its own in a folder, made by init, served by the program's own function.
class ServedPortal {
public:
    ServedPortal()
        : m_folder(make_folder()),
          m_app_address(free_address()),
          m_app_origin("https://app.localhost" + m_app_address.substr(m_app_address.find(':'))) {
        const auto link = administration::init({.config = m_folder / "portal.toml",
                                                .data = m_folder / "data",
                                                .keys = m_folder / "keys",
                                                .portal_origin = "https://portal.localhost:8443",
                                                .app_origin = m_app_origin,
                                                .portal_listen = {free_address()},
                                                .app_listen = {m_app_address},
                                                .portal_web = m_folder / "web",
                                                .app_web = m_folder / "web",
                                                .team = "Example IT"});
        if (!link) throw std::runtime_error(link.error());
    }
    ~ServedPortal() { fs::remove_all(m_folder); }
    ServedPortal(const ServedPortal&) = delete;
    ServedPortal& operator=(const ServedPortal&) = delete;

    // Runs `job` on the store while nobody serves it.
    template <class Job>
    auto with_store(Job job) {
        const platform::SystemClock clock;
        auto opened = administration::open(*Configuration::load(config()), clock);
        if (!opened) throw std::runtime_error(opened.error());
        auto done = opened->store->write_blocking(std::move(job));
        if (!done) throw std::runtime_error("preparation failed: " + std::string(to_string(done.error())));
        return std::move(*done);
    }

    [[nodiscard]] fs::path config() const { return m_folder / "portal.toml"; }

    // Whether the portal says that it has stored the reading.
    [[nodiscard]] bool report(const Phone& phone, const EventId& reading, const DeviceId& device) const {
        const auto body = JsonWriter::object_text([&](JsonWriter& out) {
            const std::array<int, 1> once{};
            out.list("events", once, [&](int) {
                out.object([&] {
                    out.id("id", reading);
                    out.text("kind", "code_read");
                    out.id("device_id", device);
                    out.integer("step", 1);
                    out.time_text("at", {1'790'000'000'000});
                });
            });
        });
        const platform::HttpClientOptions options{.reachable = platform::ReachableAddresses::Any,
                                                  .authority_file = certificates::authority_file(m_folder / "keys")};
        const auto answer = platform::perform_http(
            options, {.method = platform::HttpMethod::Post,
                      .url = m_app_origin + "/app/v1/activity",
                      .headers = {{"Content-Type", "application/json"}, {"Cookie", phone.cookie}},
                      .body = body});
        return answer && answer->status == 204;
    }

private:
    static fs::path make_folder() {
        std::string pattern = (fs::temp_directory_path() / "portal-stop-XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }

    fs::path m_folder;
    std::string m_app_address;
    std::string m_app_origin;
};

// An active technician's phone with a session.
Phone add_phone(UnitOfWork& unit, const TeamId& team, const TechnicianId& technician) {
    const auto token = crypto::random_array<32>();
    const auto passkey = tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    const auto key = passkey.public_key();
    const PhoneEntry entry{.record = {.id = unit.new_id<PhoneId>(),
                                      .serial = technician_store::take_phone_serial(unit, technician),
                                      .credential_id = passkey.credential_id(),
                                      .algorithm = key.algorithm(),
                                      .public_key = {key.raw().begin(), key.raw().end()},
                                      .agreement_key = crypto::PhoneAgreementKey::generate().public_key(),
                                      .proof = {{1}, {2}, {3}},
                                      .strength = PhoneStrength::DeviceBound},
                           .technician_id = technician,
                           .team_id = team,
                           .sign_count = 0,
                           .label = "Phone",
                           .state = KeyState::Active,
                           .change_id = {},
                           .created_at = unit.now,
                           .last_used_at = {}};
    if (!technician_store::insert_phone(unit, entry)) throw std::runtime_error("no phone");
    app_store::insert_session(unit, crypto::purpose_hash(crypto::Purpose::SessionToken, {token}), entry.record.id);
    return {entry.record.id, "__Host-doorward-app=" + crypto::base64url_encode(token)};
}

}  // namespace

TEST_CASE("a portal that is stopped amid requests ends in good order, and has kept what it answered",
          "[portal][stopping]") {
    ServedPortal portal;
    // The owner's record serves as the technician; it needs a device to tell of.
    struct Prepared {
        std::vector<Phone> phones;
        DeviceId device;
    };
    const auto prepared = portal.with_store([](UnitOfWork& unit) -> Result<Prepared> {
        const auto team = team_store::all(unit.database).front().id;
        const auto owner = *team_store::owner(unit.database, team);
        auto record = *technician_store::find_any(unit.database, owner);
        record.state = TechnicianState::Activated;
        if (auto updated = technician_store::update(unit, record); !updated) return std::unexpected(updated.error());
        Prepared made{.phones = {}, .device = unit.new_id<DeviceId>()};
        for (int number = 0; number < 8; ++number)
            made.phones.push_back(add_phone(unit, team, owner));
        const Actor actor{.team_id = team, .technician_id = owner, .person_id = record.person_id, .name = record.name};
        const auto tenant = tenant_service::create(unit, actor, "Customer-1");
        if (!tenant) return std::unexpected(tenant.error());
        const auto token = device_service::create_token(
            unit, actor,
            {"https://portal.localhost:8443", "portal.localhost", "https://app.localhost:8444", "app.localhost", 8444,
             crypto::PortalSigningKey::generate().public_key(), false},
            tenant->id(), {});
        if (!token) return std::unexpected(token.error());
        const auto device =
            device_service::enrol(unit, {enrolment_secret_hash(EnrolmentToken::parse(token->token)->secret),
                                         crypto::DeviceSigningKey::generate().public_key(),
                                         crypto::DeviceAgreementKey::generate().public_key(),
                                         "W11-L",
                                         "Debian 12",
                                         DeviceKind::NonDomain,
                                         {}});
        if (!device) return std::unexpected(device.error());
        made.device = device->id;
        return made;
    });

    auto serving = std::async(std::launch::async, [&] { return serve(portal.config()); });
    std::mutex mutex;
    std::vector<EventId> stored;
    const auto report = [&](const Phone& phone) {
        const auto reading = EventId::make({1'790'000'000'000}, crypto::random_array<10>());
        if (!portal.report(phone, reading, prepared.device)) return false;
        const std::lock_guard lock(mutex);
        stored.push_back(reading);
        return true;
    };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!report(prepared.phones.front())) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        REQUIRE(serving.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
    }
    std::promise<void> busy;
    std::atomic<int> answered = 0;
    std::vector<std::thread> phones;
    for (const auto& phone : prepared.phones) {
        phones.emplace_back([&] {
            // A phone may report thirty times at once; the first that gets no answer finds the portal gone.
            for (int number = 0; number < 25 && report(phone); ++number) {
                if (++answered == 20) busy.set_value();
            }
        });
    }
    busy.get_future().wait();
    ::raise(SIGTERM);
    const auto served = serving.get();
    for (auto& phone : phones)
        phone.join();

    CHECK(served.has_value());
    const auto kept = portal.with_store([&](UnitOfWork& unit) -> Result<std::size_t> {
        std::size_t found = 0;
        for (const auto& reading : stored) {
            if (sql::query(unit.database, "SELECT 1 FROM phone_activity WHERE id = ?", reading).next()) ++found;
        }
        const auto faults = unit.database.check_integrity();
        CHECK(faults.value_or(std::vector<std::string>{"unreadable"}).empty());
        CHECK(audit_service::broken_chains(unit.database).empty());
        return found;
    });
    CHECK(kept == stored.size());
}
