#include "verify/export_file.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace doorward::verify {
namespace {

constexpr std::size_t k_chunk = 256 * 1024;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::expected<File, Finding> open(const std::filesystem::path& path) {
    File file(std::fopen(path.c_str(), "rbe"), &std::fclose);
    if (file) return file;
    return std::unexpected(Finding{.fault = Fault::Unreadable, .what = path.string() + " cannot be opened"});
}

}  // namespace

std::expected<Verified, Finding> verify_file(const std::filesystem::path& path, Expectation expectation,
                                             ExportVerifier::Leaves leaves) {
    auto file = open(path);
    if (!file) return std::unexpected(file.error());
    ExportVerifier verifier(std::move(expectation), leaves);
    std::vector<char> chunk(k_chunk);
    // The beginning of a line whose end is not read yet.
    std::string started;
    while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file->get())) {
        std::string_view rest(chunk.data(), count);
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            std::string_view line = rest.substr(0, end);
            if (!started.empty()) line = started.append(line);
            if (auto taken = verifier.take(line); !taken) return std::unexpected(taken.error());
            started.clear();
            rest.remove_prefix(end + 1);
        }
        started.append(rest);
        // It is too long already, and is told so.
        if (started.size() > protocol::k_longest_export_line) break;
    }
    if (std::ferror(file->get()) != 0) {
        return std::unexpected(Finding{.fault = Fault::Unreadable, .what = path.string() + " cannot be read"});
    }
    if (!started.empty()) {
        if (auto taken = verifier.take(started); !taken) return std::unexpected(taken.error());
    }
    return verifier.finish();
}

std::expected<protocol::SignedEnvelope, Finding> read_held_head(const std::filesystem::path& path) {
    auto file = open(path);
    if (!file) return std::unexpected(file.error());
    std::string text(protocol::k_longest_envelope_body, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file->get()));
    auto head = protocol::decode_envelope(text);
    if (head) return std::move(*head);
    return std::unexpected(Finding{.fault = Fault::Malformed, .what = path.string() + " is no signed head"});
}

}  // namespace doorward::verify
