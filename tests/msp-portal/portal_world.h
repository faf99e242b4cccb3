#pragma once

#include "crypto/random.h"
#include "msp-portal/server/services/actor.h"
#include "msp-portal/server/services/change_service.h"
#include "msp-portal/server/services/deployment.h"
#include "msp-portal/server/services/device_service.h"
#include "msp-portal/server/services/right_service.h"
#include "msp-portal/server/services/session_service.h"
#include "msp-portal/server/services/technician_service.h"
#include "msp-portal/server/services/tenant_service.h"
#include "msp-portal/server/stores/store.h"
#include "platform/clock.h"
#include "tests/crypto/software_passkey.h"

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace doorward::tests {

class SettableClock final : public platform::Clock {
public:
    std::int64_t wall = 1'790'000'000'000;
    std::int64_t boot = 1'000'000;
    [[nodiscard]] std::int64_t wall_now() const override { return wall; }
    [[nodiscard]] std::int64_t boot_now() const override { return boot; }
    [[nodiscard]] std::string boot_id() const override { return "test"; }
    void advance(std::chrono::milliseconds by) {
        wall += by.count();
        boot += by.count();
    }
};

[[nodiscard]] crypto::Bytes client_data_json(std::string_view type, const crypto::Digest& challenge,
                                             std::string_view origin);

// The secret behind the '#' of a link.
[[nodiscard]] protocol::LinkSecret secret_of(const std::string& link);

// A portal's store and services with one team and its owner, without the HTTP edge; real SQLCipher in a folder of its
// own.
class PortalWorld {
public:
    static constexpr const char* k_portal_origin = "https://portal.localhost:8443";
    static constexpr const char* k_app_origin = "https://app.localhost:8444";

    PortalWorld();
    ~PortalWorld();
    PortalWorld(const PortalWorld&) = delete;
    PortalWorld& operator=(const PortalWorld&) = delete;

    // As after a restart or a crash: only what was durable is there.
    void reopen();

    template <class Job>
    auto write(Job job) {
        return store->write_blocking(std::move(job));
    }
    // For reading plain values.
    template <class Read>
    auto look(Read read) {
        using Value = decltype(read(std::declval<platform::Database&>()));
        std::optional<Value> value;
        auto done =
            store->read_blocking([&](platform::Database& database, protocol::Timestamp) -> portal::Result<bool> {
                value.emplace(read(database));
                return true;
            });
        if (!done) throw std::runtime_error("reading failed");
        return std::move(*value);
    }
    // What must not fail in a test's preparation.
    template <class Job>
    auto must(Job job) {
        auto result = write(std::move(job));
        if (!result) throw std::runtime_error("preparation failed: " + std::string(to_string(result.error())));
        return std::move(*result);
    }

    // A second team with its own owner.
    portal::Actor other_team(const std::string& name);
    // An invited technician; an administrator has a working passkey, and may do everything without another role.
    portal::Actor technician(const portal::Actor& by, const std::string& username,
                             std::optional<std::string> email = std::nullopt);
    portal::Actor administrator(const portal::Actor& by, const portal::Actor& accepted_by, const std::string& username,
                                std::optional<std::string> email = std::nullopt,
                                const std::optional<protocol::RoleId>& role = std::nullopt);
    portal::TenantRecord tenant(const portal::Actor& by, const std::string& name);
    portal::DeviceRecord device(const portal::Actor& by, const protocol::TenantId& tenant, const std::string& name);
    // One that works; in the rosters only after technician_changed().
    static portal::Result<protocol::PhoneId> phone(portal::UnitOfWork& unit, const protocol::TeamId& team,
                                                   const protocol::TechnicianId& technician);
    // Full device access on a tenant.
    portal::ChangeRecord grant(const portal::Actor& by, const protocol::TechnicianId& technician,
                               const protocol::RightObject& object);

    // With the passkey of `by`, over the change as it is.
    [[nodiscard]] portal::Result<portal::ChangeRecord> accept(const portal::Actor& by,
                                                              const portal::ChangeRecord& change);
    [[nodiscard]] portal::Result<portal::ChangeRecord> accept(const portal::Actor& by,
                                                              const portal::ChangeRecord& change,
                                                              const protocol::Assertion& assertion);
    portal::ChangeRecord must_accept(const portal::Actor& by, const portal::ChangeRecord& change);

    [[nodiscard]] portal::Client client() const { return {"192.0.2.1", "a browser", user_agent()}; }
    [[nodiscard]] crypto::Digest user_agent() const { return crypto::sha256(crypto::as_bytes("a browser")); }
    [[nodiscard]] protocol::Registration registration(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                                      std::string_view origin = k_portal_origin) const;
    [[nodiscard]] protocol::Assertion assertion(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                                std::string_view origin = k_portal_origin) const;
    // Whatever the authenticator is made to say; the client data is made here.
    [[nodiscard]] static protocol::Assertion assertion(const SoftwarePasskey& passkey, const crypto::Digest& challenge,
                                                       AuthenticatorAnswer answer,
                                                       std::string_view origin = k_portal_origin);
    [[nodiscard]] const SoftwarePasskey& key_of(const portal::Actor& administrator) const;

    SettableClock clock;
    std::filesystem::path folder;
    crypto::StoreKey key = crypto::StoreKey::generate();
    crypto::PortalSigningKey signing = crypto::PortalSigningKey::generate();
    portal::Deployment deployment;
    std::unique_ptr<portal::Store> store;
    SoftwarePasskey owner_key = SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    std::map<protocol::TechnicianId, SoftwarePasskey> keys;  // of administrators other than the owner
    std::string owner_link;
    std::optional<portal::Actor> owner;

private:
    portal::Actor complete_owner(const std::string& link, const SoftwarePasskey& passkey, const std::string& username,
                                 const std::string& team);
};

[[nodiscard]] inline protocol::RoleId full_device_access() {
    return *protocol::RoleId::parse("01900000-0000-7000-8000-000000000001");
}
[[nodiscard]] inline protocol::RoleId team_administrator() {
    return *protocol::RoleId::parse("01900000-0000-7000-8000-000000000005");
}

}  // namespace doorward::tests
