#include "tests/bench/portal_bed.h"

#include "crypto/encoding.h"
#include "crypto/random.h"
#include "msp-portal/server/administration.h"
#include "msp-portal/server/certificates.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/pairing_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/session_service.h"
#include "msp-portal/server/services/technician_service.h"
#include "msp-portal/server/services/tenant_service.h"
#include "msp-portal/server/stores/app_store.h"
#include "platform/clock.h"
#include "protocol/challenge.h"
#include "tests/bench/must.h"
#include "tests/msp-portal/portal_world.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace doorward::bench {
namespace {

namespace fs = std::filesystem;
using portal::UnitOfWork;

const fs::path k_config = "/etc/doorward/portal.toml";
const fs::path k_keys = "/etc/doorward/keys";
constexpr const char* k_admin_origin = "https://portal.localhost:8443";
constexpr std::size_t k_devices_per_commit = 500;

/// What the console and a team's owner do, on the open store.
class Filler {
public:
    Filler(const portal::Configuration& configuration, const std::string& set_up_link)
        : m_portal(must(portal::administration::open(configuration, m_clock), "the portal cannot be opened")),
          m_owner(introduce_owner(set_up_link)) {}

    template <class Job>
    auto write(Job job) {
        auto done = m_portal.store->write_blocking(std::move(job));
        if (!done) throw std::runtime_error("preparing failed: " + std::string(to_string(done.error())));
        return std::move(*done);
    }

    portal::TenantRecord tenant(const std::string& name) {
        return write([&](UnitOfWork& unit) { return portal::tenant_service::create(unit, m_owner, name); });
    }

    std::vector<BenchDevice> devices(const portal::TenantRecord& tenant, std::size_t count) {
        const auto created = write([&](UnitOfWork& unit) {
            return portal::device_service::create_token(unit, m_owner, m_portal.deployment, tenant.id(),
                                                        {.label = std::nullopt,
                                                         .uses_allowed = static_cast<std::int64_t>(count),
                                                         .life = std::chrono::hours(24)});
        });
        const auto token = must(protocol::EnrolmentToken::parse(created.token), "token");
        std::vector<BenchDevice> made;
        while (made.size() < count) {
            write([&](UnitOfWork& unit) -> portal::Result<bool> {
                for (std::size_t i = 0; i < k_devices_per_commit && made.size() < count; ++i) {
                    auto device = enrol(unit, token, tenant, made.size());
                    if (!device) return std::unexpected(device.error());
                    made.push_back(std::move(*device));
                }
                return true;
            });
        }
        return made;
    }

    BenchPhone phone(const portal::TenantRecord& tenant, std::size_t number) {
        const std::string username = "t" + std::to_string(number);
        const auto passkey = std::make_shared<const tests::SoftwarePasskey>(
            tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256));
        const auto invited = write([&](UnitOfWork& unit) {
            return portal::technician_service::invite(unit, m_owner, m_portal.deployment,
                                                      {username, username, std::nullopt, {}});
        });
        const auto& technician = invited.technician;
        write([&](UnitOfWork& unit) {
            return portal::right_service::grant(
                unit, m_owner, {technician.id, tenant.id(), tests::full_device_access(), std::nullopt, std::nullopt});
        });
        const auto cookie = crypto::random_array<32>();
        auto id = write([&](UnitOfWork& unit) -> portal::Result<protocol::PhoneId> {
            const auto link = portal::pairing_service::new_pairing(unit, m_portal.deployment, m_owner.team_id,
                                                                   technician.id, m_owner.technician_id);
            auto record = phone_record(unit, technician.id, *passkey);
            const auto phone_id = record.id;
            auto paired =
                portal::pairing_service::complete(unit, protocol::pairing_secret_hash(tests::secret_of(link.text)),
                                                  {.record = std::move(record), .sign_count = 0, .label = "Phone"});
            if (!paired) return std::unexpected(paired.error());
            portal::app_store::insert_session(
                unit, crypto::purpose_hash(crypto::Purpose::SessionToken, {crypto::ByteView(cookie)}), phone_id);
            return phone_id;
        });
        return {.technician = technician.id,
                .phone = id,
                .account = "msp-" + username,
                .passkey = passkey,
                .cookie = "__Host-doorward-app=" + crypto::base64url_encode(cookie)};
    }

private:
    portal::Actor introduce_owner(const std::string& link) {
        const auto secret = tests::secret_of(link);
        const auto passkey = tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
        const portal::Client browser{"192.0.2.1", "bench", crypto::sha256(crypto::as_bytes("bench"))};
        auto started = write([&](UnitOfWork& unit) {
            const auto view =
                portal::session_service::look_up_set_up(unit.database, protocol::set_up_secret_hash(secret), unit.now);
            tests::AuthenticatorAnswer answer;
            answer.rp_id = m_portal.deployment.portal_host;
            answer.client_data_json = tests::client_data_json(
                "webauthn.create", protocol::admin_register_challenge(must(view, "link").technician.id, secret.bytes()),
                k_admin_origin);
            const portal::session_service::SetUpCompletion completion{
                secret,
                {passkey.credential_id(), answer.client_data_json,
                 passkey.attestation_object(answer, tests::SoftwarePasskey::Attestation::None)},
                "Laptop",
                portal::session_service::OwnerIntroduction{"Olga", "olga", "olga@example.com", "Example IT"}};
            return portal::session_service::complete_set_up(unit, m_portal.deployment, completion, browser);
        });
        return started->signed_in.actor;
    }

    portal::Result<BenchDevice> enrol(UnitOfWork& unit, const protocol::EnrolmentToken& token,
                                      const portal::TenantRecord& tenant, std::size_t number) {
        const auto key = std::make_shared<const crypto::DeviceSigningKey>(crypto::DeviceSigningKey::generate());
        const protocol::EnrolBody body{protocol::enrolment_secret_hash(token.secret),
                                       key->public_key(),
                                       crypto::DeviceAgreementKey::generate().public_key(),
                                       "W" + std::to_string(number),
                                       "Debian 12",
                                       protocol::DeviceKind::NonDomain,
                                       {}};
        const auto device = portal::device_service::enrol(unit, body);
        if (!device) return std::unexpected(device.error());
        return BenchDevice{.id = device->id,
                           .team = tenant.team_id(),
                           .tenant = tenant.id(),
                           .name = body.name,
                           .tenant_name = tenant.document.name,
                           .key = key};
    }

    protocol::PhoneRecord phone_record(UnitOfWork& unit, const protocol::TechnicianId& technician,
                                       const tests::SoftwarePasskey& passkey) const {
        const auto agreement = crypto::PhoneAgreementKey::generate();
        tests::AuthenticatorAnswer answer;
        answer.rp_id = k_app_host;
        answer.client_data_json = tests::client_data_json(
            "webauthn.get",
            protocol::agreement_key_challenge({.team_id = m_owner.team_id, .technician_id = technician, .serial = 1},
                                              agreement.public_key()),
            k_app_origin);
        auto proof = passkey.approve(answer);
        const auto key = passkey.public_key();
        return {.id = unit.new_id<protocol::PhoneId>(),
                .serial = 1,
                .credential_id = passkey.credential_id(),
                .algorithm = crypto::PasskeyAlgorithm::Es256,
                .public_key = {key.raw().begin(), key.raw().end()},
                .agreement_key = agreement.public_key(),
                .proof = {.authenticator_data = std::move(proof.authenticator_data),
                          .client_data_json = std::move(proof.client_data_json),
                          .signature = std::move(proof.signature)},
                .strength = protocol::PhoneStrength::DeviceBound};
    }

    platform::SystemClock m_clock;
    portal::administration::OpenPortal m_portal;
    portal::Actor m_owner;
};

portal::administration::InitOptions init_options() {
    return {.config = k_config,
            .data = "/var/lib/doorward/portal",
            .keys = k_keys,
            .portal_origin = k_admin_origin,
            .app_origin = k_app_origin,
            .portal_listen = {},
            .app_listen = {},
            .portal_web = "/var/lib/peer/web",
            .app_web = "/var/lib/peer/web",
            .team = "Example IT"};
}

}  // namespace

PortalBed::PortalBed(const BedSize& size) {
    fs::create_directories("/var/lib/peer/web");
    write_file("/var/lib/peer/web/index.html", "<!doctype html><title>bench</title>", 0644);
    const auto link = portal::administration::init(init_options());
    require(link.has_value(), link ? "" : link.error());
    Filler filler(must(portal::Configuration::load(k_config), "configuration"), *link);
    std::optional<portal::TenantRecord> first;
    for (std::size_t i = 0; i < size.tenants; ++i) {
        const auto tenant = filler.tenant("Customer-" + std::to_string(i));
        if (!first) first = tenant;
        auto devices = filler.devices(tenant, size.devices_per_tenant);
        std::ranges::move(devices, std::back_inserter(m_devices));
    }
    for (std::size_t i = 0; i < size.phones; ++i)
        m_phones.push_back(filler.phone(*first, i));
}

fs::path PortalBed::authority_file() {
    return portal::certificates::authority_file(k_keys);
}

Child PortalBed::serve() {
    return Child({built("msp-portal/server/doorward-portal").native(), "--config", k_config.native(), "serve"},
                 "/var/lib/peer/portal.log");
}

}  // namespace doorward::bench
