#include "msp-portal/server/mailer.h"

#include "msp-portal/server/stores/outbox_store.h"
#include "platform/log.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace doorward::portal {

namespace {

using platform::LogField;

const platform::Logger k_log("mail");

constexpr std::int64_t k_most_attempts = 30;
constexpr std::chrono::seconds k_first_pause{10};
constexpr std::chrono::hours k_longest_pause{1};
constexpr std::chrono::seconds k_look_again{10};

// 10 s, 20 s, 40 s, ... up to an hour.
std::chrono::milliseconds pause_after(std::int64_t attempts) {
    const auto doubled = k_first_pause * (std::int64_t{1} << std::min<std::int64_t>(attempts, 10));
    return std::min<std::chrono::milliseconds>(doubled, k_longest_pause);
}

}  // namespace

Mailer::Mailer(boost::asio::any_io_executor executor, Store& store, platform::SmtpOptions options)
    : m_store(store), m_options(std::move(options)), m_timer(std::move(executor)) {}

boost::asio::awaitable<bool> Mailer::send_one() {
    auto next = co_await m_store.read(
        [](platform::Database& database, protocol::Timestamp now) -> Result<std::optional<OutgoingMail>> {
            return outbox_store::next_due(database, now);
        });
    if (!next || !*next) co_return false;
    const OutgoingMail mail = std::move(**next);
    platform::MailMessage message{mail.recipient, mail.subject, mail.body, {}};
    const auto outcome =
        co_await m_worker.run([this, message = std::move(message)] { return platform::send_mail(m_options, message); });
    const auto id = mail.id;
    const auto attempts = mail.attempts;
    auto noted = co_await m_store.write([id, attempts, outcome](UnitOfWork& unit) -> Result<bool> {
        if (outcome) {
            outbox_store::sent(unit, id);
        } else if (attempts + 1 >= k_most_attempts || outcome.error() == platform::SmtpError::MessageRefused) {
            outbox_store::given_up(unit, id, to_string(outcome.error()));
        } else {
            outbox_store::failed(unit, id, to_string(outcome.error()), unit.now + pause_after(attempts));
        }
        return true;
    });
    if (outcome) {
        k_log.info("sent", {{LogField::Team, mail.team_id.to_string()}});
    } else {
        k_log.warning("not_sent", {{LogField::Team, mail.team_id.to_string()},
                                   {LogField::Count, attempts + 1},
                                   {LogField::Reason, to_string(outcome.error())}});
    }
    co_return noted.has_value();
}

boost::asio::awaitable<void> Mailer::run() {
    while (!m_stopping) {
        const bool more = co_await send_one();
        if (more || m_stopping) continue;
        m_timer.expires_after(k_look_again);
        // Cancelled by wake() and stop().
        co_await m_timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

void Mailer::stop() {
    m_stopping = true;
    m_timer.cancel();
}

void Mailer::wake() {
    m_timer.cancel();
}

}  // namespace doorward::portal
