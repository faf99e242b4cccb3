#pragma once

#include "platform/log.h"
#include "platform/smtp.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

struct ListenAddress {
    std::string address;  ///< an IP address
    std::uint16_t port = 443;

    /// "127.0.0.1:8443" or "[::1]:8443".
    [[nodiscard]] static std::optional<ListenAddress> parse(std::string_view text);
    friend auto operator<=>(const ListenAddress&, const ListenAddress&) = default;
};

/// One of the two origins: where it is, where it listens, what it shows.
struct OriginConfiguration {
    std::string origin;  ///< https://<host>[:<port>]
    std::string host;
    std::uint16_t port = 443;
    std::vector<ListenAddress> listen;
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::filesystem::path web;  ///< folder of the built pages
};

struct Configuration {
    std::filesystem::path data;
    std::filesystem::path keys;
    OriginConfiguration portal;
    OriginConfiguration app;
    std::optional<platform::SmtpOptions> mail;
    std::string push_contact;
    std::filesystem::path push_authority_file;  ///< empty: the system's
    bool push_to_private_addresses = false;
    platform::LogOptions log;

    [[nodiscard]] std::filesystem::path store_file() const { return data / "portal.db"; }

    /// The error is a sentence for the person who edits the file.
    [[nodiscard]] static std::expected<Configuration, std::string> load(const std::filesystem::path& file);
};

/// Host and port of an https origin.
[[nodiscard]] std::optional<std::pair<std::string, std::uint16_t>> split_origin(std::string_view origin);

}  // namespace doorward::portal
