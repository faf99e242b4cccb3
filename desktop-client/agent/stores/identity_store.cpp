#include "desktop-client/agent/stores/identity_store.h"

#include "desktop-client/agent/stores/result.h"

#include <string_view>
#include <utility>

namespace doorward::agent {
namespace {

using platform::DatabaseError;

constexpr std::string_view k_select_keys = "SELECT signing_seed, agreement_key FROM identity WHERE only = 1";
constexpr std::string_view k_insert_keys = "INSERT INTO identity (only, signing_seed, agreement_key) VALUES (1, ?, ?)";
constexpr std::string_view k_select_enrolment =
    "SELECT device_id, team_id, tenant_id, host, port, portal_key, next_portal_key, rp_id, origin FROM enrolment "
    "WHERE only = 1";
constexpr std::string_view k_save_enrolment =
    "INSERT OR REPLACE INTO enrolment (only, device_id, team_id, tenant_id, host, port, portal_key, next_portal_key, "
    "rp_id, origin) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

}  // namespace

std::expected<std::optional<DeviceKeys>, DatabaseError> IdentityStore::keys() {
    auto row = m_database.query(k_select_keys);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    auto signing = crypto::DeviceSigningKey::from_seed(row->bytes(0));
    auto agreement = crypto::DeviceAgreementKey::create(row->bytes(1));
    if (!signing || !agreement) return std::unexpected(DatabaseError::Corrupt);
    return DeviceKeys{std::move(*signing), std::move(*agreement)};
}

std::expected<void, DatabaseError> IdentityStore::save_keys(const DeviceKeys& keys) {
    return discard(m_database.execute(k_insert_keys, std::span<const std::uint8_t>(keys.signing.seed()),
                                      std::span<const std::uint8_t>(keys.agreement.private_bytes())));
}

std::expected<std::optional<Enrolment>, DatabaseError> IdentityStore::enrolment() {
    auto row = m_database.query(k_select_enrolment);
    if (!row) return std::unexpected(row.error());
    const auto found = row->step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    const auto device = protocol::DeviceId::parse(row->text(0));
    const auto team = protocol::TeamId::parse(row->text(1));
    const auto tenant = protocol::TenantId::parse(row->text(2));
    const auto key = crypto::PortalPublicKey::create(row->bytes(5));
    if (!device || !team || !tenant || !key) return std::unexpected(DatabaseError::Corrupt);
    Enrolment enrolment{.device_id = *device,
                        .team_id = *team,
                        .tenant_id = *tenant,
                        .host = std::string(row->text(3)),
                        .port = static_cast<std::uint16_t>(row->integer(4)),
                        .portal_key = *key,
                        .next_portal_key = std::nullopt,
                        .rp_id = row->optional_text(7),
                        .origin = row->optional_text(8)};
    if (!row->is_null(6)) {
        const auto next = crypto::PortalPublicKey::create(row->bytes(6));
        if (!next) return std::unexpected(DatabaseError::Corrupt);
        enrolment.next_portal_key = *next;
    }
    return enrolment;
}

std::expected<void, DatabaseError> IdentityStore::save_enrolment(const Enrolment& enrolment) {
    using Bytes = std::span<const std::uint8_t>;
    std::optional<Bytes> next;
    if (enrolment.next_portal_key) next = enrolment.next_portal_key->bytes();
    return discard(m_database.execute(k_save_enrolment, std::string_view(enrolment.device_id.to_string()),
                                      std::string_view(enrolment.team_id.to_string()),
                                      std::string_view(enrolment.tenant_id.to_string()),
                                      std::string_view(enrolment.host), std::int64_t{enrolment.port},
                                      Bytes(enrolment.portal_key.bytes()), next, enrolment.rp_id, enrolment.origin));
}

}  // namespace doorward::agent
