#include "msp-portal/server/certificates.h"

#include "platform/certificate.h"
#include "platform/secure_file.h"

#include <chrono>
#include <vector>

namespace doorward::portal::certificates {

namespace {

constexpr std::chrono::days k_authority_life{3650};
constexpr std::chrono::days k_certificate_life{397};
constexpr std::chrono::days k_renew_before{30};

std::filesystem::path authority_key_file(const std::filesystem::path& keys) {
    return keys / "authority.key";
}

std::expected<void, std::string> issue(const std::filesystem::path& keys, const platform::CertificateAndKey& authority,
                                       const std::string& which, const std::string& host) {
    auto certificate = platform::create_server_certificate(authority, {host}, k_certificate_life);
    if (!certificate) return std::unexpected("a certificate for " + host + " could not be made");
    // The key first: a certificate without its key would stop the portal.
    auto saved =
        platform::write_secret_file(key_file(keys, which), certificate->key_pem.bytes(), platform::IfPresent::Replace);
    if (saved) saved = platform::write_file(certificate_file(keys, which), certificate->certificate_pem);
    if (!saved) return std::unexpected("certificates cannot be written to " + keys.string());
    return {};
}

std::expected<platform::CertificateAndKey, std::string> load_authority(const std::filesystem::path& keys) {
    auto certificate = platform::read_file(authority_file(keys));
    auto key = platform::read_secret_file(authority_key_file(keys));
    if (!certificate || !key) return std::unexpected("the local authority in " + keys.string() + " cannot be read");
    return platform::CertificateAndKey{std::move(*certificate), std::move(*key)};
}

}  // namespace

std::filesystem::path authority_file(const std::filesystem::path& keys) {
    return keys / "authority.pem";
}

std::filesystem::path certificate_file(const std::filesystem::path& keys, const std::string& which) {
    return keys / (which + "-host.pem");
}

std::filesystem::path key_file(const std::filesystem::path& keys, const std::string& which) {
    return keys / (which + "-host.key");
}

std::expected<void, std::string> create(const std::filesystem::path& keys, const std::string& portal_host,
                                        const std::string& app_host) {
    const auto authority =
        platform::create_authority("Doorward local authority", {portal_host, app_host}, k_authority_life);
    if (!authority) return std::unexpected("the local authority could not be made");
    auto saved = platform::write_secret_file(authority_key_file(keys), authority->key_pem.bytes());
    if (saved) saved = platform::write_file(authority_file(keys), authority->certificate_pem);
    if (!saved) return std::unexpected("the local authority cannot be written to " + keys.string());
    if (auto issued = issue(keys, *authority, "portal", portal_host); !issued) return issued;
    return issue(keys, *authority, "app", app_host);
}

std::expected<void, std::string> renew(const Configuration& configuration, std::int64_t now_ms) {
    for (const auto& [which, origin] :
         {std::pair<std::string, const OriginConfiguration&>{"portal", configuration.portal},
          {"app", configuration.app}}) {
        if (origin.certificate != certificate_file(configuration.keys, which)) continue;
        const auto current = platform::read_file(origin.certificate);
        const auto end =
            current ? platform::certificate_end(*current) : std::unexpected(platform::CertificateError::Malformed);
        const auto soon = now_ms + std::chrono::milliseconds(k_renew_before).count();
        if (end && *end > soon) continue;
        const auto authority = load_authority(configuration.keys);
        if (!authority) return std::unexpected(authority.error());
        if (auto issued = issue(configuration.keys, *authority, which, origin.host); !issued) return issued;
    }
    return {};
}

}  // namespace doorward::portal::certificates
