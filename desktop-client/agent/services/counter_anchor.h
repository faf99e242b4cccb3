#pragma once

#include "desktop-client/agent/services/store_key_file.h"
#include "desktop-client/agent/services/tpm_tool.h"
#include "desktop-client/agent/stores/ledger_store.h"
#include "platform/worker.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace doorward::agent {

enum class CounterState {
    NotUsed,
    Fits,
    Behind,  ///< the store is older than the counter, or the counter is not the one it knew
};

/// Where the TPM keeps the store's key, its counter keeps the store's age, too: no copy of any disk brings that back.
/// It counts when codes were used, soon after and not every time, because a TPM's memory wears out: of at most
/// k_least_pause the store may be put back without the counter telling. The store knows the number before the TPM does,
/// so a crash in between leaves it one ahead, never behind.
class CounterAnchor {
public:
    static constexpr std::chrono::seconds k_pause{5};
    static constexpr std::chrono::seconds k_least_pause{60};

    CounterAnchor(platform::Database& database, const Config& config, boost::asio::any_io_executor executor)
        : m_ledger(database), m_tpm(config), m_executor(executor), m_timer(executor) {}

    /// Blocks on the TPM where the key is there.
    [[nodiscard]] Stored<CounterState> start(KeyPlace place);
    /// A code was used.
    void count_soon();
    /// The portal trusts the store as it is, or the key has moved: what the counter says is right from now on.
    [[nodiscard]] Stored<> begin_anew(KeyPlace place);
    [[nodiscard]] CounterState state() const { return m_state; }

private:
    void count();
    [[nodiscard]] Stored<> keep(std::int64_t reached);

    LedgerStore m_ledger;
    TpmTool m_tpm;
    boost::asio::any_io_executor m_executor;
    boost::asio::steady_timer m_timer;
    std::chrono::steady_clock::time_point m_counted{};
    CounterState m_state = CounterState::NotUsed;
    std::int64_t m_reached = 0;
    bool m_waiting = false;
    std::optional<platform::Worker> m_worker;  ///< last: its jobs end before what they use
};

}  // namespace doorward::agent
