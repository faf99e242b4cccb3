#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace doorward::bench {

/// One pam_authenticate of `account` in this process, timed alone; `answer` goes to every hidden prompt.
struct Authentication {
    int result = 0;
    double microseconds = 0;
};
[[nodiscard]] Authentication authenticate(const std::string& service, const std::string& account,
                                          const std::string& answer);

/// Writes the service files of this machine: sshd with only our module, and those of the peers.
void write_services(const std::filesystem::path& module);

inline constexpr std::size_t k_peer_users = 200;

/// Users of a peer with TOTP secrets of their own, durable replay protection, and one step of tolerance each way.
class PeerUsers {
public:
    enum class Kind { Oath, Google };
    explicit PeerUsers(Kind kind);

    [[nodiscard]] const char* service() const { return m_kind == Kind::Oath ? "peer-oath" : "peer-google"; }
    [[nodiscard]] std::size_t size() const { return m_secrets.size(); }
    [[nodiscard]] static std::string account(std::size_t user);
    [[nodiscard]] std::string code(std::size_t user, std::int64_t unix_seconds) const;

private:
    Kind m_kind;
    std::vector<std::string> m_secrets;
};

/// Hands out users so that nobody is asked twice within a time step of 30 s (their code would be a used one): waits for
/// the next step where all had their turn.
class Turns {
public:
    explicit Turns(std::size_t users) : m_last(users, 0) {}
    struct Turn {
        std::size_t user = 0;
        std::int64_t unix_seconds = 0;
    };
    [[nodiscard]] Turn next();

private:
    std::vector<std::int64_t> m_last;
    std::size_t m_position = 0;
};

}  // namespace doorward::bench
