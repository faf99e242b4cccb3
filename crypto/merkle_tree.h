#pragma once

#include "crypto/bytes.h"
#include "crypto/hash.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace doorward::crypto {

// Merkle trees as RFC 9162, section 2.1 has them (SHA-256, 0x00 before a leaf, 0x01 before a pair): a log whose root
// is known cannot change, lose or move an entry without another root.

// SHA-256(0x00 | entry).
[[nodiscard]] Digest merkle_leaf_hash(ByteView entry);

// The leaves from `first` on, `count` of them.
struct LeafRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    friend bool operator==(const LeafRange&, const LeafRange&) = default;
};

// What an append-only tree has to remember to grow and to name its root: the roots of the perfect subtrees its size
// consists of, at most 64. Appending costs one hash on average.
class MerkleFrontier {
public:
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    void append(const Digest& leaf) { append_subtree(leaf, 0); }
    // The root of a perfect subtree of 2^level leaves; the size so far is a multiple of that.
    void append_subtree(const Digest& root, int level);

    // Of an empty tree: SHA-256 of nothing.
    [[nodiscard]] Digest root() const;

private:
    std::uint64_t m_size = 0;
    std::vector<Digest> m_subtrees;  // largest first
};

// The tree over exactly these leaves of a log, by whoever has them. Asked only for ranges as RFC 9162 cuts them.
using SubtreeRoot = std::function<Digest(const LeafRange&)>;

struct TreeHead {
    std::uint64_t size = 0;
    Digest root;

    friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

struct TreeGrowth {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

// PROOF of section 2.1.4.1, for 0 < from <= to.
[[nodiscard]] std::vector<Digest> consistency_proof(const TreeGrowth& growth, const SubtreeRoot& subtree);
// Section 2.1.4.2: the earlier tree is the beginning of the later one. Everything continues an empty tree.
[[nodiscard]] bool verify_consistency(const TreeHead& earlier, const TreeHead& later, std::span<const Digest> proof);

}  // namespace doorward::crypto
