#include "desktop-client/agent/services/generation_anchor.h"

#include "platform/log.h"
#include "platform/secure_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <utility>

namespace doorward::agent {
namespace {

const platform::Logger k_log{"store"};
constexpr std::size_t k_width = 20;

// Always the same length, so that one pwrite() replaces the number as a whole.
std::string format(std::int64_t generation) {
    std::string digits = std::to_string(generation);
    return std::string(k_width - digits.size(), '0') + digits + '\n';
}

}  // namespace

std::string_view to_string(AnchorError error) {
    switch (error) {
        case AnchorError::Missing:
            return "missing";
        case AnchorError::Unsafe:
            return "unsafe";
        case AnchorError::Malformed:
            return "malformed";
        case AnchorError::NotStored:
            return "not_stored";
    }
    return "unknown";
}

std::expected<GenerationAnchor, AnchorError> GenerationAnchor::create(const std::filesystem::path& file) {
    const std::string text = format(0);
    const auto written =
        platform::write_secret_file(file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    if (!written) return std::unexpected(AnchorError::NotStored);
    return open(file);
}

std::expected<GenerationAnchor, AnchorError> GenerationAnchor::open(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return std::unexpected(errno == ENOENT ? AnchorError::Missing : AnchorError::Unsafe);
    GenerationAnchor anchor(descriptor, 0);
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != ::geteuid() ||
        (status.st_mode & 077) != 0) {
        return std::unexpected(AnchorError::Unsafe);
    }
    std::array<char, k_width + 1> buffer{};
    if (::pread(descriptor, buffer.data(), buffer.size(), 0) != static_cast<ssize_t>(buffer.size())) {
        return std::unexpected(AnchorError::Malformed);
    }
    const char* end = buffer.data() + k_width;
    const auto parsed = std::from_chars(buffer.data(), end, anchor.m_generation);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::unexpected(AnchorError::Malformed);
    return anchor;
}

GenerationAnchor::GenerationAnchor(GenerationAnchor&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_generation(other.m_generation) {}

GenerationAnchor::~GenerationAnchor() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

void GenerationAnchor::advance(std::int64_t generation) {
    const std::string text = format(generation);
    if (::pwrite(m_descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        k_log.error("anchor", {{platform::LogField::Reason, "not_written"}});
        return;
    }
    m_generation = generation;
}

}  // namespace doorward::agent
