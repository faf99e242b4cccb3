#pragma once

#include "desktop-client/agent/accounts/account_service.h"
#include "desktop-client/agent/stores/result.h"
#include "protocol/ids.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::agent {

enum class AccountOperation { Opening, Closing };
enum class Reservation {
    Reserved,
    OfAnother,  ///< the name's account is another owner's
    NoneLeft,   ///< the range is used up
};

/// Which names were ever given a uid here, whose they are, which have an account, and what is being done to one.
class AccountStore {
public:
    explicit AccountStore(platform::Database& database) : m_database(database) {}

    [[nodiscard]] Stored<std::optional<AccountIdentity>> identity(std::string_view name);
    /// Gives the next free uid, once and for good; a known name keeps its own and gets the new full name.
    struct Wish {
        std::string name;
        std::string full_name;
        std::string owner;
    };
    [[nodiscard]] Stored<Reservation> reserve(const Wish& wish);
    /// An account that was made here, perhaps under a store that is lost. True if this store did not know it; an error
    /// if the two contradict each other.
    [[nodiscard]] Stored<bool> take_in(const AccountIdentity& recorded);

    [[nodiscard]] Stored<bool> is_used(std::string_view name);
    [[nodiscard]] Stored<> mark_used(std::string_view name);
    [[nodiscard]] Stored<std::vector<AccountIdentity>> used();

    [[nodiscard]] Stored<> begin(std::string_view name, AccountOperation operation,
                                 const std::optional<protocol::TechnicianId>& technician);
    [[nodiscard]] Stored<> end(std::string_view name);
    [[nodiscard]] Stored<std::optional<AccountOperation>> operation(std::string_view name);

private:
    platform::Database& m_database;
};

}  // namespace doorward::agent
