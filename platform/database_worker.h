#pragma once

#include "platform/database.h"
#include "platform/worker.h"

#include <condition_variable>
#include <deque>
#include <expected>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace doorward::platform {

/// How a job's answer is handed on: a job that returns std::expected<T, DatabaseError> gives just that; any other
/// return type R gives std::expected<R, DatabaseError>, the error saying that the commit itself failed.
template <class Result>
struct CommittedResult {
    using type = std::expected<Result, DatabaseError>;
};
template <class Value>
struct CommittedResult<std::expected<Value, DatabaseError>> {
    using type = std::expected<Value, DatabaseError>;
};
template <class Result>
using Committed = typename CommittedResult<Result>::type;

/// A Database and the one thread that uses it, with group commit: writes that wait together run inside one
/// BEGIN IMMEDIATE ... COMMIT, each in a savepoint of its own, and all are answered after the commit is durable.
/// While several are writing, a commit waits a moment for the others; who writes alone does not wait.
/// A write whose std::expected holds an error is rolled back alone; to keep what it wrote (a counted failure), it
/// returns a value. If the commit fails, every write of the group is answered with that error.
/// The destructor drains.
class DatabaseWorker {
public:
    /// Called on the worker's thread after each commit, before anybody who waits for it is answered, with the tables
    /// that may have changed.
    using ChangeListener = std::move_only_function<void(const TableNames&)>;
    DatabaseWorker(Database database, std::string thread_name, ChangeListener listener = nullptr);
    DatabaseWorker(const DatabaseWorker&) = delete;
    DatabaseWorker& operator=(const DatabaseWorker&) = delete;
    ~DatabaseWorker();

    /// Finishes what is queued and ends the thread. What is asked of it afterwards is dropped, unanswered. For whoever
    /// ends while jobs may still use what ends with it.
    void drain();

    /// `Job` is a plain callable `Result(Database&)`; it may be destroyed on the worker's thread.
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<Committed<std::invoke_result_t<Job&, Database&>>> write(Job job);

    /// Runs outside a transaction, between groups; sees only what is committed.
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Job&, Database&>> read(Job job);

    /// The same for callers without an executor; they block until the answer is there.
    template <class Job>
    [[nodiscard]] Committed<std::invoke_result_t<Job&, Database&>> write_blocking(Job job);
    template <class Job>
    [[nodiscard]] std::invoke_result_t<Job&, Database&> read_blocking(Job job);

private:
    enum class Verdict { Keep, RollBack };
    struct Write {
        std::move_only_function<Verdict(Database&)> run;
        std::move_only_function<void(std::optional<DatabaseError> commit_failure)> finish;
    };
    struct Read {
        std::move_only_function<void(Database&)> run;
    };
    struct Task {
        std::optional<Write> write;
        std::optional<Read> read;
    };

    template <class Result>
    static Verdict verdict_of(const Result&) {
        return Verdict::Keep;
    }
    template <class Value, class Error>
    static Verdict verdict_of(const std::expected<Value, Error>& result) {
        return result ? Verdict::Keep : Verdict::RollBack;
    }
    template <class Job, class Finish>
    static Write make_write(Job job, Finish finish);

    void post(Task task);
    void loop();
    void run_group(std::deque<Task> group);

    void tell_what_changed();

    Database m_database;
    ChangeListener m_listener;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
    bool m_stopping = false;
    std::thread m_thread;
};

template <class Job, class Finish>
DatabaseWorker::Write DatabaseWorker::make_write(Job job, Finish finish) {
    using Result = std::invoke_result_t<Job&, Database&>;
    static_assert(!std::is_void_v<Result>, "a write says what became of it");
    using Answer = Committed<Result>;
    using Outcome = detail::JobOutcome<Answer>;
    auto outcome = std::make_shared<Outcome>();
    Write write;
    write.run = [job = std::move(job), outcome](Database& database) mutable {
        try {
            Result result = job(database);
            const Verdict verdict = verdict_of(result);
            outcome->value.emplace(std::move(result));
            return verdict;
        } catch (...) {
            outcome->exception = std::current_exception();
            return Verdict::RollBack;
        }
    };
    write.finish = [finish = std::move(finish), outcome](std::optional<DatabaseError> commit_failure) mutable {
        if (commit_failure && !outcome->exception) outcome->value.emplace(std::unexpected(*commit_failure));
        finish(std::move(*outcome));
    };
    return write;
}

template <class Job>
boost::asio::awaitable<Committed<std::invoke_result_t<Job&, Database&>>> DatabaseWorker::write(Job job) {
    using Outcome = detail::JobOutcome<Committed<std::invoke_result_t<Job&, Database&>>>;
    auto start = [this, job = std::move(job)](auto finish) mutable {
        Task task;
        task.write = make_write(std::move(job), std::move(finish));
        post(std::move(task));
    };
    Outcome outcome = co_await detail::await_elsewhere<Outcome>(std::move(start));
    if (outcome.exception) std::rethrow_exception(outcome.exception);
    co_return std::move(*outcome.value);
}

template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job&, Database&>> DatabaseWorker::read(Job job) {
    using Result = std::invoke_result_t<Job&, Database&>;
    using Outcome = detail::JobOutcome<Result>;
    auto start = [this, job = std::move(job)](auto finish) mutable {
        Task task;
        task.read = Read{[job = std::move(job), finish = std::move(finish)](Database& database) mutable {
            Outcome outcome;
            try {
                outcome.value.emplace(job(database));
            } catch (...) {
                outcome.exception = std::current_exception();
            }
            finish(std::move(outcome));
        }};
        post(std::move(task));
    };
    Outcome outcome = co_await detail::await_elsewhere<Outcome>(std::move(start));
    if (outcome.exception) std::rethrow_exception(outcome.exception);
    co_return std::move(*outcome.value);
}

template <class Job>
Committed<std::invoke_result_t<Job&, Database&>> DatabaseWorker::write_blocking(Job job) {
    using Outcome = detail::JobOutcome<Committed<std::invoke_result_t<Job&, Database&>>>;
    std::promise<Outcome> promise;
    auto answer = promise.get_future();
    Task task;
    task.write = make_write(std::move(job), [&promise](Outcome outcome) { promise.set_value(std::move(outcome)); });
    post(std::move(task));
    Outcome outcome = answer.get();
    if (outcome.exception) std::rethrow_exception(outcome.exception);
    return std::move(*outcome.value);
}

template <class Job>
std::invoke_result_t<Job&, Database&> DatabaseWorker::read_blocking(Job job) {
    using Result = std::invoke_result_t<Job&, Database&>;
    using Outcome = detail::JobOutcome<Result>;
    std::promise<Outcome> promise;
    auto answer = promise.get_future();
    Task task;
    task.read = Read{[&promise, job = std::move(job)](Database& database) mutable {
        Outcome outcome;
        try {
            outcome.value.emplace(job(database));
        } catch (...) {
            outcome.exception = std::current_exception();
        }
        promise.set_value(std::move(outcome));
    }};
    post(std::move(task));
    Outcome outcome = answer.get();
    if (outcome.exception) std::rethrow_exception(outcome.exception);
    return std::move(*outcome.value);
}

}  // namespace doorward::platform
