#pragma once

#include "crypto/bytes.h"
#include "crypto/encoding.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace doorward::protocol::test {

inline std::filesystem::path vector_folder() {
    return std::filesystem::path(DOORWARD_SOURCE_DIR) / "protocol" / "vectors";
}

inline nlohmann::json read_vectors(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error("no vectors at " + file.string());
    return nlohmann::json::parse(stream);
}

inline crypto::Bytes bytes_of(const nlohmann::json& text) {
    return crypto::base64url_decode(text.get<std::string>()).value();
}

}  // namespace doorward::protocol::test
