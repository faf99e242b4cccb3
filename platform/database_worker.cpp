#include "platform/database_worker.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>
#include <vector>

namespace doorward::platform {
namespace {

// Enough to make the fsync cheap for each, few enough to bound how long the first waits.
constexpr std::size_t k_group_limit = 128;
// How long a commit waits for others while several are writing. One that writes alone never waits.
constexpr std::chrono::microseconds k_gathering{1500};

}  // namespace

DatabaseWorker::DatabaseWorker(Database database, std::string thread_name, ChangeListener listener)
    : m_database(std::move(database)), m_listener(std::move(listener)), m_thread([this] { loop(); }) {
    pthread_setname_np(m_thread.native_handle(), thread_name.substr(0, 15).c_str());
}

DatabaseWorker::~DatabaseWorker() {
    drain();
}

void DatabaseWorker::drain() {
    if (!m_thread.joinable()) return;
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void DatabaseWorker::post(Task task) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) return;
        m_tasks.push_back(std::move(task));
    }
    m_wake.notify_one();
}

void DatabaseWorker::loop() {
    const auto writes = [](const Task& task) { return task.write.has_value(); };
    bool several_write = false;
    while (true) {
        std::deque<Task> group;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopping || !m_tasks.empty(); });
            if (m_tasks.empty()) return;
            // Most of a commit's work is for pages and the disk, and does not grow with those who share it.
            if (several_write && !m_stopping && std::ranges::all_of(m_tasks, writes)) {
                lock.unlock();
                std::this_thread::sleep_for(k_gathering);
                lock.lock();
            }
            if (m_tasks.size() <= k_group_limit) {
                group.swap(m_tasks);
            } else {
                const auto end = m_tasks.begin() + static_cast<std::ptrdiff_t>(k_group_limit);
                group.assign(std::make_move_iterator(m_tasks.begin()), std::make_move_iterator(end));
                m_tasks.erase(m_tasks.begin(), end);
            }
        }
        const auto written = std::ranges::count_if(group, writes);
        if (written > 0) several_write = written > 1;
        run_group(std::move(group));
    }
}

void DatabaseWorker::tell_what_changed() {
    const auto changed = m_database.take_changed_tables();
    if (m_listener && !changed.empty()) m_listener(changed);
}

void DatabaseWorker::run_group(std::deque<Task> group) {
    std::vector<Write*> writes;
    for (Task& task : group) {
        if (task.read) task.read->run(m_database);
        if (task.write) writes.push_back(&*task.write);
    }

    std::vector<Write*> pending;
    auto answer_pending = [&pending, this](std::optional<DatabaseError> failure) {
        tell_what_changed();
        for (Write* write : pending)
            write->finish(failure);
        pending.clear();
    };
    for (auto next = writes.begin(); next != writes.end();) {
        auto transaction = Transaction::begin(m_database);
        if (!transaction) {
            pending.assign(next, writes.end());
            answer_pending(transaction.error());
            return;
        }
        bool lost = false;
        for (; next != writes.end() && !lost; ++next) {
            pending.push_back(*next);
            if (writes.size() == 1) {
                // Alone, it needs no savepoint: the transaction is its own.
                const bool kept = (*next)->run(m_database) == Verdict::Keep;
                lost = !m_database.in_transaction();
                if (!kept && !lost) return answer_pending(std::nullopt);
                continue;
            }
            auto savepoint = Transaction::begin(m_database);
            // A full disk or a read error can end the whole transaction under the job; then nobody's work was kept.
            const bool kept = savepoint && (*next)->run(m_database) == Verdict::Keep;
            lost = !savepoint || !m_database.in_transaction() || (kept && !savepoint->commit());
        }
        if (lost) {
            answer_pending(m_database.last_error());
            continue;
        }
        auto committed = transaction->commit();
        answer_pending(committed ? std::nullopt : std::optional(committed.error()));
    }
}

}  // namespace doorward::platform
