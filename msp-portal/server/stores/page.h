#pragma once

#include "protocol/ids.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::portal {

/// Someone or something with the name to show.
template <class IdType>
struct Named {
    IdType id;
    std::string name;
};

/// One page of a list; `next` is what the caller gives as `after` for the following one.
template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next;
};

/// Where a list sorted by name goes on: behind this name and id. Opaque to callers.
struct NameCursor {
    std::string name;
    std::vector<std::uint8_t> id;

    [[nodiscard]] static std::optional<NameCursor> parse(std::string_view text);
    [[nodiscard]] std::string format() const;
};

struct PageRequest {
    std::optional<std::string> after;
    std::int64_t limit = 50;
};

/// Cuts a list that was asked for with limit + 1 rows and names the cursor of its last item.
template <class Item, class CursorOf>
[[nodiscard]] Page<Item> make_page(std::vector<Item> items, std::int64_t limit, CursorOf cursor_of) {
    Page<Item> page{std::move(items), std::nullopt};
    if (static_cast<std::int64_t>(page.items.size()) > limit) {
        page.items.resize(static_cast<std::size_t>(limit), page.items.front());
        page.next = cursor_of(page.items.back());
    }
    return page;
}

/// A LIKE pattern that finds `part` anywhere, with its wildcards taken literally (ESCAPE '\').
[[nodiscard]] std::string like_pattern(std::string_view part);

}  // namespace doorward::portal
