#include "desktop-client/cli/output.h"

#include "protocol/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::cli {
namespace {

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            constexpr std::string_view k_hex = "0123456789abcdef";
            result += "\\u00";
            result += k_hex[static_cast<unsigned char>(c) >> 4];
            result += k_hex[static_cast<unsigned char>(c) & 15];
        } else {
            result += c;
        }
    }
    return result + '"';
}

std::string json_of(const agent::AdminValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return in_quotes(*text);
    return "null";
}

std::string json_of(const agent::AdminRecord& record) {
    std::string result = "{";
    for (const auto& field : record) {
        if (result.size() > 1) result += ',';
        result += in_quotes(field.name) + ':' + json_of(field.value);
    }
    return result + '}';
}

std::string text_of(const agent::AdminValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return text->empty() ? "-" : *text;
    return "-";
}

std::string label_of(std::string_view name) {
    std::string label(name);
    std::ranges::replace(label, '_', ' ');
    return label;
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t length = protocol::count_code_points(text).value_or(text.size());
    if (length < width) text.append(width - length, ' ');
    return text;
}

std::size_t width_of(std::string_view text) {
    return protocol::count_code_points(text).value_or(text.size());
}

std::string lines_of(const agent::AdminRecord& record) {
    std::size_t width = 0;
    for (const auto& field : record)
        width = std::max(width, field.name.size());
    std::string result;
    for (const auto& field : record) {
        result += padded(label_of(field.name), width + 2) + text_of(field.value) + '\n';
    }
    return result;
}

std::string table_of(const std::vector<agent::AdminRecord>& records) {
    if (records.empty()) return "none\n";
    std::vector<std::vector<std::string>> rows(1);
    for (const auto& field : records.front())
        rows.front().push_back(label_of(field.name));
    for (const auto& record : records) {
        auto& row = rows.emplace_back();
        for (const auto& field : record)
            row.push_back(text_of(field.value));
    }
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string result;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            line += padded(row[i], widths[i] + 2);
        line.erase(line.find_last_not_of(' ') + 1);
        result += line + '\n';
    }
    return result;
}

}  // namespace

std::string to_json(const agent::AdminReply& reply) {
    if (!reply.is_list) return (reply.records.empty() ? std::string("{}") : json_of(reply.records.front())) + '\n';
    std::string result = "[";
    for (const auto& record : reply.records) {
        if (result.size() > 1) result += ',';
        result += json_of(record);
    }
    return result + "]\n";
}

std::string to_text(const agent::AdminReply& reply) {
    if (reply.is_list) return table_of(reply.records);
    return reply.records.empty() ? std::string() : lines_of(reply.records.front());
}

}  // namespace doorward::cli
