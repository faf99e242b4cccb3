#include "protocol/roster_document.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace doorward::protocol;

// The input is a document id, a line end and a body. What decodes must encode to something that decodes to the same
// text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line_end = input.find('\n');
    if (line_end == std::string_view::npos) return 0;
    const auto id = DocumentId::parse(input.substr(0, line_end));
    if (!id) return 0;
    const auto document = decode_document(*id, input.substr(line_end + 1));
    if (!document) return 0;
    const auto encoded = encode_document(*document);
    const auto again = decode_document(*id, encoded.body);
    if (!again || encode_document(*again) != encoded) std::abort();
    return 0;
}
