#pragma once

#include "platform/worker.h"

#include <boost/asio/awaitable.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace doorward::platform {

/// Threads with one queue, for work that waits for somebody else's server. Each job names whom it waits for, and nobody
/// holds more than their share of the threads: whoever is slow keeps only those waiting who want the same. The
/// destructor finishes what is queued, then joins.
class FairWorkers {
public:
    struct Limits {
        std::size_t threads;
        std::size_t share;  ///< threads that jobs for one and the same may hold at a time
    };
    /// `name` is the threads' name (at most 15 characters).
    FairWorkers(const std::string& name, Limits limits);
    FairWorkers(const FairWorkers&) = delete;
    FairWorkers& operator=(const FairWorkers&) = delete;
    ~FairWorkers();

    /// A job must not throw.
    void post(std::string whom, std::move_only_function<void()> job);

    /// As Worker::run().
    template <class Job>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Job&>> run(std::string whom, Job job) {
        auto post_it = [this, whom = std::move(whom)](std::move_only_function<void()> wrapped) mutable {
            post(std::move(whom), std::move(wrapped));
        };
        co_return co_await detail::run_elsewhere(std::move(post_it), std::move(job));
    }

private:
    struct Queued {
        std::string whom;
        std::move_only_function<void()> job;
    };

    void loop();
    [[nodiscard]] std::deque<Queued>::iterator next_allowed();

    const std::size_t m_share;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Queued> m_queue;
    std::map<std::string, std::size_t> m_running;
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

}  // namespace doorward::platform
