#include "protocol/break_glass.h"

#include "crypto/constant_time.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "protocol/choice.h"
#include "protocol/json_parts.h"
#include "protocol/text.h"

#include <algorithm>

namespace doorward::protocol {
namespace {

using crypto::Purpose;

constexpr std::size_t k_longest_body = 32 * 1024;
constexpr std::size_t k_share_letters = k_break_glass_size * 8 / 5;
constexpr std::size_t k_check_letters = 4;
constexpr std::size_t k_group = 4;
constexpr std::string_view k_letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t k_longest_typed = 64;
constexpr SizeRange k_sealed_size{48, 256};

constexpr std::array<Choice<crypto::PasskeyAlgorithm>, 2> k_algorithms{{
    {crypto::PasskeyAlgorithm::Es256, "es256"},
    {crypto::PasskeyAlgorithm::EdDsa, "eddsa"},
}};
constexpr std::array<Choice<CustodianError>, 4> k_errors{{
    {CustodianError::SamePerson, "same_person"},
    {CustodianError::SameKey, "same_key"},
    {CustodianError::BadPublicKey, "bad_public_key"},
    {CustodianError::BadProof, "bad_proof"},
}};

void write(JsonWriter& out, const Custodian& custodian) {
    out.id("technician_id", custodian.technician_id);
    out.text("name", custodian.name);
    out.text("algorithm", choice_text(k_algorithms, custodian.algorithm));
    out.bytes("public_key", custodian.public_key);
    out.bytes("agreement_key", custodian.agreement_key.bytes());
    write_assertion(out, "proof", custodian.proof);
}

Custodian read_custodian(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return Custodian{.technician_id = in["technician_id"].id<TechnicianId>(),
                         .name = in["name"].text(is_name),
                         .algorithm = in["algorithm"].choice(k_algorithms),
                         .public_key = in["public_key"].bytes({32, 64}),
                         .agreement_key = in["agreement_key"].fixed<CustodianPublicKey>(),
                         .proof = read_assertion(in["proof"])};
    });
}

SealedHalf read_half(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        return SealedHalf{.technician_id = in["technician_id"].id<TechnicianId>(),
                          .agreement_key = in["agreement_key"].fixed<CustodianPublicKey>(),
                          .sealed = in["sealed"].bytes(k_sealed_size)};
    });
}

// A list of exactly two.
template <class Item>
std::optional<std::array<Item, 2>> pair_of(std::vector<Item> items) {
    if (items.size() != 2) return std::nullopt;
    return std::array<Item, 2>{std::move(items[0]), std::move(items[1])};
}

// Whole groups of five bits only.
void write_letters(crypto::ByteView bytes, std::span<std::uint8_t> letters) {
    unsigned waiting = 0;
    unsigned bits = 0;
    std::size_t at = 0;
    for (auto& letter : letters) {
        if (bits < 5) {
            waiting = (waiting << 8U) | bytes[at++];
            bits += 8;
        }
        bits -= 5;
        letter = static_cast<std::uint8_t>(k_letters[(waiting >> bits) & 31U]);
    }
}

std::optional<unsigned> value_of(char typed) {
    char letter = typed;
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    if (letter == 'O') letter = '0';
    if (letter == 'I' || letter == 'L') letter = '1';
    const auto found = k_letters.find(letter);
    if (found == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(found);
}

std::array<std::uint8_t, k_check_letters> check_letters(const BreakGlassPlace& place, HalfNumber number,
                                                        crypto::ByteView share) {
    const std::array<std::uint8_t, 1> which{static_cast<std::uint8_t>(number)};
    const auto digest =
        crypto::purpose_hash(Purpose::BreakGlassHalf, {place.device_id.bytes(), place.id.bytes(), which, share});
    std::array<std::uint8_t, k_check_letters> letters;
    write_letters(digest.bytes(), letters);
    return letters;
}

}  // namespace

std::string_view to_string(CustodianError error) {
    return choice_text(k_errors, error);
}

crypto::Digest custodian_key_challenge(const TeamId& team, const TechnicianId& technician,
                                       const CustodianPublicKey& key) {
    return crypto::purpose_hash(Purpose::CustodianKey, {team.bytes(), technician.bytes(), key.bytes()});
}

std::string encode_break_glass_order(const BreakGlassOrder& order) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("id", order.id);
        out.id("team_id", order.team_id);
        out.id("device_id", order.device_id);
        out.text("rp_id", order.rp_id);
        out.text("origin", order.origin);
        out.list("custodians", order.custodians,
                 [&](const Custodian& custodian) { out.object([&] { write(out, custodian); }); });
    });
}

Decoded<BreakGlassOrder> decode_break_glass_order(std::string_view body) {
    return decode_object(body, k_longest_body, [](JsonObjectReader& in) {
        in.version_one();
        const auto id = in["id"].id<BreakGlassId>();
        const auto team = in["team_id"].id<TeamId>();
        const auto device = in["device_id"].id<DeviceId>();
        auto rp_id = in["rp_id"].text(is_line);
        auto origin = in["origin"].text(is_line);
        auto custodians = pair_of(in["custodians"].list({2, 2}, read_custodian));
        if (!custodians) {
            // Its length was refused already; any will do.
            const Custodian nobody{.technician_id = TechnicianId(id.uuid()),
                                   .name = {},
                                   .algorithm = crypto::PasskeyAlgorithm::Es256,
                                   .public_key = {},
                                   .agreement_key = CustodianPublicKey(std::array<std::uint8_t, 32>{}),
                                   .proof = {}};
            custodians = std::array<Custodian, 2>{nobody, nobody};
        }
        return BreakGlassOrder{.id = id,
                               .team_id = team,
                               .device_id = device,
                               .rp_id = std::move(rp_id),
                               .origin = std::move(origin),
                               .custodians = std::move(*custodians)};
    });
}

std::expected<void, CustodianError> verify_custodians(const BreakGlassOrder& order) {
    const auto& [one, other] = order.custodians;
    if (one.technician_id == other.technician_id) return std::unexpected(CustodianError::SamePerson);
    if (one.agreement_key == other.agreement_key || one.proof.credential_id == other.proof.credential_id) {
        return std::unexpected(CustodianError::SameKey);
    }
    for (const auto& custodian : order.custodians) {
        const auto key = crypto::PasskeyPublicKey::create(custodian.algorithm, custodian.public_key);
        if (!key) return std::unexpected(CustodianError::BadPublicKey);
        const auto challenge = custodian_key_challenge(order.team_id, custodian.technician_id, custodian.agreement_key);
        const auto proven =
            verify_assertion(custodian.proof, {.credential_id = custodian.proof.credential_id, .public_key = *key},
                             challenge, {.rp_id = order.rp_id, .origin = order.origin});
        if (!proven) return std::unexpected(CustodianError::BadProof);
    }
    return {};
}

std::string encode_break_glass_code(const BreakGlassCode& code) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("id", code.id);
        out.id("device_id", code.device_id);
        out.time("made_at", code.made_at);
        out.list("halves", code.halves, [&](const SealedHalf& half) {
            out.object([&] {
                out.id("technician_id", half.technician_id);
                out.bytes("agreement_key", half.agreement_key.bytes());
                out.bytes("sealed", half.sealed);
            });
        });
    });
}

Decoded<BreakGlassCode> decode_break_glass_code(std::string_view body) {
    return decode_object(body, k_longest_body, [](JsonObjectReader& in) {
        in.version_one();
        const auto id = in["id"].id<BreakGlassId>();
        const auto device = in["device_id"].id<DeviceId>();
        const auto made_at = in["made_at"].time();
        auto halves = pair_of(in["halves"].list({2, 2}, read_half));
        if (!halves) {
            const SealedHalf nothing{.technician_id = TechnicianId(id.uuid()),
                                     .agreement_key = CustodianPublicKey(std::array<std::uint8_t, 32>{}),
                                     .sealed = {}};
            halves = std::array<SealedHalf, 2>{nothing, nothing};
        }
        return BreakGlassCode{.id = id, .device_id = device, .made_at = made_at, .halves = std::move(*halves)};
    });
}

std::array<std::uint8_t, 48> half_context(const BreakGlassPlace& place, const TechnicianId& technician) {
    std::array<std::uint8_t, 48> context;
    auto end = std::ranges::copy(place.device_id.bytes(), context.begin()).out;
    end = std::ranges::copy(place.id.bytes(), end).out;
    std::ranges::copy(technician.bytes(), end);
    return context;
}

std::array<CodeHalf, 2> split_code(const crypto::SecretBytes& code) {
    std::array<CodeHalf, 2> halves{CodeHalf{.number = HalfNumber::First, .share = crypto::random_secret(code.size())},
                                   CodeHalf{.number = HalfNumber::Second, .share = code.clone()}};
    const auto pad = halves[0].share.bytes();
    const auto second = halves[1].share.writable_bytes();
    for (std::size_t i = 0; i < second.size(); ++i)
        second[i] ^= pad[i];
    return halves;
}

std::optional<crypto::SecretBytes> join_halves(const CodeHalf& one, const CodeHalf& other) {
    if (one.number == other.number || one.share.size() != other.share.size()) return std::nullopt;
    auto code = one.share.clone();
    const auto pad = other.share.bytes();
    const auto joined = code.writable_bytes();
    for (std::size_t i = 0; i < joined.size(); ++i)
        joined[i] ^= pad[i];
    return code;
}

crypto::SecretBytes format_half(const BreakGlassPlace& place, const CodeHalf& half) {
    auto letters = crypto::SecretBytes::zeroed(k_share_letters + k_check_letters);
    write_letters(half.share.bytes(), letters.writable_bytes().first(k_share_letters));
    std::ranges::copy(check_letters(place, half.number, half.share.bytes()),
                      letters.writable_bytes().subspan(k_share_letters).begin());
    auto text = crypto::SecretBytes::zeroed(1 + letters.size() + letters.size() / k_group);
    const auto space = text.writable_bytes();
    space[0] = half.number == HalfNumber::First ? '1' : '2';
    std::size_t at = 1;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (i % k_group == 0) space[at++] = '-';
        space[at++] = letters.bytes()[i];
    }
    return text;
}

std::optional<CodeHalf> parse_half(const BreakGlassPlace& place, std::string_view typed) {
    if (typed.size() > k_longest_typed) return std::nullopt;
    CodeHalf half{.number = HalfNumber::First, .share = crypto::SecretBytes::zeroed(k_break_glass_size)};
    std::array<std::uint8_t, k_check_letters> check{};
    const auto share = half.share.writable_bytes();
    std::optional<unsigned> number;
    std::size_t letters = 0;
    unsigned waiting = 0;
    unsigned bits = 0;
    std::size_t at = 0;
    for (const char letter : typed) {
        if (letter == '-') continue;
        const auto value = value_of(letter);
        if (!value) return std::nullopt;
        if (!number) {
            number = value;
            continue;
        }
        if (letters < k_share_letters) {
            waiting = (waiting << 5U) | *value;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                share[at++] = static_cast<std::uint8_t>(waiting >> bits);
            }
        } else if (letters < k_share_letters + k_check_letters) {
            check[letters - k_share_letters] = static_cast<std::uint8_t>(k_letters[*value]);
        }
        ++letters;
    }
    if (letters != k_share_letters + k_check_letters || (number != 1 && number != 2)) return std::nullopt;
    half.number = *number == 1 ? HalfNumber::First : HalfNumber::Second;
    if (!crypto::constant_time_equal(check, check_letters(place, half.number, share))) return std::nullopt;
    return half;
}

}  // namespace doorward::protocol
