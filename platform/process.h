#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::platform {

enum class ProcessError { NotStarted, TimedOut, InputOutput };
[[nodiscard]] std::string_view to_string(ProcessError error);

struct ProcessOptions {
    std::vector<std::string> arguments;            ///< [0] is the absolute path of the program; there is no shell
    std::vector<std::string> environment;          ///< complete; nothing is inherited. Empty: PATH and LC_ALL=C.UTF-8
    std::span<const std::uint8_t> standard_input;  ///< may be a secret: it goes through a pipe, never into argv
    std::chrono::milliseconds deadline{10'000};    ///< then the program and its process group are killed
    std::size_t output_limit = 64 * 1024;          ///< of each stream; what exceeds it is read and dropped
    std::span<std::uint8_t> secret_output;         ///< where standard output goes if it is a secret, and nowhere else
};

struct ProcessResult {
    int exit_status = -1;  ///< 128 + signal where a signal ended it
    std::string standard_output;
    std::string standard_error;
    std::size_t secret_size = 0;  ///< how much of secret_output was filled
    [[nodiscard]] bool succeeded() const { return exit_status == 0; }
};

/// Runs a program to its end (posix_spawn; only the three standard descriptors are passed on; signals are reset).
/// Blocks: call it on a Worker. A program that was not found is NotStarted.
[[nodiscard]] std::expected<ProcessResult, ProcessError> run_process(const ProcessOptions& options);

}  // namespace doorward::platform
