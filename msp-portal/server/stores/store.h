#pragma once

#include "crypto/random.h"
#include "crypto/secret_key.h"
#include "msp-portal/server/stores/effects.h"
#include "msp-portal/server/stores/error.h"
#include "msp-portal/server/stores/sql.h"
#include "msp-portal/server/stores/table_watch.h"
#include "platform/clock.h"
#include "platform/database.h"
#include "platform/database_worker.h"
#include "protocol/ids.h"
#include "protocol/time.h"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace doorward::portal {

/// One unit of work on the store's thread: what it writes becomes durable, or is undone, as one. Services take it by
/// reference; nothing keeps it.
struct UnitOfWork {
    platform::Database& database;
    protocol::Timestamp now;
    const crypto::TenantSealingKey& codes_key;  ///< under which tenants' secrets are sealed in the store
    Effects effects;
    std::map<protocol::TenantId, std::int64_t> roster_revisions;  ///< of the tenants this unit has changed
    std::set<protocol::TenantId> codes_replaced;                  ///< tenants whose secret this unit has replaced
    bool undone = false;  ///< set by Store::look_ahead() alone, which lets nothing of it become durable

    void changed(const protocol::TeamId& team, Topic topic, const protocol::Uuid& what) {
        effects.changed[{team, topic}].push_back(what);
    }
    template <class IdType>
    [[nodiscard]] IdType new_id() const {
        return IdType::make(now, crypto::random_array<10>());
    }
};

/// Made at init and stored with everything else; never changed silently.
struct PortalRecord {
    std::string portal_origin;
    std::string app_origin;
    protocol::Incarnation incarnation;
    protocol::Timestamp created_at;
    std::optional<protocol::Timestamp> restored_at;
};

/// The portal's store and the feed of what changes in it. Jobs are plain functions that run one at a time on the
/// store's thread; writes of several callers share a commit, and are answered and published after it.
class Store {
public:
    [[nodiscard]] static std::expected<platform::Database, platform::DatabaseError> open_database(
        const std::filesystem::path& file, const crypto::StoreKey& key, platform::DatabasePresence presence);

    /// `key` is the store's own, from which the one for tenants' secrets is derived. `clock` must outlive the store.
    Store(platform::Database database, const crypto::StoreKey& key, const platform::Clock& clock);

    /// See platform::DatabaseWorker::drain().
    void drain() { m_worker.drain(); }

    [[nodiscard]] Feed& feed() { return m_feed; }
    [[nodiscard]] TableWatches& watches() { return m_watches; }
    [[nodiscard]] const crypto::TenantSealingKey& codes_key() const { return m_codes_key; }
    [[nodiscard]] protocol::Timestamp now() const { return {m_clock.wall_now()}; }

    /// `Job` is `Result<Value>(UnitOfWork&)`. An error undoes what the job wrote.
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Job&, UnitOfWork&>> write(Job job);
    template <class Job>
    [[nodiscard]] std::invoke_result_t<Job&, UnitOfWork&> write_blocking(Job job);

    /// What the job finds, with all that it wrote undone whatever it returns.
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Job&, UnitOfWork&>> look_ahead(Job job);
    template <class Job>
    [[nodiscard]] std::invoke_result_t<Job&, UnitOfWork&> look_ahead_blocking(Job job);

    /// `Job` is `Result<Value>(platform::Database&, protocol::Timestamp now)`; it sees only what is committed.
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Job&, platform::Database&, protocol::Timestamp>> read(
        Job job);
    template <class Job>
    [[nodiscard]] std::invoke_result_t<Job&, platform::Database&, protocol::Timestamp> read_blocking(Job job);

private:
    /// What a job left for after the commit.
    template <class Outcome>
    struct Done {
        Outcome outcome;
        Effects effects;
    };
    template <class Job>
    [[nodiscard]] auto undoable(Job job);
    template <class Job>
    [[nodiscard]] auto readable(Job job);
    template <class Committed>
    [[nodiscard]] auto published(Committed committed);
    template <class Outcome, class Job>
    [[nodiscard]] static auto undone(std::shared_ptr<std::optional<Outcome>> found, Job job);
    void log_failure(std::string_view what) const;

    const platform::Clock& m_clock;
    const crypto::TenantSealingKey m_codes_key;
    Feed m_feed;
    TableWatches m_watches;
    platform::DatabaseWorker m_worker;
};

[[nodiscard]] PortalRecord load_portal_record(platform::Database& database);
/// At init; a store has exactly one.
void insert_portal_record(UnitOfWork& unit, const PortalRecord& record);
/// A store that came out of a backup lives a new life: agents take a lower revision only from another incarnation, and
/// no session, link, token or waiting mail of the old one is good any more. Its teams wait for acceptance
/// (restore_store.h).
void start_new_incarnation(UnitOfWork& unit);

template <class Job>
auto Store::undoable(Job job) {
    using Outcome = std::invoke_result_t<Job&, UnitOfWork&>;
    return [this, job = std::move(job)](platform::Database& database) mutable -> std::expected<Done<Outcome>, Error> {
        try {
            UnitOfWork unit{database, now(), m_codes_key, {}, {}, {}, false};
            Outcome outcome = job(unit);
            if (!outcome) return std::unexpected(outcome.error());
            return Done<Outcome>{std::move(outcome), std::move(unit.effects)};
        } catch (const StoreFailure& failure) {
            log_failure(failure.what());
            return std::unexpected(Error::StoreFailed);
        }
    };
}

template <class Job>
auto Store::readable(Job job) {
    using Outcome = std::invoke_result_t<Job&, platform::Database&, protocol::Timestamp>;
    return [this, job = std::move(job)](platform::Database& database) mutable -> Outcome {
        try {
            return job(database, now());
        } catch (const StoreFailure& failure) {
            log_failure(failure.what());
            return std::unexpected(Error::StoreFailed);
        }
    };
}

template <class Committed>
auto Store::published(Committed committed) {
    using Outcome = decltype(committed->value().outcome);
    if (!committed) {
        log_failure(platform::to_string(committed.error()));
        return Outcome(std::unexpected(Error::StoreFailed));
    }
    if (!*committed) return Outcome(std::unexpected(committed->error()));
    if (!(*committed)->effects.empty()) m_feed.publish((*committed)->effects);
    return Outcome(std::move((*committed)->outcome));
}

template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job&, UnitOfWork&>> Store::write(Job job) {
    auto committed = co_await m_worker.write(undoable(std::move(job)));
    co_return published(std::move(committed));
}

template <class Job>
std::invoke_result_t<Job&, UnitOfWork&> Store::write_blocking(Job job) {
    return published(m_worker.write_blocking(undoable(std::move(job))));
}

// The error is what undoes it.
template <class Outcome, class Job>
auto Store::undone(std::shared_ptr<std::optional<Outcome>> found, Job job) {
    return [found = std::move(found), job = std::move(job)](UnitOfWork& unit) mutable -> Result<std::monostate> {
        unit.undone = true;
        found->emplace(job(unit));
        return std::unexpected(Error::WrongState);
    };
}

template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job&, UnitOfWork&>> Store::look_ahead(Job job) {
    using Outcome = std::invoke_result_t<Job&, UnitOfWork&>;
    const auto found = std::make_shared<std::optional<Outcome>>();
    const auto ended = co_await write(undone(found, std::move(job)));
    if (!*found) co_return Outcome(std::unexpected(ended.error()));
    co_return std::move(**found);
}

template <class Job>
std::invoke_result_t<Job&, UnitOfWork&> Store::look_ahead_blocking(Job job) {
    using Outcome = std::invoke_result_t<Job&, UnitOfWork&>;
    const auto found = std::make_shared<std::optional<Outcome>>();
    const auto ended = write_blocking(undone(found, std::move(job)));
    if (!*found) return Outcome(std::unexpected(ended.error()));
    return std::move(**found);
}

template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job&, platform::Database&, protocol::Timestamp>> Store::read(Job job) {
    auto outcome = co_await m_worker.read(readable(std::move(job)));
    co_return outcome;
}

template <class Job>
std::invoke_result_t<Job&, platform::Database&, protocol::Timestamp> Store::read_blocking(Job job) {
    return m_worker.read_blocking(readable(std::move(job)));
}

}  // namespace doorward::portal
