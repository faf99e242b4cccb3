#include "platform/fair_workers.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <future>
#include <stdexcept>

using namespace doorward::platform;

TEST_CASE("a slow server keeps only those waiting who want the same", "[platform][worker]") {
    std::promise<void> answer;
    auto answered = answer.get_future().share();
    std::atomic<int> slow = 0;
    std::promise<void> quick;
    {
        FairWorkers workers("test", {.threads = 4, .share = 2});
        for (int job = 0; job < 20; ++job) {
            workers.post("slow", [&slow, answered] {
                ++slow;
                answered.wait();
            });
        }
        workers.post("quick", [&quick] { quick.set_value(); });
        // Behind twenty in the queue, and done while none of them is.
        quick.get_future().wait();
        CHECK(slow <= 2);
        answer.set_value();
    }
    CHECK(slow == 20);
}

TEST_CASE("several servers are waited for at a time, and each job is done once", "[platform][worker]") {
    std::atomic<int> done = 0;
    {
        FairWorkers workers("test", {.threads = 3, .share = 1});
        for (int job = 0; job < 300; ++job)
            workers.post(std::to_string(job % 7), [&done] { ++done; });
    }
    CHECK(done == 300);
}

TEST_CASE("what a job on many threads throws comes back to the coroutine that waits", "[platform][worker]") {
    FairWorkers workers("test", {.threads = 2, .share = 1});
    boost::asio::io_context io;
    std::string seen;
    auto use = [](FairWorkers* on, std::string* result) -> boost::asio::awaitable<void> {
        auto give = [] { return std::string("value"); };
        *result = co_await on->run("a", give);
        auto fail = []() -> int { throw std::runtime_error("from the job"); };
        try {
            std::ignore = co_await on->run("a", fail);
        } catch (const std::runtime_error& error) {
            *result += std::string(", ") + error.what();
        }
    };
    boost::asio::co_spawn(io, use(&workers, &seen), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    io.run();
    CHECK(seen == "value, from the job");
}
