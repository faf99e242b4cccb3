#include "msp-portal/server/stores/sql.h"

namespace doorward::portal::sql {

void fail(platform::Database& database, platform::DatabaseError error) {
    throw StoreFailure(error, std::string(platform::to_string(error)) + ": " + database.last_message());
}

bool Rows::next() {
    auto row = m_statement.step();
    if (!row) fail(*m_database, row.error());
    return *row;
}

void Rows::corrupt() const {
    throw StoreFailure(platform::DatabaseError::Corrupt, "a column does not hold what it should");
}

}  // namespace doorward::portal::sql
