#pragma once

#include "platform/http_message.h"

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace doorward::portal {

/// Which of the two sites, because their content security policies differ.
enum class SiteKind { AdminUi, PhoneApp };

/// The files of a built web site, read once into memory: what is not a file of the build cannot be asked for.
/// Immutable.
class StaticSite {
public:
    /// The error is a sentence for the log. A folder without index.html is refused.
    [[nodiscard]] static std::expected<StaticSite, std::string> load(const std::filesystem::path& folder,
                                                                     SiteKind kind);
    /// Serves only "not installed" pages, until a reload finds the folder.
    [[nodiscard]] static StaticSite empty(SiteKind kind) { return StaticSite(kind); }

    /// GET and HEAD. Paths of the application's own pages (no dot in the last segment) get index.html.
    [[nodiscard]] platform::Response answer(const platform::Request& request) const;

private:
    struct File {
        std::string content;
        std::string type;
        std::string cache_control;
        std::string etag;
    };
    explicit StaticSite(SiteKind kind) : m_kind(kind) {}
    [[nodiscard]] platform::Response page() const;
    void add_security_headers(platform::Response& response) const;

    SiteKind m_kind;
    std::map<std::string, File, std::less<>> m_files;
};

}  // namespace doorward::portal
