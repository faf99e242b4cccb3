#include "platform/smtp.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <istream>
#include <string>
#include <thread>

using namespace doorward::platform;
namespace net = boost::asio;

namespace {

/// Takes one message as RFC 5321 says, or refuses the recipient.
class MailServer {
public:
    explicit MailServer(bool accepts)
        : m_acceptor(m_context, {net::ip::make_address("127.0.0.1"), 0}), m_thread([this, accepts] { run(accepts); }) {}
    ~MailServer() { join(); }
    void join() {
        if (m_thread.joinable()) m_thread.join();
    }
    [[nodiscard]] std::uint16_t port() const { return m_acceptor.local_endpoint().port(); }
    std::string received;

private:
    void run(bool accepts) {
        boost::system::error_code error;
        auto socket = m_acceptor.accept(error);
        net::streambuf buffer;
        auto say = [&](const std::string& line) { net::write(socket, net::buffer(line + "\r\n"), error); };
        say("220 test");
        bool data = false;
        while (net::read_until(socket, buffer, "\r\n", error) > 0 && !error) {
            std::istream stream(&buffer);
            std::string line;
            std::getline(stream, line);
            received += line + "\n";
            if (data && line != ".\r") continue;
            if (line == "DATA\r") {
                data = true;
                say("354 go on");
            } else if (line == "QUIT\r") {
                say("221 bye");
                return;
            } else if (line.starts_with("RCPT") && !accepts) {
                say("550 no such user");
            } else {
                data = false;
                say("250 ok");
            }
        }
    }
    net::io_context m_context;
    net::ip::tcp::acceptor m_acceptor;
    std::thread m_thread;
};

SmtpOptions options_for(std::uint16_t port) {
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = port;
    options.security = SmtpSecurity::PlainOnLoopback;
    options.sender = "doorward@example.com";
    options.sender_name = "Doorward";
    options.deadline = std::chrono::seconds(5);
    return options;
}

}  // namespace

TEST_CASE("a mail reaches the server with its recipient, subject and both texts", "[platform][smtp]") {
    MailServer server(true);
    const MailMessage message{"nik@example.com", "Grüße", "plain text", "<p>html</p>"};
    auto sent = send_mail(options_for(server.port()), message);
    CHECK(sent.has_value());
    server.join();
    CHECK(server.received.find("RCPT TO:<nik@example.com>") != std::string::npos);
    CHECK(server.received.find("Subject: =?UTF-8?B?R3LDvMOfZQ==?=") != std::string::npos);
    CHECK(server.received.find("cGxhaW4gdGV4dA==") != std::string::npos);
    CHECK(server.received.find("PHA+aHRtbDwvcD4=") != std::string::npos);
}

TEST_CASE("a server that refuses the recipient is reported", "[platform][smtp]") {
    MailServer server(false);
    auto sent = send_mail(options_for(server.port()), {"nobody@example.com", "x", "x", ""});
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error() == SmtpError::RejectedByServer);
}

TEST_CASE("an address or subject cannot add headers or recipients", "[platform][smtp]") {
    const auto options = options_for(1);
    for (const char* address :
         {"", "a", "a@", "@b", "a@b@c", "a@b\r\nRCPT TO:<c@d>", "a@b>,<c@d", "a b@c", "a@b c", "ä@b.de"}) {
        CHECK(send_mail(options, {address, "x", "x", ""}).error() == SmtpError::MessageRefused);
    }
    CHECK(send_mail(options, {"a@b.example", "x\r\nBcc: c@d.example", "x", ""}).error() == SmtpError::MessageRefused);
}

TEST_CASE("plain text leaves for this machine only, and a dead server is reported", "[platform][smtp]") {
    auto options = options_for(1);
    CHECK(send_mail(options, {"a@b.example", "x", "x", ""}).error() == SmtpError::Unreachable);
    options.host = "192.0.2.1";
    CHECK(send_mail(options, {"a@b.example", "x", "x", ""}).error() == SmtpError::PlainRefused);
    MailServer server(true);
    auto starttls = options_for(server.port());
    starttls.security = SmtpSecurity::StartTls;
    CHECK(send_mail(starttls, {"a@b.example", "x", "x", ""}).error() == SmtpError::TlsFailed);
}
