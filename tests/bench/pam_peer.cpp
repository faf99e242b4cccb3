#include "tests/bench/pam_peer.h"

#include "crypto/one_time_code.h"
#include "crypto/random.h"
#include "tests/bench/bench_machine.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"

#include <security/pam_appl.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

namespace doorward::bench {
namespace {

namespace fs = std::filesystem;

const fs::path k_services = k_peer_folder / "pam.d";
const fs::path k_oath_users = k_peer_folder / "users.oath";
constexpr crypto::CodeParameters k_oath_code{crypto::CodeHash::Sha1, crypto::CodeDigits::Eight, 30};
constexpr crypto::CodeParameters k_google_code{crypto::CodeHash::Sha1, crypto::CodeDigits::Six, 30};

int converse(int count, const pam_message** messages, pam_response** responses, void* answer) {
    auto* all = static_cast<pam_response*>(calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
    if (all == nullptr) return PAM_BUF_ERR;
    for (int i = 0; i < count; ++i) {
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            all[i].resp = strdup(static_cast<const std::string*>(answer)->c_str());
    }
    *responses = all;
    return PAM_SUCCESS;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += {k_digits[value >> 4U], k_digits[value & 15U]};
    }
    return text;
}

// RFC 4648; 20 bytes need no padding.
std::string base32(std::string_view bytes) {
    constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    unsigned buffer = 0;
    int bits = 0;
    for (const char byte : bytes) {
        buffer = (buffer << 8U) | static_cast<unsigned char>(byte);
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text += k_digits[(buffer >> static_cast<unsigned>(bits)) & 31U];
        }
    }
    return text;
}

std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Authentication authenticate(const std::string& service, const std::string& account, const std::string& answer) {
    std::string copy = answer;
    const pam_conv conversation{converse, &copy};
    pam_handle_t* handle = nullptr;
    const int started = pam_start_confdir(service.c_str(), account.c_str(), &conversation, k_services.c_str(), &handle);
    require(started == PAM_SUCCESS, "pam_start: " + service);
    Authentication done;
    done.microseconds = microseconds([&] { done.result = pam_authenticate(handle, 0); });
    pam_end(handle, done.result);
    return done;
}

void write_services(const fs::path& module) {
    fs::create_directories(k_services);
    write_file(k_services / "sshd", "auth required " + module.native() + "\n", 0644);
    write_file(k_services / "peer-oath",
               "auth required pam_oath.so usersfile=" + k_oath_users.native() + " window=1 digits=8\n", 0644);
    write_file(k_services / "peer-google",
               "auth required pam_google_authenticator.so user=root secret=" +
                   (k_peer_folder / "google" / "${USER}").native() + "\n",
               0644);
}

PeerUsers::PeerUsers(Kind kind) : m_kind(kind) {
    std::string users;
    if (kind == Kind::Google) fs::create_directories(k_peer_folder / "google");
    for (std::size_t i = 0; i < k_peer_users; ++i) {
        const auto secret = crypto::random_array<20>();
        m_secrets.emplace_back(secret.begin(), secret.end());
        if (kind == Kind::Oath) {
            users += "HOTP/T30/8 " + account(i) + " - " + hex(m_secrets.back()) + "\n";
        } else {
            write_file(k_peer_folder / "google" / account(i),
                       base32(m_secrets.back()) + "\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n", 0400);
        }
    }
    if (kind == Kind::Oath) write_file(k_oath_users, users, 0600);
}

std::string PeerUsers::account(std::size_t user) {
    return "peer" + std::to_string(user);
}

std::string PeerUsers::code(std::size_t user, std::int64_t unix_seconds) const {
    const auto& parameters = m_kind == Kind::Oath ? k_oath_code : k_google_code;
    const auto step = must(crypto::step_at(unix_seconds, parameters), "step");
    return must(crypto::code_at(crypto::as_bytes(m_secrets[user]), parameters, step), "code").text();
}

Turns::Turn Turns::next() {
    constexpr std::int64_t k_step_seconds = 30;
    const std::size_t user = m_position++ % m_last.size();
    std::int64_t now = unix_now();
    while (now / k_step_seconds <= m_last[user]) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        now = unix_now();
    }
    m_last[user] = now / k_step_seconds;
    return {.user = user, .unix_seconds = now};
}

}  // namespace doorward::bench
