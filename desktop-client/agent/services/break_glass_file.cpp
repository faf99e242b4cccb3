#include "desktop-client/agent/services/break_glass_file.h"

#include "crypto/bytes.h"

#include <string_view>

namespace doorward::agent {
namespace {

constexpr std::string_view k_beginning = "doorward break-glass 1\n";
constexpr std::size_t k_size = std::size_t{512} * 1024;

// Up to the next line's end.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace

std::optional<BreakGlassFile::Content> BreakGlassFile::read() const {
    const auto bytes = platform::read_secret_file(m_file, k_size);
    if (!bytes) return std::nullopt;
    std::string_view text(reinterpret_cast<const char*>(bytes->bytes().data()), bytes->size());
    if (!text.starts_with(k_beginning)) return std::nullopt;
    text.remove_prefix(k_beginning.size());
    const auto id = protocol::BreakGlassId::parse(take_line(text));
    const auto hash = take_line(text);
    if (!id || hash.empty()) return std::nullopt;
    return Content{.id = *id, .hash = std::string(hash)};
}

std::expected<void, platform::FileError> BreakGlassFile::write(const Content& content) const {
    std::string text(k_beginning);
    text.append(content.id.to_string()).append("\n").append(content.hash).append("\n");
    text.resize(k_size, ' ');
    return platform::write_secret_file(m_file, crypto::as_bytes(text), platform::IfPresent::Replace);
}

}  // namespace doorward::agent
