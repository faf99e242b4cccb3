#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string_view>

namespace doorward::agent {

enum class AnchorError { Missing, Unsafe, Malformed, NotStored };
[[nodiscard]] std::string_view to_string(AnchorError error);

/// The store's generation, written a second time outside of it, in a root-only file apart from the state folder: a
/// store that is older than its anchor was put back from a copy, and its used codes would be usable again. The anchor
/// follows every commit without a sync of its own: after a power cut it may lag behind, never run ahead.
class GenerationAnchor {
public:
    [[nodiscard]] static std::expected<GenerationAnchor, AnchorError> create(const std::filesystem::path& file);
    [[nodiscard]] static std::expected<GenerationAnchor, AnchorError> open(const std::filesystem::path& file);

    GenerationAnchor(GenerationAnchor&& other) noexcept;
    GenerationAnchor& operator=(GenerationAnchor&&) = delete;
    ~GenerationAnchor();

    [[nodiscard]] std::int64_t generation() const { return m_generation; }
    void advance(std::int64_t generation);

private:
    GenerationAnchor(int descriptor, std::int64_t generation) : m_descriptor(descriptor), m_generation(generation) {}
    int m_descriptor;
    std::int64_t m_generation;
};

}  // namespace doorward::agent
