#pragma once

#include "protocol/time.h"

#include <string>

namespace doorward::portal {

/// A link to hand on. As secret as what it opens.
struct Link {
    std::string text;
    protocol::Timestamp expires_at;
    bool mailed = false;
};

}  // namespace doorward::portal
