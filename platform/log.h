#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace doorward::platform {

enum class LogLevel { Debug, Info, Warning, Error };
enum class LogFormat {
    Automatic,  ///< text on a terminal, JSON otherwise
    Text,
    Json,
};

/// The only fields a line may carry besides time, level and component. A value is text or an integer and nothing else:
/// SecretBytes, keys and byte arrays do not convert, so a secret cannot be logged by mistake of type.
enum class LogField {
    RequestId,
    Team,
    Tenant,
    Device,
    Technician,
    Account,
    Service,
    Source,  ///< a peer's address or process
    Path,
    Outcome,
    Reason,
    Count,
    Milliseconds,
};

class LogValue {
public:
    LogValue(LogField name, std::string_view text) : m_name(name), m_text(text), m_is_text(true) {}
    LogValue(LogField name, const std::string& text) : LogValue(name, std::string_view(text)) {}
    LogValue(LogField name, const char* text) : LogValue(name, std::string_view(text)) {}
    template <std::integral Number>
        requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
    LogValue(LogField name, Number number) : m_name(name), m_number(static_cast<std::int64_t>(number)) {}
    [[nodiscard]] LogField name() const { return m_name; }
    [[nodiscard]] bool is_text() const { return m_is_text; }
    [[nodiscard]] std::string_view text() const { return m_text; }
    [[nodiscard]] std::int64_t number() const { return m_number; }

private:
    LogField m_name;
    std::string_view m_text;
    std::int64_t m_number = 0;
    bool m_is_text = false;
};

struct LogOptions {
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Automatic;
    int descriptor = 2;  ///< where lines go: standard error, which the service manager records
};

/// Sets what every Logger of the process does. Called once, early in main(); before it, lines of Info and above go to
/// standard error.
void configure_log(const LogOptions& options);

/// Writes one line per event: `log.info("sign_in", {{LogField::Outcome, "refused"}, {LogField::Reason,
/// "wrong_code"}});` Line ends and control characters in values are escaped, so a value cannot forge a line.
/// Thread-safe.
class Logger {
public:
    /// `component` is a word of the program's own, e.g. "http"; it must outlive the logger (a literal).
    explicit Logger(std::string_view component) : m_component(component) {}

    using Values = std::initializer_list<LogValue>;
    void debug(std::string_view event, Values values = {}) const { write(LogLevel::Debug, event, values); }
    void info(std::string_view event, Values values = {}) const { write(LogLevel::Info, event, values); }
    void warning(std::string_view event, Values values = {}) const { write(LogLevel::Warning, event, values); }
    void error(std::string_view event, Values values = {}) const { write(LogLevel::Error, event, values); }

private:
    void write(LogLevel level, std::string_view event, Values values) const;
    std::string_view m_component;
};

}  // namespace doorward::platform
