#include "platform/fair_workers.h"

#include <pthread.h>

#include <algorithm>

namespace doorward::platform {

FairWorkers::FairWorkers(const std::string& name, Limits limits) : m_share(limits.share) {
    for (std::size_t number = 0; number < limits.threads; ++number) {
        m_threads.emplace_back([this] { loop(); });
        pthread_setname_np(m_threads.back().native_handle(), name.substr(0, 15).c_str());
    }
}

FairWorkers::~FairWorkers() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    for (auto& thread : m_threads)
        thread.join();
}

void FairWorkers::post(std::string whom, std::move_only_function<void()> job) {
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back({std::move(whom), std::move(job)});
    }
    m_wake.notify_one();
}

std::deque<FairWorkers::Queued>::iterator FairWorkers::next_allowed() {
    return std::ranges::find_if(m_queue, [this](const Queued& queued) {
        const auto running = m_running.find(queued.whom);
        return running == m_running.end() || running->second < m_share;
    });
}

void FairWorkers::loop() {
    std::unique_lock lock(m_mutex);
    while (true) {
        auto next = m_queue.end();
        m_wake.wait(lock, [&] {
            next = next_allowed();
            return next != m_queue.end() || (m_stopping && m_queue.empty());
        });
        if (next == m_queue.end()) return;
        Queued taken = std::move(*next);
        m_queue.erase(next);
        ++m_running[taken.whom];
        lock.unlock();
        taken.job();
        taken.job = nullptr;
        lock.lock();
        if (--m_running[taken.whom] == 0) m_running.erase(taken.whom);
        // One that had to leave its turn may have it now; at the end, all who wait see it.
        m_wake.notify_all();
    }
}

}  // namespace doorward::platform
