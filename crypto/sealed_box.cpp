#include "crypto/sealed_box.h"

#include "crypto/agreement.h"
#include "crypto/hkdf.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

namespace doorward::crypto {
namespace {

constexpr std::size_t k_public_size = 32;
constexpr std::size_t k_tag_size = 16;
constexpr std::array<std::uint8_t, 12> k_nonce{};

struct BoxRole;
using EphemeralKey = AgreementKey<BoxRole>;
using BoxPublicKey = AgreementPublicKey<BoxRole>;
struct BoxKeyRole;
using BoxKey = SecretKey<BoxKeyRole, 32>;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

BoxKey derive(const SharedSecret& shared, ByteView ephemeral, ByteView recipient, BoxContext context) {
    Bytes info(ephemeral.begin(), ephemeral.end());
    info.insert(info.end(), recipient.begin(), recipient.end());
    info.insert(info.end(), context.bytes.begin(), context.bytes.end());
    return derive_key<BoxKey>(context.purpose, shared.bytes(), info);
}

}  // namespace

std::expected<Bytes, Error> seal_box(std::span<const std::uint8_t, 32> recipient, BoxContext context,
                                     ByteView plaintext) {
    const auto ephemeral = EphemeralKey::generate();
    const auto theirs = BoxPublicKey::create(recipient);
    if (!theirs) return std::unexpected(Error::WrongLength);
    const auto shared = ephemeral.shared_secret(*theirs);
    if (!shared) return std::unexpected(shared.error());
    const auto own = ephemeral.public_key().bytes();
    const auto key = derive(*shared, own, recipient, context);

    Bytes sealed(k_public_size + plaintext.size() + k_tag_size);
    std::ranges::copy(own, sealed.begin());
    std::uint8_t* const output = sealed.data() + k_public_size;
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int size = 0;
    const bool done =
        cipher != nullptr &&
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(), k_nonce.data()) == 1 &&
        EVP_EncryptUpdate(cipher.get(), output, &size, plaintext.data(), static_cast<int>(plaintext.size())) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), output + size, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, k_tag_size, output + plaintext.size()) == 1;
    if (!done) return std::unexpected(Error::LibraryFailure);
    return sealed;
}

std::expected<SecretBytes, Error> open_box(std::span<const std::uint8_t, 32> private_key, BoxContext context,
                                           ByteView sealed) {
    if (sealed.size() < k_box_overhead) return std::unexpected(Error::WrongLength);
    const auto own = EphemeralKey::create(private_key);
    const auto theirs = BoxPublicKey::create(sealed.first(k_public_size));
    if (!own || !theirs) return std::unexpected(Error::WrongLength);
    const auto shared = own->shared_secret(*theirs);
    if (!shared) return std::unexpected(shared.error());
    const auto key = derive(*shared, theirs->bytes(), own->public_key().bytes(), context);

    const auto body = sealed.subspan(k_public_size, sealed.size() - k_box_overhead);
    std::array<std::uint8_t, k_tag_size> tag;
    std::ranges::copy(sealed.last(k_tag_size), tag.begin());
    auto plaintext = SecretBytes::zeroed(body.size());
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int size = 0;
    const bool done =
        cipher != nullptr &&
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(), k_nonce.data()) == 1 &&
        EVP_DecryptUpdate(cipher.get(), plaintext.writable_bytes().data(), &size, body.data(),
                          static_cast<int>(body.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, k_tag_size, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), plaintext.writable_bytes().data() + size, &size) == 1;
    if (!done) return std::unexpected(Error::OpenFailed);
    return plaintext;
}

}  // namespace doorward::crypto
