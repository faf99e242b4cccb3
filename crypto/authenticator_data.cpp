#include "crypto/authenticator_data.h"

#include "crypto/cbor_reader.h"
#include "crypto/hash.h"

#include <algorithm>

namespace doorward::crypto {

namespace {

constexpr std::size_t k_header = 32 + 1 + 4;

constexpr std::uint8_t k_user_present = 0x01;
constexpr std::uint8_t k_user_verified = 0x04;
constexpr std::uint8_t k_backup_eligible = 0x08;
constexpr std::uint8_t k_backed_up = 0x10;
constexpr std::uint8_t k_has_credential = 0x40;
constexpr std::uint8_t k_has_extensions = 0x80;

constexpr std::int64_t k_cose_algorithm_label = 3;

std::optional<std::int64_t> algorithm_of(ByteView cose_key) {
    CborReader reader(cose_key);
    auto members = reader.map_size();
    std::optional<std::int64_t> algorithm;
    for (; members && *members > 0; --*members) {
        if (!reader.next_is_integer()) return std::nullopt;
        const auto label = reader.integer();
        if (!label) return std::nullopt;
        if (*label == k_cose_algorithm_label) {
            if (algorithm) return std::nullopt;
            algorithm = reader.integer();
            if (!algorithm) return std::nullopt;
        } else if (!reader.item()) {
            return std::nullopt;
        }
    }
    return algorithm;
}

// Consumes the credential from the front of rest.
std::optional<AttestedCredential> parse_credential(ByteView& rest) {
    constexpr std::size_t k_fixed = 16 + 2;
    if (rest.size() < k_fixed) return std::nullopt;
    const auto aaguid = rest.first<16>();
    const std::size_t id_size = std::size_t{rest[16]} << 8U | rest[17];
    rest = rest.subspan(k_fixed);
    if (id_size == 0 || id_size > k_longest_credential_id || id_size > rest.size()) return std::nullopt;
    const ByteView id = rest.first(id_size);
    CborReader reader(rest.subspan(id_size));
    const auto cose_key = reader.item();
    if (!cose_key) return std::nullopt;
    rest = rest.subspan(id_size + cose_key->size());
    const auto algorithm = algorithm_of(*cose_key);
    if (!algorithm) return std::nullopt;
    return AttestedCredential{aaguid, id, *algorithm};
}

std::optional<AuthenticatorExtensions> parse_extensions(ByteView bytes) {
    AuthenticatorExtensions extensions;
    CborReader reader(bytes);
    auto members = reader.map_size();
    if (!members) return std::nullopt;
    for (; *members > 0; --*members) {
        const auto name = reader.text();
        if (!name) return std::nullopt;
        const auto value = reader.item();
        if (!value) return std::nullopt;
        CborReader content(*value);
        // At registration a boolean, in an assertion bytes: what counts is whether it is there.
        if (*name == "hmac-secret") extensions.hmac_secret = content.boolean().value_or(true);
        if (*name == "credBlob") extensions.credential_blob = content.boolean().value_or(true);
        if (*name == "credProtect") extensions.credential_protection = content.integer();
        if (*name == "minPinLength") extensions.shortest_pin = content.integer();
    }
    if (!reader.at_end()) return std::nullopt;
    return extensions;
}

}  // namespace

std::expected<AuthenticatorData, Error> parse_authenticator_data(ByteView bytes) {
    const auto malformed = std::unexpected(Error::MalformedAuthenticatorData);
    if (bytes.size() < k_header) return malformed;
    AuthenticatorData data{.rp_id_hash = bytes.first<32>(),
                           .flags = bytes[32],
                           .sign_count = std::uint32_t{bytes[33]} << 24U | std::uint32_t{bytes[34]} << 16U |
                                         std::uint32_t{bytes[35]} << 8U | std::uint32_t{bytes[36]},
                           .credential = std::nullopt,
                           .extensions = {}};
    ByteView rest = bytes.subspan(k_header);
    if ((data.flags & k_has_credential) != 0) {
        data.credential = parse_credential(rest);
        if (!data.credential) return malformed;
    }
    if ((data.flags & k_has_extensions) != 0) {
        const auto extensions = parse_extensions(rest);
        if (!extensions) return malformed;
        data.extensions = *extensions;
    } else if (!rest.empty()) {
        return malformed;
    }
    return data;
}

std::expected<BackupFlags, Error> check_authenticator_data(const AuthenticatorData& data, std::string_view rp_id) {
    if (!std::ranges::equal(data.rp_id_hash, sha256(as_bytes(rp_id)).bytes())) {
        return std::unexpected(Error::WrongRelyingParty);
    }
    if ((data.flags & k_user_present) == 0) return std::unexpected(Error::UserNotPresent);
    if ((data.flags & k_user_verified) == 0) return std::unexpected(Error::UserNotVerified);
    const bool eligible = (data.flags & k_backup_eligible) != 0;
    const bool backed_up = (data.flags & k_backed_up) != 0;
    if (backed_up && !eligible) return std::unexpected(Error::InconsistentBackupFlags);
    return BackupFlags{eligible ? PasskeyStrength::Synced : PasskeyStrength::DeviceBound,
                       backed_up ? BackupState::BackedUp : BackupState::NotBackedUp};
}

}  // namespace doorward::crypto
