#include "crypto/encoding.h"
#include "platform/clock.h"
#include "platform/config.h"
#include "platform/log.h"
#include "platform/process.h"
#include "platform/secure_file.h"
#include "platform/service_notify.h"
#include "tests/platform/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <type_traits>

using namespace doorward::platform;
using doorward::platform::test::TemporaryFolder;

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

ProcessOptions shell(std::string script) {
    ProcessOptions options;
    options.arguments = {"/bin/sh", "-c", std::move(script)};
    return options;
}

std::string logged(LogFormat format, auto write) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    LogOptions options;
    options.format = format;
    options.descriptor = ends[1];
    configure_log(options);
    write(Logger("test"));
    configure_log(LogOptions{});
    close(ends[1]);
    std::array<char, 4096> text{};
    const ssize_t size = read(ends[0], text.data(), text.size());
    close(ends[0]);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

}  // namespace

TEST_CASE("a secret file comes back from memory that is wiped, and only if nobody else can read it",
          "[platform][file]") {
    const TemporaryFolder folder;
    const auto path = folder / "key";
    CHECK(read_secret_file(path).error() == FileError::Missing);
    REQUIRE(write_secret_file(path, bytes_of("secret")).has_value());
    struct stat found{};
    REQUIRE(stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0600);
    CHECK(read_secret_file(path)->size() == 6);
    CHECK(write_secret_file(path, bytes_of("other")).error() == FileError::AlreadyExists);
    CHECK(write_secret_file(path, bytes_of("other"), IfPresent::Replace).has_value());
    CHECK(read_secret_file(path, 4).error() == FileError::TooLarge);
    for (const mode_t mode : {0640U, 0604U, 0700U}) {
        chmod(path.c_str(), mode);
        CHECK(read_secret_file(path).error() == FileError::WrongMode);
    }
    std::filesystem::create_symlink(path, folder / "link");
    CHECK(read_secret_file(folder / "link").error() == FileError::NotRegular);
    CHECK(read_secret_file(folder.path()).error() == FileError::NotRegular);
    REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(read_secret_file(folder / "pipe").error() == FileError::NotRegular);
    REQUIRE(write_file(folder / "empty", "", 0600).has_value());
    CHECK(read_secret_file(folder / "empty").error() == FileError::Empty);
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path()))
        ++entries;
    CHECK(entries == 4);  // nothing temporary is left
}

TEST_CASE("a folder is made with its mode, and one with more permissions is refused", "[platform][file]") {
    const TemporaryFolder folder;
    REQUIRE(ensure_folder(folder / "state").has_value());
    CHECK(ensure_folder(folder / "state").has_value());
    chmod((folder / "state").c_str(), 0755);
    CHECK(ensure_folder(folder / "state").error() == FileError::WrongMode);
    CHECK(ensure_folder(folder / "state", 0755).has_value());
    CHECK(check_folder(folder / "state").has_value());
    for (const mode_t mode : {mode_t{0775}, mode_t{0757}, mode_t{0777}}) {
        chmod((folder / "state").c_str(), mode);
        CHECK(check_folder(folder / "state").error() == FileError::WrongMode);
    }
    CHECK(check_folder(folder / "nothing").error() == FileError::Missing);
    std::filesystem::create_symlink(folder / "state", folder / "link");
    CHECK(ensure_folder(folder / "link").error() == FileError::NotRegular);
    CHECK(remove_file(folder / "none").error() == FileError::Missing);
}

TEST_CASE("a program gets its input and nothing else of ours", "[platform][process]") {
    setenv("DOORWARD_TEST_LEAK", "leaked", 1);
    auto options = shell("cat; echo err >&2; env; ls /proc/self/fd | wc -l; exit 3");
    const std::string input = "from standard input\n";
    options.standard_input = bytes_of(input);
    auto result = run_process(options);
    REQUIRE(result.has_value());
    CHECK(result->exit_status == 3);
    CHECK(result->standard_output.starts_with(input));
    CHECK(result->standard_output.find("leaked") == std::string::npos);
    CHECK(result->standard_output.ends_with("\n4\n"));  // three and the listing's own
    CHECK(result->standard_error == "err\n");
}

TEST_CASE("a secret that a program says goes where it is wanted, and nowhere else", "[platform][process]") {
    auto tell = shell("printf 0123456789");
    std::array<std::uint8_t, 16> roomy{};
    tell.secret_output = roomy;
    const auto told = run_process(tell);
    REQUIRE(told);
    CHECK(told->secret_size == 10);
    CHECK(roomy[9] == '9');
    CHECK(told->standard_output.empty());
    std::array<std::uint8_t, 4> narrow{};
    tell.secret_output = narrow;
    const auto cut = run_process(tell);
    REQUIRE(cut);
    CHECK(cut->secret_size == 4);
    CHECK(cut->standard_output.empty());
}

TEST_CASE("a program that hangs, floods or does not exist is no danger", "[platform][process]") {
    auto hang = shell("sleep 60 & sleep 60");
    hang.deadline = std::chrono::milliseconds(200);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(run_process(hang).error() == ProcessError::TimedOut);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    auto flood = shell("head -c 1000000 /dev/zero");
    flood.output_limit = 1000;
    CHECK(run_process(flood)->standard_output.size() == 1000);
    const std::string input(1'000'000, 'x');
    auto deaf = shell("exec 0<&-; exit 0");
    deaf.standard_input = bytes_of(input);
    CHECK(run_process(deaf)->succeeded());
    CHECK(run_process(shell("kill -TERM $$"))->exit_status == 128 + 15);
    ProcessOptions missing;
    missing.arguments = {"/no/such/program"};
    CHECK(run_process(missing).error() == ProcessError::NotStarted);
    missing.arguments = {"sh"};
    CHECK(run_process(missing).error() == ProcessError::NotStarted);
}

TEST_CASE("settings are read by name, and what nobody asked for is named with its line", "[platform][config]") {
    auto config = ConfigReader::parse("name = 'a'\n[listen]\nport = 8443\nhosts = ['x', 'y']\n", "test.toml");
    REQUIRE(config.has_value());
    CHECK(config->required_text("name") == "a");
    CHECK(config->integer("listen.port", 1, 1, 65535) == 8443);
    CHECK(config->texts("listen.hosts").size() == 2);
    CHECK(config->boolean("absent", true));
    CHECK(config->finish().has_value());
    auto message_for = [](std::string_view text, ConfigError expected) {
        auto reader = ConfigReader::parse(text, "test.toml");
        if (!reader) {
            CHECK(reader.error().error == expected);
            return reader.error().message;
        }
        (void)reader->required_text("name");
        (void)reader->integer("listen.port", 1, 1, 65535);
        auto finished = reader->finish();
        REQUIRE_FALSE(finished.has_value());
        CHECK(finished.error().error == expected);
        return finished.error().message;
    };
    CHECK(message_for("name = 'a'\n[listen]\nprot = 1\n", ConfigError::UnknownKey) ==
          "test.toml: line 3: unknown setting listen.prot");
    CHECK(message_for("name = 'a'\n[lisden]\nport = 1\n", ConfigError::UnknownKey).find("lisden") != std::string::npos);
    CHECK(message_for("name = 5\n", ConfigError::WrongType).find("line 1") != std::string::npos);
    (void)message_for("[listen]\nport = 1\n", ConfigError::MissingKey);
    (void)message_for("name = 'a'\n[listen]\nport = 70000\n", ConfigError::OutOfRange);
    (void)message_for("name = 'a'\n[listen]\nport = '1'\n", ConfigError::WrongType);
    (void)message_for("name = \n", ConfigError::Syntax);
    (void)message_for("  \n", ConfigError::Empty);
}

TEST_CASE("a configuration that is missing or that others may write is refused", "[platform][config]") {
    const TemporaryFolder folder;
    CHECK(ConfigReader::load(folder / "none.toml").error().error == ConfigError::Missing);
    REQUIRE(write_file(folder / "a.toml", "name = 'a'\n").has_value());
    CHECK(ConfigReader::load(folder / "a.toml").has_value());
    chmod((folder / "a.toml").c_str(), 0666);
    CHECK(ConfigReader::load(folder / "a.toml").error().error == ConfigError::UnsafeFile);
}

TEST_CASE("a value cannot forge a log line", "[platform][log]") {
    const std::string evil = "x\n{\"level\":\"info\"}\r\x1b[31m\xe2\x80\xae\xff ü";
    auto write = [&](const Logger& log) {
        log.info("event", {{LogField::Reason, evil}, {LogField::Count, 3}});
        log.debug("not shown");
    };
    const std::string json = logged(LogFormat::Json, write);
    CHECK(std::count(json.begin(), json.end(), '\n') == 1);
    CHECK(json.find(R"("reason":"x\u000a{\"level\":\"info\"}\u000d\u001b[31m\u202e\ufffd ü","count":3})") !=
          std::string::npos);
    const std::string text = logged(LogFormat::Text, write);
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a secret is no value a log line takes", "[platform][log]") {
    using doorward::crypto::SecretBytes;
    STATIC_REQUIRE_FALSE(std::is_constructible_v<LogValue, LogField, const SecretBytes&>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<LogValue, LogField, std::span<const std::uint8_t>>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<LogValue, LogField, std::array<std::uint8_t, 32>>);
    STATIC_REQUIRE(std::is_constructible_v<LogValue, LogField, std::string>);
}

TEST_CASE("the service manager is told over its socket", "[platform][notify]") {
    const TemporaryFolder folder;
    const std::string path = folder / "notify";
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    REQUIRE(bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    notify_ready("listening\nWATCHDOG=1");
    unsetenv("NOTIFY_SOCKET");
    std::array<char, 256> text{};
    const ssize_t size = recv(descriptor, text.data(), text.size(), MSG_DONTWAIT);
    close(descriptor);
    REQUIRE(size > 0);
    CHECK(std::string_view(text.data(), static_cast<std::size_t>(size)) == "READY=1\nSTATUS=listening WATCHDOG=1");
    CHECK_FALSE(watchdog_interval().has_value());
    setenv("WATCHDOG_USEC", "3000000", 1);
    CHECK(watchdog_interval() == std::chrono::milliseconds(1500));
    setenv("WATCHDOG_USEC", "x", 1);
    CHECK_FALSE(watchdog_interval().has_value());
    unsetenv("WATCHDOG_USEC");
}

TEST_CASE("the system's clock tells wall time, boot time and which boot", "[platform][clock]") {
    const SystemClock clock;
    CHECK(clock.wall_now() > 1'600'000'000'000);
    const auto before = clock.boot_now();
    CHECK(clock.boot_now() >= before);
    CHECK(clock.boot_id().size() == 36);
}

// Vectors: RFC 4648 section 10, without padding.
TEST_CASE("base64url has exactly one form", "[crypto][encoding]") {
    using namespace doorward::crypto;
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        CHECK(base64url_encode(as_bytes(plain)) == encoded);
        CHECK(base64url_decode(encoded) == Bytes(plain.begin(), plain.end()));
    }
    for (const char* refused : {"Zg==", "Zm8=", "Zh", "Zm9", "Z", "Zm9v ", "Zm 9v", "+/+/", "Zm9v\n"}) {
        CAPTURE(refused);
        CHECK_FALSE(base64url_decode(refused).has_value());
    }
    CHECK(hex_encode(Bytes{0, 0xab}) == "00ab");
    CHECK(hex_decode("00ab") == Bytes{0, 0xab});
    for (const char* refused : {"0", "0g", "AB", "0x00", " 00"})
        CHECK_FALSE(hex_decode(refused).has_value());
}
