#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace doorward::platform {

/// One thread with a queue, for work that blocks (Argon2id, libcurl, SQLCipher through DatabaseWorker). Jobs run in
/// order. The destructor finishes what is queued, then joins.
class Worker {
public:
    /// `name` is the thread's name (at most 15 characters).
    explicit Worker(std::string name);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    /// Runs `job` some time later on the worker's thread. A job must not throw.
    void post(std::move_only_function<void()> job);

    /// `auto value = co_await worker.run([copies] { ... });` runs the plain function on the worker's thread and resumes
    /// the coroutine on its own executor. What the job throws is thrown here. Not cancellable: the job always ends
    /// first.
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Job&>> run(Job job);

private:
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::move_only_function<void()>> m_jobs;
    bool m_stopping = false;
    std::thread m_thread;
};

namespace detail {

/// What a job left behind: its value, or what it threw.
template <class Value>
struct JobOutcome {
    std::optional<Value> value;
    std::exception_ptr exception;
};

/// Starts `start(finish)` on another thread and resumes the awaiting coroutine, on its own executor, when `finish` is
/// called.
template <class Outcome, class Start>
boost::asio::awaitable<Outcome> await_elsewhere(Start start) {
    auto initiation = [](auto handler, Start begin) {
        auto executor = boost::asio::get_associated_executor(handler);
        auto work = boost::asio::make_work_guard(executor);
        begin([handler = std::move(handler), executor, work = std::move(work)](Outcome outcome) mutable {
            work.reset();
            boost::asio::post(executor, [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
                std::move(handler)(std::move(outcome));
            });
        });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Outcome)>(
        initiation, boost::asio::use_awaitable, std::move(start));
}

/// Hands `job`, wrapped up, to `post`, and resumes with what it returned or threw.
template <class Post, class Job>
boost::asio::awaitable<std::invoke_result_t<Job&>> run_elsewhere(Post post, Job job) {
    using Value = std::invoke_result_t<Job&>;
    constexpr bool returns_nothing = std::is_void_v<Value>;
    using Outcome = JobOutcome<std::conditional_t<returns_nothing, bool, Value>>;
    auto start = [post = std::move(post), job = std::move(job)](auto finish) mutable {
        post([job = std::move(job), finish = std::move(finish)]() mutable {
            Outcome outcome;
            try {
                if constexpr (returns_nothing) {
                    job();
                    outcome.value = true;
                } else {
                    outcome.value.emplace(job());
                }
            } catch (...) {
                outcome.exception = std::current_exception();
            }
            finish(std::move(outcome));
        });
    };
    Outcome outcome = co_await await_elsewhere<Outcome>(std::move(start));
    if (outcome.exception) std::rethrow_exception(outcome.exception);
    if constexpr (!returns_nothing) co_return std::move(*outcome.value);
}

}  // namespace detail

template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job&>> Worker::run(Job job) {
    auto post_it = [this](std::move_only_function<void()> wrapped) { post(std::move(wrapped)); };
    co_return co_await detail::run_elsewhere(std::move(post_it), std::move(job));
}

}  // namespace doorward::platform
