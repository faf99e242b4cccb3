#include "crypto/hpke.h"

#include "crypto/hmac.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace doorward::crypto::detail {

namespace {

constexpr std::size_t k_key_size = 16;
constexpr std::size_t k_nonce_size = 12;
constexpr std::size_t k_tag_size = 16;
constexpr std::size_t k_encapsulated_size = 32;
using Block = std::array<std::uint8_t, 32>;

constexpr std::string_view k_version = "HPKE-v1";
// The identifiers of RFC 9180, section 7, as section 4.1 and 5.1 put them together.
constexpr std::array<std::uint8_t, 5> k_kem_suite{'K', 'E', 'M', 0x00, 0x20};
constexpr std::array<std::uint8_t, 10> k_suite{'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x01};

struct Label {
    ByteView suite;
    std::string_view text;
};

// LabeledExtract, section 4; an empty salt stands for zeros.
void extract(ByteView salt, const Label& label, ByteView key_material, Block& output) {
    HmacSha256 mac{HmacKey(salt)};
    mac.update(as_bytes(k_version)).update(label.suite).update(as_bytes(label.text)).update(key_material);
    mac.finish(output);
}

// LabeledExpand, section 4, for at most one block.
void expand(const Block& pseudorandom_key, const Label& label, ByteView info, std::span<std::uint8_t> output) {
    const std::array<std::uint8_t, 2> length{0, static_cast<std::uint8_t>(output.size())};
    Block block;
    const WipeOnExit wipe(block);
    HmacSha256 mac{HmacKey(pseudorandom_key)};
    mac.update(length).update(as_bytes(k_version)).update(label.suite).update(as_bytes(label.text)).update(info);
    mac.update(std::array<std::uint8_t, 1>{1});
    mac.finish(block);
    std::ranges::copy_n(block.begin(), static_cast<std::ptrdiff_t>(output.size()), output.begin());
}

struct Encapsulation {
    std::span<const std::uint8_t, 32> encapsulated;
    std::span<const std::uint8_t, 32> recipient;
};

struct MessageKey {
    std::array<std::uint8_t, k_key_size> key;
    std::array<std::uint8_t, k_nonce_size> nonce;
    ~MessageKey() {
        const WipeOnExit wipe_key(key);
        const WipeOnExit wipe_nonce(nonce);
    }
};

// ExtractAndExpand of section 4.1, then the key schedule of section 5.1 in base mode.
void schedule(const SharedSecret& agreed, const Encapsulation& encapsulation, ByteView info, MessageKey& message) {
    std::array<std::uint8_t, 64> context;
    std::ranges::copy(encapsulation.recipient, std::ranges::copy(encapsulation.encapsulated, context.begin()).out);
    Block prk;
    Block shared;
    Block secret;
    const WipeOnExit wipe_prk(prk);
    const WipeOnExit wipe_shared(shared);
    const WipeOnExit wipe_secret(secret);
    extract({}, {k_kem_suite, "eae_prk"}, agreed.bytes(), prk);
    expand(prk, {k_kem_suite, "shared_secret"}, context, shared);

    std::array<std::uint8_t, 1 + 32 + 32> schedule_context{};
    Block hash;
    extract({}, {k_suite, "psk_id_hash"}, {}, hash);
    auto end = std::ranges::copy(hash, schedule_context.begin() + 1).out;
    extract({}, {k_suite, "info_hash"}, info, hash);
    std::ranges::copy(hash, end);
    extract(shared, {k_suite, "secret"}, {}, secret);
    expand(secret, {k_suite, "key"}, schedule_context, message.key);
    expand(secret, {k_suite, "base_nonce"}, schedule_context, message.nonce);
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

CipherContext new_cipher() {
    CipherContext cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!cipher) std::abort();
    return cipher;
}

bool encrypt(const MessageKey& message, ByteView associated, ByteView plaintext, std::span<std::uint8_t> output) {
    const auto cipher = new_cipher();
    int written = 0;
    const bool is_started =
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, message.key.data(), message.nonce.data()) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &written, associated.data(), static_cast<int>(associated.size())) == 1;
    if (!is_started) return false;
    if (EVP_EncryptUpdate(cipher.get(), output.data(), &written, plaintext.data(),
                          static_cast<int>(plaintext.size())) != 1) {
        return false;
    }
    std::uint8_t* const tag = output.subspan(plaintext.size()).data();
    return EVP_EncryptFinal_ex(cipher.get(), tag, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, k_tag_size, tag) == 1;
}

bool decrypt(const MessageKey& message, ByteView associated, ByteView sealed, std::span<std::uint8_t> output) {
    const auto cipher = new_cipher();
    std::array<std::uint8_t, k_tag_size> tag;
    std::ranges::copy(sealed.last(k_tag_size), tag.begin());
    int written = 0;
    const bool is_started =
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, message.key.data(), message.nonce.data()) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &written, associated.data(), static_cast<int>(associated.size())) == 1;
    if (!is_started) return false;
    if (EVP_DecryptUpdate(cipher.get(), output.data(), &written, sealed.data(), static_cast<int>(output.size())) != 1) {
        return false;
    }
    std::uint8_t none = 0;
    return EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, k_tag_size, tag.data()) == 1 &&
           EVP_DecryptFinal_ex(cipher.get(), &none, &written) == 1;
}

Bytes info_of(const HpkeContext& context) {
    const ByteView name = as_bytes(text(context.purpose));
    Bytes info(name.begin(), name.end());
    info.push_back(0);
    info.insert(info.end(), context.context.begin(), context.context.end());
    return info;
}

}  // namespace

std::expected<Bytes, Error> hpke_seal(std::span<const std::uint8_t, 32> ephemeral_private,
                                      std::span<const std::uint8_t, 32> recipient, const HpkeInputs& inputs,
                                      ByteView plaintext) {
    const auto encapsulated = agreement_public_key(ephemeral_private);
    const auto agreed = shared_secret(ephemeral_private, recipient);
    if (!agreed) return std::unexpected(agreed.error());
    MessageKey message;
    schedule(*agreed, {encapsulated, recipient}, inputs.info, message);
    Bytes sealed(k_hpke_overhead + plaintext.size());
    std::ranges::copy(encapsulated, sealed.begin());
    if (!encrypt(message, inputs.associated, plaintext, std::span(sealed).subspan(k_encapsulated_size))) {
        return std::unexpected(Error::LibraryFailure);
    }
    return sealed;
}

std::expected<SecretBytes, Error> hpke_open(std::span<const std::uint8_t, 32> private_key, const HpkeInputs& inputs,
                                            ByteView sealed) {
    if (sealed.size() < k_hpke_overhead) return std::unexpected(Error::OpenFailed);
    const auto encapsulated = sealed.first<k_encapsulated_size>();
    const auto agreed = shared_secret(private_key, encapsulated);
    if (!agreed) return std::unexpected(Error::OpenFailed);
    const auto own = agreement_public_key(private_key);
    MessageKey message;
    schedule(*agreed, {encapsulated, own}, inputs.info, message);
    auto plaintext = SecretBytes::zeroed(sealed.size() - k_hpke_overhead);
    if (!decrypt(message, inputs.associated, sealed.subspan(k_encapsulated_size), plaintext.writable_bytes())) {
        return std::unexpected(Error::OpenFailed);
    }
    return plaintext;
}

std::expected<Bytes, Error> hpke_seal(std::span<const std::uint8_t, 32> recipient, const HpkeContext& context,
                                      ByteView plaintext) {
    struct Ephemeral;
    const auto ephemeral = AgreementKey<Ephemeral>::generate();
    return hpke_seal(ephemeral.private_bytes(), recipient, {info_of(context), {}}, plaintext);
}

std::expected<SecretBytes, Error> hpke_open(std::span<const std::uint8_t, 32> private_key, const HpkeContext& context,
                                            ByteView sealed) {
    return hpke_open(private_key, {info_of(context), {}}, sealed);
}

}  // namespace doorward::crypto::detail
