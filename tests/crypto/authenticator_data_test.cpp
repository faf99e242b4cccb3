#include "crypto/authenticator_data.h"

#include "crypto/cbor_reader.h"
#include "tests/crypto/hex.h"
#include "tests/crypto/software_passkey.h"

#include <catch2/catch_test_macros.hpp>

using namespace doorward::crypto;
using namespace doorward::tests;

TEST_CASE("every whole CBOR item of RFC 8949, appendix A, is walked to its end", "[crypto][cbor]") {
    for (const auto item : {"00",
                            "1818",
                            "1bffffffffffffffff",
                            "20",
                            "3bffffffffffffffff",
                            "f4",
                            "f6",
                            "f97c00",
                            "fa47c35000",
                            "fb3ff199999999999a",
                            "f8ff",
                            "c074323031332d30332d32315432303a30343a30305a",
                            "40",
                            "4401020304",
                            "60",
                            "6449455446",
                            "80",
                            "83010203",
                            "8301820203820405",
                            "a0",
                            "a201020304",
                            "a26161016162820203",
                            "826161a161626163"}) {
        CAPTURE(item);
        const Bytes bytes = hex(item);
        CborReader reader(bytes);
        const auto walked = reader.item();
        REQUIRE(walked);
        CHECK(walked->size() == bytes.size());
        CHECK(reader.at_end());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CborReader shortened(ByteView(bytes).first(size));
            CHECK_FALSE(shortened.item());
        }
    }
}

TEST_CASE("CBOR that is indefinite, reserved, too deep or longer than the input is refused", "[crypto][cbor]") {
    for (const auto item :
         {"", "ff", "9fff", "bfff", "5f42010243030405ff", "7f61616162ff", "1c", "1d", "1e", "fc", "5affffffff00",
          "9affffffff", "bbffffffffffffffff", "bb8000000000000000", "9b8000000000000000", "81818181818181818100"}) {
        CAPTURE(item);
        const Bytes bytes = hex(item);
        CHECK_FALSE(CborReader(bytes).item());
    }
    CHECK(CborReader(hex("818181818181818100")).item());
}

TEST_CASE("CBOR values are read as what they are only", "[crypto][cbor]") {
    CHECK(CborReader(hex("3903e7")).integer() == -1000);
    CHECK(CborReader(hex("1b7fffffffffffffff")).integer() == std::int64_t{0x7fffffffffffffff});
    CHECK_FALSE(CborReader(hex("1b8000000000000000")).integer());
    CHECK_FALSE(CborReader(hex("6131")).integer());
    CHECK_FALSE(CborReader(hex("01")).text());
    CHECK_FALSE(CborReader(hex("4161")).text());
    CHECK_FALSE(CborReader(hex("6161")).byte_string());
    CHECK_FALSE(CborReader(hex("80")).map_size());
    CHECK(CborReader(hex("f5")).boolean() == true);
    CHECK(CborReader(hex("f4")).boolean() == false);
    CHECK_FALSE(CborReader(hex("f6")).boolean());
    CHECK_FALSE(CborReader(hex("01")).boolean());
}

TEST_CASE("row 77: authenticator data is read whole or not at all", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    AuthenticatorAnswer answer;
    answer.sign_count = 0x01020304;
    answer.flags = k_user_present | k_user_verified | k_has_extensions;
    answer.extensions = hex("a16b6372656450726f7465637402");  // {"credProtect": 2}
    const Bytes whole = passkey.registration_data(answer);
    const auto data = parse_authenticator_data(whole);
    REQUIRE(data);
    CHECK(data->sign_count == 0x01020304);
    REQUIRE(data->credential);
    CHECK(to_bytes(data->credential->credential_id) == passkey.credential_id());
    CHECK(data->credential->cose_algorithm == -7);
    CHECK(data->extensions.credential_protection == 2);

    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(parse_authenticator_data(ByteView(whole).first(size)));
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK(parse_authenticator_data(longer).error() == Error::MalformedAuthenticatorData);
}

TEST_CASE("flags and content of authenticator data must agree", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::EdDsa);
    AuthenticatorAnswer answer;
    answer.client_data_json = to_bytes("{}");
    const auto flagged = [&](std::uint8_t flags, const Bytes& extensions) {
        answer.flags = flags;
        answer.extensions = extensions;
        return parse_authenticator_data(passkey.approve(answer).authenticator_data).has_value();
    };
    CHECK(flagged(k_user_present, {}));
    CHECK(flagged(k_user_present | k_has_extensions, hex("a0")));
    CHECK_FALSE(flagged(k_user_present, hex("a0")));
    CHECK_FALSE(flagged(k_user_present | k_has_extensions, {}));
    CHECK_FALSE(flagged(k_user_present | k_has_extensions, hex("80")));
    CHECK_FALSE(flagged(k_user_present | k_has_extensions, hex("a10102")));
    CHECK_FALSE(flagged(k_user_present | k_has_credential, {}));
}

TEST_CASE("row 77: a credential id of 1023 bytes is read, one of 0 or 1024 is refused", "[crypto][passkey]") {
    const auto passkey = SoftwarePasskey::generate(PasskeyAlgorithm::Es256);
    const auto with_id_of = [&](std::size_t size) {
        Bytes data = passkey.approve({}).authenticator_data;
        data[32] |= k_has_credential;
        data.resize(data.size() + 16);
        data.push_back(static_cast<std::uint8_t>(size >> 8U));
        data.push_back(static_cast<std::uint8_t>(size));
        data.resize(data.size() + size, 0x5a);
        const Bytes key = passkey.cose_key();
        data.insert(data.end(), key.begin(), key.end());
        return data;
    };
    CHECK(parse_authenticator_data(with_id_of(1023)));
    CHECK(parse_authenticator_data(with_id_of(1)));
    CHECK_FALSE(parse_authenticator_data(with_id_of(1024)));
    CHECK_FALSE(parse_authenticator_data(with_id_of(0)));
}
