#include "mobile-bridge/relay/app_problem.h"

#include <fmt/format.h>

namespace doorward::relay {

platform::Response app_problem(int status, std::string_view type, std::string_view title) {
    auto response = platform::Response::make(
        status, "application/problem+json",
        fmt::format(R"({{"type":"urn:doorward:problem:{}","title":"{}","status":{}}})", type, title, status));
    response.set_header("Cache-Control", "no-store");
    return response;
}

}  // namespace doorward::relay
