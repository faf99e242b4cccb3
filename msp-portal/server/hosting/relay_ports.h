#pragma once

#include "mobile-bridge/relay/ports.h"
#include "msp-portal/server/hosting/device_channels.h"
#include "msp-portal/server/stores/remembered.h"
#include "msp-portal/server/stores/store.h"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace doorward::portal {

// The relay's ports over this portal's services. They translate and decide nothing.

class StorePairings final : public relay::PairingPort {
public:
    explicit StorePairings(Store& store) : m_store(store) {}
    [[nodiscard]] boost::asio::awaitable<std::expected<relay::PairingOffer, relay::PortError>> look_up(
        crypto::Digest secret_hash) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::PhoneState, relay::PortError>> complete(
        crypto::Digest secret_hash, relay::NewPhone phone) override;

private:
    Store& m_store;
};

class StorePhones final : public relay::PhonePort {
public:
    explicit StorePhones(Store& store);
    [[nodiscard]] boost::asio::awaitable<std::expected<relay::KnownPhone, relay::PortError>> by_credential(
        crypto::Bytes credential_id) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<relay::KnownPhone, relay::PortError>> by_session(
        crypto::Digest token_hash) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> start_session(
        protocol::PhoneId phone, crypto::Digest token_hash) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> end_session(
        crypto::Digest token_hash) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> note_sign_count(
        protocol::PhoneId phone, std::uint32_t count) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> set_subscription(
        protocol::PhoneId phone, std::optional<protocol::PushSubscription> subscription) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> end_subscription(
        protocol::PhoneId phone, protocol::PushSubscription subscription) override;
    [[nodiscard]] boost::asio::awaitable<std::vector<std::pair<protocol::PhoneId, protocol::PushSubscription>>>
    subscriptions(protocol::TechnicianId technician) override;

private:
    struct Session {
        relay::KnownPhone phone;
        protocol::Timestamp moved_ahead_at;  ///< when its end was last moved ahead
    };
    using Subscriptions = std::vector<std::pair<protocol::PhoneId, protocol::PushSubscription>>;

    Store& m_store;
    // Of what is asked with every request of an app and every sign-in.
    std::shared_ptr<Remembered<crypto::Digest, Session>> m_sessions;
    std::shared_ptr<Remembered<protocol::TechnicianId, Subscriptions>> m_subscriptions;
};

class StoreWorkstations final : public relay::WorkstationPort {
public:
    StoreWorkstations(Store& store, const DeviceChannels& channels) : m_store(store), m_channels(channels) {}
    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::WorkstationList, relay::PortError>> enterable_by(
        protocol::TechnicianId technician, std::optional<crypto::PhoneAgreementPublicKey> phone) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> secret_shown(
        protocol::TechnicianId technician, protocol::TenantSecretName secret) override;

private:
    Store& m_store;
    const DeviceChannels& m_channels;
};

class StoreRecords final : public relay::RecordPort {
public:
    explicit StoreRecords(Store& store) : m_store(store) {}
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> approval_ended(
        relay::Approval approval, protocol::SignInClosedState end, std::optional<relay::SignedAnswer> answer) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<void, relay::PortError>> codes_read(
        protocol::TechnicianId technician, protocol::PhoneId phone, std::vector<protocol::CodeRead> readings) override;
    [[nodiscard]] boost::asio::awaitable<std::expected<protocol::ActivityPage, relay::PortError>> activity(
        protocol::TechnicianId technician, std::optional<std::string> after, int limit) override;

private:
    Store& m_store;
};

}  // namespace doorward::portal
