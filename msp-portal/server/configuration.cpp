#include "msp-portal/server/configuration.h"

#include "platform/config.h"
#include "platform/secure_file.h"
#include "protocol/text.h"

#include <charconv>
#include <utility>

namespace doorward::portal {

namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

std::expected<OriginConfiguration, std::string> read_origin(platform::ConfigReader& reader, const std::string& table) {
    OriginConfiguration origin;
    origin.origin = reader.required_text(table + ".origin");
    origin.certificate = reader.required_text(table + ".certificate");
    origin.key = reader.required_text(table + ".key");
    origin.web = reader.required_text(table + ".web");
    const auto listen = reader.texts(table + ".listen");
    if (origin.origin.empty()) return origin;  // finish() says what is missing
    const auto parts = split_origin(origin.origin);
    if (!parts) return std::unexpected(table + ".origin must be https://<host name>[:<port>], in lower case");
    origin.host = parts->first;
    origin.port = parts->second;
    for (const auto& text : listen) {
        const auto address = ListenAddress::parse(text);
        if (!address) return std::unexpected(table + ".listen: '" + text + "' is not <IP address>:<port>");
        origin.listen.push_back(*address);
    }
    if (origin.listen.empty()) return std::unexpected(table + ".listen must name at least one address");
    return origin;
}

std::expected<platform::SmtpOptions, std::string> read_mail(platform::ConfigReader& reader) {
    platform::SmtpOptions mail;
    mail.host = reader.required_text("mail.host");
    mail.port = static_cast<std::uint16_t>(reader.integer("mail.port", 587, 1, 65'535));
    const auto security = reader.text("mail.security", "starttls");
    if (security == "starttls") {
        mail.security = platform::SmtpSecurity::StartTls;
    } else if (security == "tls") {
        mail.security = platform::SmtpSecurity::ImplicitTls;
    } else if (security == "plain_on_loopback") {
        mail.security = platform::SmtpSecurity::PlainOnLoopback;
    } else {
        return std::unexpected("mail.security must be starttls, tls or plain_on_loopback");
    }
    mail.user = reader.text("mail.user", "");
    mail.authority_file = reader.text("mail.authority_file", "");
    mail.sender = reader.required_text("mail.sender");
    mail.sender_name = reader.text("mail.sender_name", "Doorward");
    if (const auto file = reader.optional_text("mail.password_file")) {
        auto password = platform::read_secret_file(*file);
        if (!password) {
            return std::unexpected("mail.password_file cannot be used: " + std::string(to_string(password.error())));
        }
        mail.password = std::move(*password);
    }
    return mail;
}

}  // namespace

std::optional<ListenAddress> ListenAddress::parse(std::string_view text) {
    const auto border = text.rfind(':');
    if (border == std::string_view::npos || border == 0) return std::nullopt;
    auto address = text.substr(0, border);
    const auto port = parse_port(text.substr(border + 1));
    if (!port) return std::nullopt;
    if (address.starts_with('[')) {
        if (!address.ends_with(']')) return std::nullopt;
        address = address.substr(1, address.size() - 2);
    }
    return ListenAddress{std::string(address), *port};
}

std::optional<std::pair<std::string, std::uint16_t>> split_origin(std::string_view origin) {
    if (!protocol::is_https_origin(origin)) return std::nullopt;
    auto rest = origin.substr(std::string_view("https://").size());
    const auto border = rest.find(':');
    if (border == std::string_view::npos) return std::pair(std::string(rest), std::uint16_t{443});
    const auto port = parse_port(rest.substr(border + 1));
    if (!port) return std::nullopt;
    return std::pair(std::string(rest.substr(0, border)), *port);
}

std::expected<Configuration, std::string> Configuration::load(const std::filesystem::path& file) {
    auto reader = platform::ConfigReader::load(file);
    if (!reader) return std::unexpected(reader.error().message);
    Configuration configuration;
    configuration.data = reader->required_text("data");
    configuration.keys = reader->required_text("keys");
    auto portal = read_origin(*reader, "portal");
    if (!portal) return std::unexpected(portal.error());
    auto app = read_origin(*reader, "app");
    if (!app) return std::unexpected(app.error());
    configuration.portal = std::move(*portal);
    configuration.app = std::move(*app);
    if (reader->has("mail")) {
        auto mail = read_mail(*reader);
        if (!mail) return std::unexpected(mail.error());
        configuration.mail = std::move(*mail);
    }
    configuration.push_contact = reader->text("push.contact", configuration.portal.origin);
    configuration.push_authority_file = reader->text("push.authority_file", "");
    configuration.push_to_private_addresses = reader->boolean("push.to_private_addresses", false);
    const auto level = reader->text("log.level", "info");
    const auto format = reader->text("log.format", "automatic");
    if (auto finished = reader->finish(); !finished) return std::unexpected(finished.error().message);
    if (level == "debug") configuration.log.level = platform::LogLevel::Debug;
    if (level == "warning") configuration.log.level = platform::LogLevel::Warning;
    if (level == "error") configuration.log.level = platform::LogLevel::Error;
    if (format == "text") configuration.log.format = platform::LogFormat::Text;
    if (format == "json") configuration.log.format = platform::LogFormat::Json;
    if (configuration.portal.host == configuration.app.host) {
        return std::unexpected("portal.origin and app.origin need host names of their own");
    }
    return configuration;
}

}  // namespace doorward::portal
