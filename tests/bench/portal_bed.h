#pragma once

#include "crypto/agreement.h"
#include "crypto/signature.h"
#include "protocol/ids.h"
#include "tests/bench/bench_machine.h"
#include "tests/crypto/software_passkey.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace doorward::bench {

inline constexpr std::uint16_t k_admin_port = 8443;
inline constexpr std::uint16_t k_app_port = 8444;
inline constexpr const char* k_app_host = "app.localhost";
inline constexpr const char* k_app_origin = "https://app.localhost:8444";

/// A device of the store, and the keys only it would have.
struct BenchDevice {
    protocol::DeviceId id;
    protocol::TeamId team;
    protocol::TenantId tenant;
    std::string name;
    std::string tenant_name;
    std::shared_ptr<const crypto::DeviceSigningKey> key;
};

/// A technician with a right on one tenant, a passkey and the app's session.
struct BenchPhone {
    protocol::TechnicianId technician;
    protocol::PhoneId phone;
    std::string account;
    std::shared_ptr<const tests::SoftwarePasskey> passkey;
    std::string cookie;
};

struct BedSize {
    std::size_t tenants = 1;
    std::size_t devices_per_tenant = 1;
    std::size_t phones = 0;  ///< all on the first tenant
};

/// A portal as its operator makes it (init), filled through its own services, and served by the real program.
class PortalBed {
public:
    explicit PortalBed(const BedSize& size);

    [[nodiscard]] const std::vector<BenchDevice>& devices() const { return m_devices; }
    [[nodiscard]] const std::vector<BenchPhone>& phones() const { return m_phones; }
    [[nodiscard]] static std::filesystem::path authority_file();

    /// The program, started this moment; it listens a little later.
    [[nodiscard]] static Child serve();

private:
    std::vector<BenchDevice> m_devices;
    std::vector<BenchPhone> m_phones;
};

}  // namespace doorward::bench
