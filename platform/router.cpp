#include "platform/router.h"

#include <algorithm>
#include <stdexcept>

namespace doorward::platform {
namespace {

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    path.remove_prefix(1);
    while (true) {
        const std::size_t end = path.find('/');
        segments.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return segments;
        path.remove_prefix(end + 1);
    }
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}

bool same_shape(const std::vector<std::string>& left, const std::vector<std::string_view>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const std::string& one, std::string_view other) {
                          return is_parameter(one) ? is_parameter(other) : one == other;
                      });
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
    return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                      [](const std::string& expected, std::string_view segment) {
                          return is_parameter(expected) ? !segment.empty() : expected == segment;
                      });
}

// True when, at the first segment where they differ in kind, `left` is the literal one.
bool more_literal(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    for (std::size_t position = 0; position < left.size(); ++position) {
        if (is_parameter(left[position]) != is_parameter(right[position])) return is_parameter(right[position]);
    }
    return false;
}

bool accepts(HttpMethod route, HttpMethod request) {
    return route == request || (route == HttpMethod::Get && request == HttpMethod::Head);
}

}  // namespace

void RouteTable::add(HttpMethod method, std::string_view pattern) {
    if (!pattern.starts_with('/')) throw std::logic_error("a route starts with a slash: " + std::string(pattern));
    const auto segments = split(pattern);
    for (const std::string_view segment : segments) {
        const bool braces = segment.find_first_of("{}") != std::string_view::npos;
        const bool whole = segment.size() > 2 && segment.front() == '{' && segment.back() == '}' &&
                           segment.substr(1, segment.size() - 2).find_first_of("{}") == std::string_view::npos;
        if (braces && !whole) throw std::logic_error("a parameter is a whole segment: " + std::string(pattern));
    }
    for (const Entry& entry : m_entries) {
        if (entry.method == method && same_shape(entry.segments, segments)) {
            throw std::logic_error("route registered twice: " + std::string(pattern));
        }
    }
    m_entries.push_back(Entry{method, {segments.begin(), segments.end()}});
}

std::expected<RouteTable::Match, RouteTable::Miss> RouteTable::find(HttpMethod method, std::string_view path) const {
    if (!path.starts_with('/')) return std::unexpected(Miss::NoSuchPath);
    const auto segments = split(path);
    const Entry* best = nullptr;
    bool path_known = false;
    for (const Entry& entry : m_entries) {
        if (!matches(entry.segments, segments)) continue;
        path_known = true;
        if (!accepts(entry.method, method)) continue;
        if (best == nullptr || more_literal(entry.segments, best->segments)) best = &entry;
    }
    if (best == nullptr) return std::unexpected(path_known ? Miss::MethodNotAllowed : Miss::NoSuchPath);

    Match match;
    match.index = static_cast<std::size_t>(best - m_entries.data());
    for (std::size_t position = 0; position < segments.size(); ++position) {
        const std::string& expected = best->segments[position];
        if (!is_parameter(expected)) continue;
        auto value = percent_decode(segments[position]);
        if (!value) return std::unexpected(Miss::NoSuchPath);
        match.parameters.emplace_back(expected.substr(1, expected.size() - 2), std::move(*value));
    }
    return match;
}

std::string RouteTable::allowed_methods(std::string_view path) const {
    const auto segments = split(path);
    std::string allowed;
    auto append = [&allowed](std::string_view name) {
        if (!allowed.empty()) allowed += ", ";
        allowed += name;
    };
    for (const Entry& entry : m_entries) {
        if (!matches(entry.segments, segments)) continue;
        append(to_string(entry.method));
        if (entry.method == HttpMethod::Get) append("HEAD");
    }
    return allowed;
}

}  // namespace doorward::platform
