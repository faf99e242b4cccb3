#include "crypto/agreement.h"
#include "crypto/constant_time.h"
#include "crypto/initialise.h"
#include "crypto/secret_bytes.h"
#include "crypto/secret_key.h"
#include "crypto/signature.h"
#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
constexpr bool k_sees_small_steps = true;
#else
constexpr bool k_sees_small_steps = false;
#endif

template <class Secret>
concept Printable =
    requires(std::ostream& stream, const Secret& secret) { stream << secret; } || fmt::is_formattable<Secret>::value ||
    std::is_convertible_v<Secret, std::string> || std::is_convertible_v<Secret, std::string_view>;

template <class Secret>
constexpr bool k_well_kept =
    !Printable<Secret> && !std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret> &&
    std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>;

// Compiling this file is the test.
static_assert(k_well_kept<SecretBytes>);
static_assert(k_well_kept<StoreKey>);
static_assert(k_well_kept<SharedSecret>);
static_assert(k_well_kept<OfflineTotpSecret>);
static_assert(k_well_kept<OfflineChallengeSecret>);
static_assert(k_well_kept<TenantTotpSecret>);
static_assert(k_well_kept<TenantSealingKey>);
static_assert(k_well_kept<DeviceSigningKey>);
static_assert(k_well_kept<PortalSigningKey>);
static_assert(k_well_kept<DeviceAgreementKey>);
static_assert(k_well_kept<PhoneAgreementKey>);
static_assert(Printable<std::string>, "the concept can tell");

// A key of one role does not pass for another's.
static_assert(!std::is_constructible_v<OfflineTotpSecret, OfflineChallengeSecret>);
static_assert(!std::is_constructible_v<StoreKey, BackupKey>);
static_assert(!std::is_convertible_v<DevicePublicKey, PortalPublicKey>);
static_assert(!std::is_convertible_v<DeviceAgreementPublicKey, PhoneAgreementPublicKey>);
static_assert(!std::is_convertible_v<DevicePublicKey, DeviceAgreementPublicKey>);
static_assert(!std::is_default_constructible_v<StoreKey>);

// The flags the kernel keeps for the memory at an address ("dd": not in core dumps).
std::string flags_of_mapping(const void* address) {
    std::ifstream maps("/proc/self/smaps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::istringstream fields(line);
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        char dash = 0;
        if (fields >> std::hex >> from >> dash >> to && dash == '-') inside = from <= wanted && wanted < to;
        if (inside && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

// Whether touching memory ends the process.
template <class Action>
bool is_fatal(Action action) {
    const pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        for (const int number : {SIGSEGV, SIGBUS, SIGABRT})
            std::signal(number, SIG_DFL);
        action();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace

TEST_CASE("the library initialises any number of times", "[crypto][secret]") {
    CHECK(initialise());
    CHECK(initialise());
}

TEST_CASE("wiping overwrites a borrowed buffer, also when the scope ends early", "[crypto][secret]") {
    std::array<std::uint8_t, 4> buffer{1, 2, 3, 4};
    {
        const WipeOnExit guard(buffer);
        CHECK(buffer[0] == 1);
    }
    CHECK(buffer == std::array<std::uint8_t, 4>{});

    buffer = {1, 2, 3, 4};
    try {
        const WipeOnExit guard(buffer);
        throw std::runtime_error("early");
    } catch (const std::runtime_error&) {
        CHECK(buffer == std::array<std::uint8_t, 4>{});
    }
}

TEST_CASE("secret memory is gone after its owner, and guarded while it lives", "[crypto][secret]") {
    const std::size_t size =
        GENERATE(std::size_t{1}, std::size_t{16}, std::size_t{32}, std::size_t{64}, std::size_t{65}, std::size_t{4096});
    CAPTURE(size);
    if (size <= 64 && !k_sees_small_steps) SKIP("skipped: only AddressSanitizer sees this among small secrets");
    CHECK(is_fatal([size] {
        const volatile std::uint8_t* left_over = nullptr;
        {
            const SecretBytes secret = SecretBytes::copy_of(Bytes(size, 1));
            left_over = secret.bytes().data();
        }
        static_cast<void>(*left_over);
    }));
    CHECK(is_fatal([size] {
        SecretBytes secret = SecretBytes::zeroed(size);
        volatile std::uint8_t* end = secret.writable_bytes().data() + size;
        *end = 1;
    }));
}

TEST_CASE("more small secrets than share a region are kept apart, and start as zeros", "[crypto][secret]") {
    constexpr std::size_t k_many = 300;
    for (int turn = 0; turn < 3; ++turn) {
        std::vector<SecretBytes> secrets;
        for (std::size_t i = 0; i < k_many; ++i) {
            secrets.push_back(SecretBytes::zeroed(1 + i % 64));
            REQUIRE(to_bytes(secrets.back().bytes()) == Bytes(1 + i % 64, 0));
            std::ranges::fill(secrets.back().writable_bytes(), static_cast<std::uint8_t>(i));
        }
        for (std::size_t i = 0; i < k_many; ++i)
            REQUIRE(to_bytes(secrets[i].bytes()) == Bytes(1 + i % 64, static_cast<std::uint8_t>(i)));
        // Given back in another order than taken.
        for (std::size_t i = 0; i < k_many; i += 2)
            secrets[i] = SecretBytes();
    }
}

TEST_CASE("threads take and give back secrets at once", "[crypto][secret]") {
    std::atomic<bool> mixed = false;
    std::vector<std::jthread> threads;
    for (std::uint8_t mark = 1; mark <= 4; ++mark) {
        threads.emplace_back([mark, &mixed] {
            for (int turn = 0; turn < 2000; ++turn) {
                const SecretBytes first = SecretBytes::copy_of(Bytes(32, mark));
                const SecretBytes second = first.clone();
                if (to_bytes(second.bytes()) != Bytes(32, mark)) mixed = true;
            }
        });
    }
    threads.clear();
    CHECK_FALSE(mixed);
}

TEST_CASE("secret memory stays out of core dumps", "[crypto][secret]") {
    const SecretBytes secret = SecretBytes::copy_of(to_bytes("secret"));
    CHECK(flags_of_mapping(secret.bytes().data()).find(" dd ") != std::string::npos);
}

TEST_CASE("a moved-from secret is empty and its key aborts when touched", "[crypto][secret]") {
    SecretBytes first = SecretBytes::copy_of(to_bytes("secret"));
    const SecretBytes second = std::move(first);
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move)
    CHECK(to_bytes(second.bytes()) == to_bytes("secret"));

    CHECK(is_fatal([] {
        StoreKey key = StoreKey::generate();
        const StoreKey other = std::move(key);
        // The use after the move is what must end the program.
        static_cast<void>(key.bytes());  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
    }));
}

TEST_CASE("assigning over a secret releases the one before", "[crypto][secret]") {
    SecretBytes secret = SecretBytes::copy_of(to_bytes("one"));
    secret = SecretBytes::copy_of(to_bytes("two"));
    CHECK(to_bytes(secret.bytes()) == to_bytes("two"));
    SecretBytes& same = secret;
    secret = std::move(same);
    CHECK(to_bytes(secret.bytes()) == to_bytes("two"));
}

TEST_CASE("equality is of content and length", "[crypto][secret]") {
    const SecretBytes secret = SecretBytes::copy_of(to_bytes("secret"));
    CHECK(secret == secret.clone());
    CHECK_FALSE(secret == SecretBytes::copy_of(to_bytes("secreT")));
    CHECK_FALSE(secret == SecretBytes::copy_of(to_bytes("secret ")));
    CHECK(SecretBytes() == SecretBytes::zeroed(0));
    CHECK(constant_time_equal(to_bytes("a"), to_bytes("a")));
    CHECK_FALSE(constant_time_equal(to_bytes("a"), to_bytes("b")));
    CHECK_FALSE(constant_time_equal(to_bytes("a"), ByteView()));
    CHECK(constant_time_equal(ByteView(), ByteView()));
}

TEST_CASE("a key takes exactly its size", "[crypto][secret]") {
    for (const std::size_t size : {0U, 31U, 33U}) {
        CHECK(StoreKey::create(Bytes(size, 1)).error() == Error::WrongLength);
    }
    const auto key = StoreKey::create(Bytes(32, 1)).value();
    CHECK(key == key.clone());
    CHECK_FALSE(key == StoreKey::generate());
}
