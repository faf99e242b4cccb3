#pragma once

#include "platform/http_message.h"
#include "platform/http_server.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::platform {

/// Path patterns: literal segments and {parameters} (one whole segment each), e.g. "/api/v1/tenants/{tenant}/devices".
/// Literals win over parameters. Registering the same method and shape twice, or a malformed pattern, throws
/// std::logic_error: it is a mistake in the program.
class RouteTable {
public:
    enum class Miss { NoSuchPath, MethodNotAllowed };
    struct Match {
        std::size_t index = 0;
        std::vector<std::pair<std::string, std::string>> parameters;
    };

    /// Routes are numbered in the order they are added.
    void add(HttpMethod method, std::string_view pattern);
    /// HEAD matches a route for GET.
    [[nodiscard]] std::expected<Match, Miss> find(HttpMethod method, std::string_view path) const;
    /// For the Allow header of a 405.
    [[nodiscard]] std::string allowed_methods(std::string_view path) const;

private:
    struct Entry {
        HttpMethod method;
        std::vector<std::string> segments;
    };
    std::vector<Entry> m_entries;
};

/// Maps requests to handlers. Every route states who may call it: `Policy` is the application's own type, without a
/// default, and `Authorise` turns it and the request into a `Caller` or into the response that refuses. A handler gets
/// a Caller, so none can run unasked. Routes are added before the server starts.
template <class Policy, class Caller>
class Router final : public HttpHandler {
public:
    using Handler = std::function<boost::asio::awaitable<Reply>(Request, Caller)>;
    using Authorise = std::function<boost::asio::awaitable<std::expected<Caller, Response>>(Policy, const Request*)>;
    using Problem = std::function<Response(int status)>;

    struct Route {
        HttpMethod method;
        std::string pattern;
        Policy policy;
        Handler handler;
        std::size_t body_limit;
    };

    Router(Authorise authorise, Problem problem) : m_authorise(std::move(authorise)), m_problem(std::move(problem)) {}

    void add(HttpMethod method, std::string_view pattern, Policy policy, Handler handler,
             std::size_t limit = k_default_body_limit) {
        m_table.add(method, pattern);
        m_routes.push_back(Route{method, std::string(pattern), std::move(policy), std::move(handler), limit});
    }

    /// For tests: every route with its policy.
    [[nodiscard]] const std::vector<Route>& routes() const { return m_routes; }

    [[nodiscard]] std::size_t body_limit(HttpMethod method, std::string_view path) const override {
        auto match = m_table.find(method, path);
        return match ? m_routes[match->index].body_limit : 0;
    }

    [[nodiscard]] Response problem(int status) const override { return m_problem(status); }

    [[nodiscard]] boost::asio::awaitable<Reply> handle(Request request) override {
        auto match = m_table.find(request.method, request.path);
        if (!match) {
            if (match.error() == RouteTable::Miss::NoSuchPath) co_return m_problem(404);
            Response refusal = m_problem(405);
            refusal.set_header("Allow", m_table.allowed_methods(request.path));
            co_return refusal;
        }
        const Route& route = m_routes[match->index];
        request.parameters = std::move(match->parameters);
        auto caller = co_await m_authorise(route.policy, &request);
        if (!caller) co_return std::move(caller.error());
        co_return co_await route.handler(std::move(request), std::move(*caller));
    }

private:
    Authorise m_authorise;
    Problem m_problem;
    RouteTable m_table;
    std::vector<Route> m_routes;
};

}  // namespace doorward::platform
