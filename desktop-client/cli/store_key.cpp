#include "desktop-client/cli/store_key.h"

#include "crypto/secret_key.h"
#include "desktop-client/agent/recovery_code.h"
#include "platform/process.h"
#include "platform/secure_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace doorward::cli {
namespace {

using agent::AdminStatus;
using agent::AdminVerb;

constexpr std::string_view k_needs_a_place =
    "there is nowhere to put the recovery code without which a cleared TPM would end this enrolment: name a file with "
    "--recovery-file, and keep it elsewhere";

bool has_terminal() {
    return ::isatty(STDERR_FILENO) == 1;
}

void show(const crypto::SecretBytes& text) {
    const auto write = [](std::span<const std::uint8_t> bytes) {
        std::ignore = ::write(STDERR_FILENO, bytes.data(), bytes.size());
    };
    constexpr std::string_view k_lead =
        "Recovery code of this workstation, shown only now. Keep it elsewhere: it opens the store where the TPM was "
        "cleared.\n    ";
    write(crypto::as_bytes(k_lead));
    write(text.bytes());
    write(crypto::as_bytes(std::string_view("\n")));
}

std::expected<crypto::SecretBytes, Trouble> new_code(const KeyWish& wish) {
    if (!wish.recovery_file.empty()) return make_recovery_code(wish.recovery_file);
    auto code = crypto::SecretBytes::zeroed(agent::k_recovery_code_size);
    crypto::fill_random(code.writable_bytes());
    return code;
}

// What systemd makes of a key without a TPM lies on the same disk as that key.
bool systemd_has_tpm() {
    platform::ProcessOptions options;
    options.arguments = {"/usr/bin/systemd-creds", "has-tpm2", "--quiet"};
    const auto result = platform::run_process(options);
    return result && result->succeeded();
}

std::expected<std::string, Trouble> place_now(const std::string& socket) {
    agent::AdminRequest request;
    request.verb = AdminVerb::KeysShow;
    auto reply = ask_agent(socket, request);
    if (!reply) return std::unexpected(reply.error());
    if (reply->status != AdminStatus::Done || reply->records.empty()) {
        return std::unexpected(Trouble{AdminStatus::Failed, reply->message});
    }
    for (const auto& field : reply->records.front()) {
        const auto* text = std::get_if<std::string>(&field.value);
        if (field.name == "place" && text != nullptr) return *text;
    }
    return std::unexpected(Trouble{AdminStatus::Failed, "The agent's answer makes no sense; are versions mixed?"});
}

bool is_enrolled(const std::string& socket) {
    const auto reply = ask_agent(socket, {.verb = AdminVerb::Status, .token = {}, .name = {}, .kind = {}});
    return reply && reply->status == AdminStatus::Done;
}

// Nothing where it was moved; else what the agent said.
std::expected<std::optional<std::string>, Trouble> move(const std::string& socket, const std::string& place,
                                                        const KeyWish& wish) {
    auto code = new_code(wish);
    if (!code) return std::unexpected(code.error());
    const auto text = agent::format_recovery_code(code->bytes());
    agent::AdminRequest request;
    request.verb = AdminVerb::KeysMove;
    request.kind = place;
    request.token = std::move(*code);
    const auto reply = ask_agent(socket, request);
    const bool moved = reply && reply->status == AdminStatus::Done;
    // An answer that got lost may have moved it all the same: then the code is needed.
    if ((moved || !reply) && wish.recovery_file.empty()) show(text);
    if (moved) return std::nullopt;
    if (!reply) return std::unexpected(reply.error());
    if (!wish.recovery_file.empty()) std::ignore = platform::remove_file(wish.recovery_file);
    return reply->message;
}

std::string in_words(std::string_view place) {
    if (place == "tpm2") return "The key of this workstation's store is in its TPM.";
    if (place == "systemd-creds") return "The key of this workstation's store is kept by systemd-creds.";
    return "The key of this workstation's store is in a file that only root reads";
}

std::expected<std::string, Trouble> settle_best(const std::string& socket, const KeyWish& wish,
                                                const std::string& now) {
    if (now != "file") return in_words(now);
    if (wish.recovery_file.empty() && !has_terminal()) {
        return in_words("file").append(": ").append(k_needs_a_place).append(".");
    }
    std::string why;
    for (const std::string place : {"tpm2", "systemd-creds"}) {
        if (place == "systemd-creds" && !systemd_has_tpm()) continue;
        const auto refusal = move(socket, place, wish);
        if (!refusal) return std::unexpected(refusal.error());
        if (!*refusal) return in_words(place);
        if (why.empty()) why = **refusal;
    }
    return in_words("file").append(", because it cannot be in a TPM. ").append(why);
}

}  // namespace

std::expected<crypto::SecretBytes, Trouble> make_recovery_code(const std::string& file) {
    auto code = crypto::SecretBytes::zeroed(agent::k_recovery_code_size);
    crypto::fill_random(code.writable_bytes());
    const auto text = agent::format_recovery_code(code.bytes());
    const auto written = platform::write_secret_file(file, text.bytes());
    if (!written) {
        return std::unexpected(Trouble{AdminStatus::Failed, "The recovery code cannot be written to " + file + " (" +
                                                                std::string(platform::to_string(written.error())) +
                                                                ")."});
    }
    return code;
}

std::expected<std::string, Trouble> settle_store_key(const std::string& socket, const KeyWish& wish) {
    const auto now = place_now(socket);
    if (!now) return std::unexpected(now.error());
    // It will be told so; moving the key is another verb.
    if (is_enrolled(socket)) return in_words(*now);
    if (wish.place == "auto") return settle_best(socket, wish, *now);
    if (*now == wish.place) return in_words(wish.place);
    if (wish.place != "file" && wish.recovery_file.empty() && !has_terminal()) {
        return std::unexpected(
            Trouble{AdminStatus::Usage, "Nothing was enrolled: " + std::string(k_needs_a_place) + "."});
    }
    const auto refusal = move(socket, wish.place, wish);
    if (!refusal) return std::unexpected(refusal.error());
    if (*refusal) return std::unexpected(Trouble{AdminStatus::Failed, "Nothing was enrolled. " + **refusal});
    return in_words(wish.place);
}

}  // namespace doorward::cli
