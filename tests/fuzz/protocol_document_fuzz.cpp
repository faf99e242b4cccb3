#include "protocol/roster_document.h"
#include "protocol/tenant_code.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

using namespace doorward::protocol;

namespace {

// What was sealed for somebody else opens for nobody here, whatever it is.
void try_to_open(const DocumentContent& document) {
    static const auto key = doorward::crypto::DeviceAgreementKey::generate();
    const auto* codes = std::get_if<DeviceCodesDocument>(&document);
    if (codes == nullptr) return;
    for (const auto& secret : codes->secrets) {
        if (open_tenant_secret(key, {TenantId(codes->id.uuid()), secret.id}, secret.sealed)) std::abort();
    }
}

}  // namespace

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
    try_to_open(*document);
    const auto encoded = encode_document(*document);
    const auto again = decode_document(*id, encoded.body);
    if (!again || encode_document(*again) != encoded) std::abort();
    return 0;
}
