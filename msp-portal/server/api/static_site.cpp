#include "msp-portal/server/api/static_site.h"

#include "crypto/encoding.h"
#include "crypto/hash.h"
#include "platform/secure_file.h"

#include <array>
#include <string_view>
#include <system_error>
#include <utility>

namespace doorward::portal {

namespace {

using platform::Response;

constexpr std::size_t k_largest_file = std::size_t{8} * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> k_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".webp", "image/webp"},
    {".map", "application/json"},
}};

std::string_view type_of(const std::filesystem::path& file) {
    const auto extension = file.extension().string();
    for (const auto& [ending, type] : k_types) {
        if (ending == extension) return type;
    }
    return "application/octet-stream";
}

}  // namespace

std::expected<StaticSite, std::string> StaticSite::load(const std::filesystem::path& folder, SiteKind kind) {
    StaticSite site(kind);
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!entry->is_regular_file(error)) continue;
        auto content = platform::read_file(entry->path(), k_largest_file);
        if (!content) {
            return std::unexpected(entry->path().string() +
                                   " cannot be read: " + std::string(to_string(content.error())));
        }
        const auto name = "/" + std::filesystem::relative(entry->path(), folder).generic_string();
        File file;
        file.content = std::move(*content);
        file.type = type_of(entry->path());
        // Vite writes what has a hash in its name to assets/.
        file.cache_control = name.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        file.etag =
            "\"" + crypto::hex_encode(crypto::sha256(crypto::as_bytes(file.content)).bytes()).substr(0, 32) + "\"";
        site.m_files.emplace(name, std::move(file));
    }
    if (error) return std::unexpected(folder.string() + " cannot be read: " + error.message());
    if (!site.m_files.contains("/index.html")) return std::unexpected(folder.string() + " holds no index.html");
    return site;
}

void StaticSite::add_security_headers(Response& response) const {
    const std::string images = m_kind == SiteKind::AdminUi ? "img-src 'self' data: blob:" : "img-src 'self' data:";
    response.set_header("Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; " + images +
                            "; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
                            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("Referrer-Policy", "no-referrer");
    response.set_header("Cross-Origin-Opener-Policy", "same-origin");
    response.set_header("Cross-Origin-Resource-Policy", "same-origin");
    response.set_header("Strict-Transport-Security", "max-age=31536000");
    response.set_header("Permissions-Policy",
                        "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), "
                        "publickey-credentials-create=(self)");
}

Response StaticSite::page() const {
    const auto index = m_files.find("/index.html");
    if (index == m_files.end()) {
        auto missing =
            Response::make(503, "text/plain; charset=utf-8", "The pages are not installed on this portal.\n");
        add_security_headers(missing);
        return missing;
    }
    auto response = Response::make(200, index->second.type, index->second.content);
    response.set_header("Cache-Control", m_kind == SiteKind::AdminUi ? "no-store" : "no-cache");
    add_security_headers(response);
    return response;
}

Response StaticSite::answer(const platform::Request& request) const {
    if (request.method != platform::HttpMethod::Get && request.method != platform::HttpMethod::Head) {
        auto refusal = platform::plain_problem(405);
        refusal.set_header("Allow", "GET, HEAD");
        return refusal;
    }
    const auto found = m_files.find(request.path);
    if (found == m_files.end() || request.path == "/index.html") {
        const auto last = request.path.substr(request.path.rfind('/') + 1);
        if (found != m_files.end() || last.find('.') == std::string::npos) return page();
        auto missing = platform::plain_problem(404);
        add_security_headers(missing);
        return missing;
    }
    const auto& file = found->second;
    const bool known = request.header("If-None-Match") == std::optional<std::string_view>(file.etag);
    auto response = Response::make(known ? 304 : 200, file.type, known ? std::string() : file.content);
    response.set_header("Cache-Control", file.cache_control);
    response.set_header("ETag", file.etag);
    if (request.path == "/service-worker.js") response.set_header("Service-Worker-Allowed", "/");
    add_security_headers(response);
    return response;
}

}  // namespace doorward::portal
