#include "tests/bench/sign_in_parts.h"

#include "crypto/random.h"
#include "tests/bench/measure.h"
#include "tests/bench/must.h"
#include "tests/bench/nginx_peer.h"
#include "tests/bench/portal_bed.h"

#include <boost/asio/co_spawn.hpp>
#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <utility>

namespace doorward::bench {
namespace {

namespace asio = boost::asio;

constexpr std::size_t k_batch = 100;
// As much as a sign-in's record holds.
constexpr std::size_t k_row = 1'200;
constexpr std::array<platform::Migration, 1> k_migrations{platform::Migration{
    .number = 1, .name = "record", .sql = "CREATE TABLE record (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;"}};

/// A signature and its key, loaded once.
std::function<void()> make_verification() {
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    const auto key = std::make_shared<Key>(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
    const auto message = crypto::random_array<69>();
    std::vector<unsigned char> signature(128);
    std::size_t size = signature.size();
    EVP_MD_CTX* signing = EVP_MD_CTX_new();
    EVP_DigestSignInit(signing, nullptr, EVP_sha256(), nullptr, key->get());
    require(EVP_DigestSign(signing, signature.data(), &size, message.data(), message.size()) == 1, "cannot sign");
    EVP_MD_CTX_free(signing);
    signature.resize(size);
    return [key, message, signature] {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        const bool good =
            EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key->get()) == 1 &&
            EVP_DigestVerify(context, signature.data(), signature.size(), message.data(), message.size()) == 1;
        EVP_MD_CTX_free(context);
        require(good, "the signature does not verify");
    };
}

}  // namespace

SignInParts::SignInParts(std::size_t connections) : m_verify(make_verification()) {
    std::filesystem::create_directories("/var/lib/peer/parts");
    const auto key = crypto::random_array<platform::k_database_key_size>();
    m_database = must(platform::Database::open({.path = "/var/lib/peer/parts/store.db",
                                                .identity = "bench",
                                                .presence = platform::DatabasePresence::CreateNew,
                                                .migrations = k_migrations},
                                               key),
                      "the parts' store");
    run(m_context, connect(connections));
}

asio::awaitable<void> SignInParts::connect(std::size_t connections) {
    const auto tls = must(
        platform::TlsContext::client({platform::PeerVerification::AuthorityFile, PortalBed::authority_file()}), "TLS");
    for (std::size_t i = 0; i < connections; ++i) {
        auto connection = co_await HttpsConnection::connect(tls, k_nginx_port, k_app_host);
        require(connection != nullptr, "nginx does not answer");
        m_connections.push_back(std::move(connection));
    }
}

double SignInParts::verification() const {
    constexpr int k_times = 100;
    return microseconds([&] {
               for (int i = 0; i < k_times; ++i)
                   m_verify();
           }) /
           k_times;
}

void SignInParts::insert() {
    const auto row = crypto::random_array<k_row>();
    must(m_database->execute("INSERT INTO record (body) VALUES (?1)", std::span<const std::uint8_t>(row)),
         "cannot insert");
}

double SignInParts::commit() {
    std::vector<double> costs;
    for (int i = 0; i < 20; ++i)
        costs.push_back(microseconds([&] { insert(); }));
    return median(std::move(costs));
}

double SignInParts::shared_commit() {
    std::vector<double> costs;
    for (int i = 0; i < 5; ++i) {
        costs.push_back(microseconds([&] {
                            auto transaction = must(platform::Transaction::begin(*m_database), "no transaction");
                            for (std::size_t j = 0; j < k_batch; ++j)
                                insert();
                            must(transaction.commit(), "cannot commit");
                        }) /
                        static_cast<double>(k_batch));
    }
    return median(std::move(costs));
}

asio::awaitable<void> SignInParts::ask(HttpsConnection* connection, std::size_t times) {
    const std::string request = get_request(k_app_host, "/index.html");
    for (std::size_t i = 0; i < times; ++i)
        require(co_await connection->exchange(request) == 200, "nginx refused");
}

double SignInParts::request() {
    constexpr std::size_t k_times = 50;
    return microseconds([&] { run(m_context, ask(m_connections.front().get(), k_times)); }) /
           static_cast<double>(k_times);
}

double SignInParts::busy_request() {
    constexpr std::size_t k_times = 20;
    return microseconds([&] {
               std::size_t running = m_connections.size();
               std::exception_ptr failure;
               for (auto& connection : m_connections) {
                   asio::co_spawn(m_context, ask(connection.get(), k_times), [&](const std::exception_ptr& error) {
                       if (error) failure = error;
                       --running;
                   });
               }
               m_context.restart();
               while (running > 0)
                   m_context.run_one();
               if (failure) std::rethrow_exception(failure);
           }) /
           static_cast<double>(k_times * m_connections.size());
}

}  // namespace doorward::bench
