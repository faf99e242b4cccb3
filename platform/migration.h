#pragma once

#include <string_view>

namespace doorward::platform {

/// One numbered step of a schema, embedded from a .sql file by doorward_embed_sql(). Numbers start at 1 without gaps.
struct Migration {
    int number;
    std::string_view name;
    std::string_view sql;
};

}  // namespace doorward::platform
