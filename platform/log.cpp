#include "platform/log.h"

#include <fmt/format.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <mutex>

namespace doorward::platform {
namespace {

constexpr std::string_view name_of(LogField field) {
    switch (field) {
        case LogField::RequestId:
            return "request_id";
        case LogField::Team:
            return "team";
        case LogField::Tenant:
            return "tenant";
        case LogField::Device:
            return "device";
        case LogField::Technician:
            return "technician";
        case LogField::Account:
            return "account";
        case LogField::Service:
            return "service";
        case LogField::Source:
            return "source";
        case LogField::Path:
            return "path";
        case LogField::Outcome:
            return "outcome";
        case LogField::Reason:
            return "reason";
        case LogField::Count:
            return "count";
        case LogField::Milliseconds:
            return "milliseconds";
    }
    return "unknown";
}

constexpr std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Info:
            return "info";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
    }
    return "unknown";
}

constexpr std::string_view colour_of(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "\033[2m";
        case LogLevel::Info:
            return "\033[32m";
        case LogLevel::Warning:
            return "\033[33m";
        case LogLevel::Error:
            return "\033[31m";
    }
    return "";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

// Our lines are complete when they reach spdlog; it only carries them.
class PlainFormatter final : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& target) override {
        target.append(message.payload.data(), message.payload.data() + message.payload.size());
        target.push_back('\n');
    }
    [[nodiscard]] std::unique_ptr<formatter> clone() const override { return std::make_unique<PlainFormatter>(); }
};

class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit DescriptorSink(int descriptor) : base_sink(std::make_unique<PlainFormatter>()), m_descriptor(descriptor) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        // One write for one line, so that lines of several processes do not mix. A reader that is gone is no reason to
        // stop.
        [[maybe_unused]] const ssize_t written = ::write(m_descriptor, line.data(), line.size());
    }
    void flush_() override {}
    int m_descriptor;
};

struct Sink {
    std::shared_ptr<spdlog::logger> logger;
    bool json = false;
    bool coloured = false;
};

Sink make_sink(const LogOptions& options) {
    Sink sink;
    sink.logger = std::make_shared<spdlog::logger>("doorward", std::make_shared<DescriptorSink>(options.descriptor));
    sink.logger->set_level(spdlog_level(options.level));
    const bool terminal = isatty(options.descriptor) == 1;
    sink.json = options.format == LogFormat::Json || (options.format == LogFormat::Automatic && !terminal);
    sink.coloured = terminal && !sink.json;
    return sink;
}

std::mutex g_mutex;

Sink& current_sink() {
    static Sink sink = make_sink(LogOptions{});
    return sink;
}

struct CodePoint {
    char32_t value = 0xfffd;
    std::size_t size = 1;  // bytes taken, 1 for a byte that is not UTF-8
};

CodePoint decode(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size == 1) return {first, 1};
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return {};
    char32_t value = first & (0x7fU >> size);
    for (std::size_t position = 1; position < size; ++position) {
        const auto next = static_cast<unsigned char>(text[position]);
        if ((next & 0xc0U) != 0x80) return {};
        value = value << 6U | (next & 0x3fU);
    }
    const bool shortest = value >= (size == 2 ? 0x80U : size == 3 ? 0x800U : 0x10000U);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (!shortest || surrogate || value > 0x10ffff) return {};
    return {value, size};
}

// Controls, what some readers take for the end of a line, and marks that reorder text on a terminal.
bool is_dangerous(char32_t value) {
    return value < 0x20 || (value >= 0x7f && value <= 0x9f) || (value >= 0x2028 && value <= 0x202e) ||
           (value >= 0x2066 && value <= 0x2069) || value == 0x200e || value == 0x200f || value == 0xfffd;
}

// As a JSON text.
void append_quoted(std::string& line, std::string_view text) {
    line.push_back('"');
    while (!text.empty()) {
        const CodePoint point = decode(text);
        if (point.value == '"' || point.value == '\\') {
            line.push_back('\\');
            line.push_back(text[0]);
        } else if (is_dangerous(point.value)) {
            fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<std::uint32_t>(point.value));
        } else {
            line += text.substr(0, point.size);
        }
        text.remove_prefix(point.size);
    }
    line.push_back('"');
}

bool is_plain_word(std::string_view text) {
    if (text.empty()) return false;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte <= 0x20 || byte >= 0x7f || letter == '"' || letter == '\\' || letter == '=') return false;
    }
    return true;
}

std::string time_text() {
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    const std::size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    return fmt::format("{}.{:03}Z", std::string_view(text, size), milliseconds);
}

std::string json_line(LogLevel level, std::string_view component, std::string_view event, Logger::Values values) {
    std::string line = fmt::format(R"({{"time":"{}","level":"{}","component":)", time_text(), name_of(level));
    append_quoted(line, component);
    line += R"(,"event":)";
    append_quoted(line, event);
    for (const LogValue& value : values) {
        fmt::format_to(std::back_inserter(line), R"(,"{}":)", name_of(value.name()));
        if (value.is_text()) {
            append_quoted(line, value.text());
        } else {
            fmt::format_to(std::back_inserter(line), "{}", value.number());
        }
    }
    line.push_back('}');
    return line;
}

std::string text_line(LogLevel level, std::string_view component, std::string_view event, Logger::Values values,
                      bool coloured) {
    std::string line = coloured ? fmt::format("{} {}{:<7}\033[0m {}: {}", time_text(), colour_of(level), name_of(level),
                                              component, event)
                                : fmt::format("{} {:<7} {}: {}", time_text(), name_of(level), component, event);
    for (const LogValue& value : values) {
        fmt::format_to(std::back_inserter(line), " {}=", name_of(value.name()));
        if (!value.is_text()) {
            fmt::format_to(std::back_inserter(line), "{}", value.number());
        } else if (is_plain_word(value.text())) {
            line += value.text();
        } else {
            append_quoted(line, value.text());
        }
    }
    return line;
}

}  // namespace

void configure_log(const LogOptions& options) {
    const std::lock_guard lock(g_mutex);
    current_sink() = make_sink(options);
}

void Logger::write(LogLevel level, std::string_view event, Values values) const {
    Sink sink;
    {
        const std::lock_guard lock(g_mutex);
        sink = current_sink();
    }
    if (!sink.logger->should_log(spdlog_level(level))) return;
    const std::string line = sink.json ? json_line(level, m_component, event, values)
                                       : text_line(level, m_component, event, values, sink.coloured);
    sink.logger->log(spdlog_level(level), spdlog::string_view_t(line));
}

}  // namespace doorward::platform
