#include "desktop-client/agent/services/counter_anchor.h"

#include "platform/log.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace doorward::agent {
namespace {

using platform::LogField;

const platform::Logger k_log{"counter"};

}  // namespace

Stored<> CounterAnchor::keep(std::int64_t reached) {
    if (auto saved = m_ledger.save_counter(reached); !saved) return saved;
    m_reached = reached;
    m_state = CounterState::Fits;
    return {};
}

Stored<CounterState> CounterAnchor::start(KeyPlace place) {
    m_state = CounterState::NotUsed;
    if (place != KeyPlace::Tpm2) return m_state;
    const auto known = m_ledger.counter();
    if (!known) return std::unexpected(known.error());
    const auto found = m_tpm.counter();
    m_state = CounterState::Behind;
    if (!found && found.error() == TpmError::Missing && !*known) {
        const auto first = m_tpm.count();
        if (!first) return m_state;
        if (auto kept = keep(*first); !kept) return std::unexpected(kept.error());
    } else if (found && *known == *found) {
        m_reached = *found;
        m_state = CounterState::Fits;
    } else if (found && *known == *found + 1) {
        // The agent ended between the two.
        const auto finished = m_tpm.count();
        if (!finished || *finished != **known) return m_state;
        m_reached = *finished;
        m_state = CounterState::Fits;
    } else {
        k_log.error("behind", {{LogField::Reason, found ? "another_number" : to_string(found.error())},
                               {LogField::Count, found ? *found - known->value_or(0) : 0}});
    }
    return m_state;
}

Stored<> CounterAnchor::begin_anew(KeyPlace place) {
    if (place != KeyPlace::Tpm2) {
        m_state = CounterState::NotUsed;
        return m_ledger.save_counter(std::nullopt);
    }
    const auto reached = m_tpm.count();
    if (reached) return keep(*reached);
    k_log.error("not_counted", {{LogField::Reason, to_string(reached.error())}});
    m_state = CounterState::Behind;
    return {};
}

void CounterAnchor::count_soon() {
    if (m_state != CounterState::Fits || m_waiting) return;
    m_waiting = true;
    const auto now = std::chrono::steady_clock::now();
    const bool counted_before = m_counted != std::chrono::steady_clock::time_point{};
    m_timer.expires_at(counted_before ? std::max(now + k_pause, m_counted + k_least_pause) : now + k_pause);
    m_timer.async_wait([this](const boost::system::error_code& error) {
        m_waiting = false;
        if (!error) count();
    });
}

void CounterAnchor::count() {
    if (m_state != CounterState::Fits) return;
    m_counted = std::chrono::steady_clock::now();
    const std::int64_t next = m_reached + 1;
    if (const auto saved = m_ledger.save_counter(next); !saved) {
        k_log.error("not_stored", {{LogField::Reason, platform::to_string(saved.error())}});
        return;
    }
    if (!m_worker) m_worker.emplace("counter");
    m_worker->post([this, next] {
        const auto counted = m_tpm.count();
        boost::asio::post(m_executor, [this, next, counted] {
            if (counted && *counted == next) {
                m_reached = next;
                return;
            }
            // The store stays one ahead, which the next start or count makes good.
            k_log.error("not_counted", {{LogField::Reason, counted ? "another_number" : to_string(counted.error())}});
        });
    });
}

}  // namespace doorward::agent
