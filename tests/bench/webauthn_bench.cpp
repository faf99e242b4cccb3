// webauthn: what checking an assertion costs beside the bare signature check, with its key already loaded.
#include "crypto/hash.h"
#include "crypto/initialise.h"
#include "crypto/passkey.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"
#include "tests/crypto/software_passkey.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace doorward;
using bench::must;
using bench::require;

constexpr int k_repeats = 400;
constexpr std::string_view k_client_data =
    R"({"type":"webauthn.get","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"https://app.example.org","crossOrigin":false})";

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key load(const crypto::Bytes& cose) {
    // The coordinates' places in the map that SoftwarePasskey::cose_key() writes.
    crypto::Bytes point{0x04};
    point.insert(point.end(), cose.begin() + 10, cose.begin() + 42);
    point.insert(point.end(), cose.begin() + 45, cose.begin() + 77);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
    EVP_PKEY* key = nullptr;
    char group[] = "P-256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                               OSSL_PARAM_construct_end()};
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
    EVP_PKEY_CTX_free(context);
    require(key != nullptr, "the peer's key cannot be loaded");
    return {key, EVP_PKEY_free};
}

bool measure() {
    const auto passkey = tests::SoftwarePasskey::generate(crypto::PasskeyAlgorithm::Es256);
    tests::AuthenticatorAnswer answer;
    answer.client_data_json.assign(k_client_data.begin(), k_client_data.end());
    const auto assertion = passkey.approve(answer);
    const auto stored = passkey.cose_key();
    crypto::Bytes raw(stored.begin() + 10, stored.begin() + 42);
    raw.insert(raw.end(), stored.begin() + 45, stored.begin() + 77);

    crypto::Bytes message = assertion.authenticator_data;
    const auto hash = crypto::sha256(assertion.client_data_json);
    message.insert(message.end(), hash.bytes().begin(), hash.bytes().end());
    const Key cached = load(stored);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);

    const auto ours = [&] {
        return bench::microseconds([&] {
                   for (int i = 0; i < k_repeats; ++i) {
                       const auto key =
                           must(crypto::PasskeyPublicKey::create(crypto::PasskeyAlgorithm::Es256, raw), "key refused");
                       const auto verified = crypto::verify_assertion(key, assertion.evidence(),
                                                                      {.rp_id = "app.example.org", .sign_count = 0});
                       require(verified.has_value(), "assertion refused");
                   }
               }) /
               k_repeats;
    };
    const auto peer = [&] {
        return bench::microseconds([&] {
                   for (int i = 0; i < k_repeats; ++i) {
                       EVP_MD_CTX_reset(context.get());
                       const bool good =
                           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, cached.get()) == 1 &&
                           EVP_DigestVerify(context.get(), assertion.signature.data(), assertion.signature.size(),
                                            message.data(), message.size()) == 1;
                       require(good, "the peer refused the signature");
                   }
               }) /
               k_repeats;
    };
    return bench::compare({.name = "webauthn", .unit = "us", .bound = {.at_least = {}, .at_most = 1.3}}, ours, peer);
}

}  // namespace

int main() {
    try {
        must(crypto::initialise(), "the crypto library cannot be used");
        return measure() ? 0 : 1;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "webauthn: %s\n", problem.what());
        return 2;
    }
}
