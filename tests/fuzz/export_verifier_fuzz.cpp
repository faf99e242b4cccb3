#include "verify/export_verifier.h"

#include <cstdint>
#include <string_view>

using namespace doorward::verify;

// A whole export, line by line, as a file gives it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    ExportVerifier verifier({}, ExportVerifier::Leaves::Keep);
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (!verifier.take(rest.substr(0, end))) return 0;
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    static_cast<void>(verifier.finish());
    return 0;
}
