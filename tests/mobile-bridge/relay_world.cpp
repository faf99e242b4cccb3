#include "tests/mobile-bridge/relay_world.h"

#include "crypto/encoding.h"
#include "protocol/sign_in_request.h"

namespace doorward::tests {

using boost::asio::awaitable;
using namespace protocol;
using relay::PortError;

crypto::Bytes client_data(std::string_view type, const crypto::Digest& challenge, std::string_view origin) {
    std::string text = R"({"type":")";
    text += type;
    text += R"(","challenge":")";
    text += crypto::base64url_encode(challenge.bytes());
    text += R"(","origin":")";
    text += origin;
    text += R"(","crossOrigin":false})";
    return {text.begin(), text.end()};
}

Assertion assertion(const SoftwarePasskey& passkey, const crypto::Digest& challenge, std::uint32_t sign_count,
                    std::string_view origin) {
    AuthenticatorAnswer answer;
    answer.rp_id = k_rp_id;
    answer.sign_count = sign_count;
    answer.client_data_json = client_data("webauthn.get", challenge, origin);
    auto made = passkey.approve(answer);
    return {.credential_id = passkey.credential_id(),
            .authenticator_data = std::move(made.authenticator_data),
            .client_data_json = std::move(made.client_data_json),
            .signature = std::move(made.signature)};
}

awaitable<std::expected<relay::PairingOffer, PortError>> FakePortal::look_up(crypto::Digest hash) {
    if (!offer || offer->first != hash) co_return std::unexpected(PortError::NotFound);
    co_return offer->second;
}

awaitable<std::expected<PhoneState, PortError>> FakePortal::complete(crypto::Digest hash, relay::NewPhone phone) {
    if (!offer || offer->first != hash) co_return std::unexpected(PortError::NotFound);
    offer.reset();
    paired.push_back(std::move(phone));
    co_return PhoneState::Active;
}

awaitable<std::expected<relay::KnownPhone, PortError>> FakePortal::by_credential(crypto::Bytes) {
    co_return std::unexpected(PortError::NotFound);
}
awaitable<std::expected<relay::KnownPhone, PortError>> FakePortal::by_session(crypto::Digest) {
    co_return std::unexpected(PortError::NotFound);
}
awaitable<std::expected<void, PortError>> FakePortal::start_session(PhoneId, crypto::Digest) {
    co_return std::expected<void, PortError>();
}
awaitable<std::expected<void, PortError>> FakePortal::end_session(crypto::Digest) {
    co_return std::expected<void, PortError>();
}
awaitable<std::expected<void, PortError>> FakePortal::note_sign_count(PhoneId phone, std::uint32_t count) {
    if (counting_fails) co_return std::unexpected(PortError::Storage);
    counts[phone] = count;
    co_return std::expected<void, PortError>();
}
awaitable<std::expected<void, PortError>> FakePortal::set_subscription(PhoneId, std::optional<PushSubscription>) {
    co_return std::expected<void, PortError>();
}
awaitable<std::expected<void, PortError>> FakePortal::end_subscription(PhoneId, PushSubscription) {
    co_return std::expected<void, PortError>();
}
awaitable<std::vector<std::pair<PhoneId, PushSubscription>>> FakePortal::subscriptions(TechnicianId) {
    co_return std::vector<std::pair<PhoneId, PushSubscription>>();
}

awaitable<std::expected<void, PortError>> FakePortal::approval_ended(relay::Approval approval, SignInClosedState end,
                                                                     std::optional<relay::SignedAnswer>) {
    if (storage_fails) co_return std::unexpected(PortError::Storage);
    ended.emplace_back(approval.id, end);
    co_return std::expected<void, PortError>();
}
awaitable<std::expected<void, PortError>> FakePortal::codes_read(TechnicianId, PhoneId, std::vector<CodeRead>) {
    co_return std::expected<void, PortError>();
}
awaitable<std::expected<ActivityPage, PortError>> FakePortal::activity(TechnicianId, std::optional<std::string>, int) {
    co_return ActivityPage();
}

void FakePortal::send_state(const DeviceId&, const RequestId& request, SignInProgress state) {
    states.emplace_back(request, state);
}
void FakePortal::send_answer(const DeviceId&, const RequestId& request, const PhoneId&, const Assertion& answer) {
    answers.emplace_back(request, answer);
}

RelayWorld::RelayWorld()
    : push(std::move(*platform::VapidKey::generate()), {.subject = "mailto:admin@example.org", .http = {}}, clock),
      notifier(context.get_executor(), portal, push),
      approvals(context.get_executor(), party,
                {.phones = portal, .records = portal, .devices = portal, .notifier = notifier, .clock = clock}),
      pairings(party, portal, clock) {}

relay::KnownPhone RelayWorld::phone() const {
    const auto key = passkey.public_key();
    const auto raw = key.raw();
    return {.record = {.id = *PhoneId::from_bytes(technician.bytes()),
                       .serial = 1,
                       .credential_id = passkey.credential_id(),
                       .algorithm = key.algorithm(),
                       .public_key = crypto::Bytes(raw.begin(), raw.end()),
                       .agreement_key = crypto::PhoneAgreementPublicKey(crypto::random_array<32>()),
                       .proof = {},
                       .strength = PhoneStrength::DeviceBound},
            .passkey = key,
            .sign_count = 0,
            .label = "Phone",
            .state = PhoneState::Active,
            .team = {.id = team, .name = "Team"},
            .technician = technician,
            .technician_name = "Nik",
            .username = "nik",
            .email = std::nullopt};
}

std::pair<RequestId, std::string> RelayWorld::ask() {
    SignInRequest request{.id = fresh_id<RequestId>(),
                          .team_id = team,
                          .tenant_id = fresh_id<TenantId>(),
                          .device_id = device,
                          .technician_id = technician,
                          .tenant_name = "Customer-1",
                          .device_name = "W11-L",
                          .account = "msp-nik",
                          .service = "sshd",
                          .terminal = "ssh",
                          .remote_host = remote_host,
                          .reason = std::nullopt,
                          .ticket = std::nullopt,
                          .nonce = crypto::random_array<16>(),
                          .issued_at = {clock.wall},
                          .expires_at = {clock.wall + 60'000}};
    const auto body = encode_sign_in_request(request);
    const auto id = request.id;
    const auto key = crypto::DeviceSigningKey::generate();
    auto envelope = sign_envelope(key, crypto::Purpose::SignInRequest, body);
    auto submitted = boost::asio::co_spawn(context, approvals.submit(std::move(request), std::move(envelope)),
                                           boost::asio::use_future);
    context.restart();
    context.run();
    submitted.get();
    return {id, body};
}

}  // namespace doorward::tests
