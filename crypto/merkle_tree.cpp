#include "crypto/merkle_tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace doorward::crypto {
namespace {

Digest pair_hash(const Digest& left, const Digest& right) {
    static constexpr std::array<std::uint8_t, 1> k_pair{0x01};
    return Sha256().update(k_pair).update(left.bytes()).update(right.bytes()).digest();
}

// The largest power of two below a count of at least 2.
std::uint64_t split(std::uint64_t count) {
    return std::bit_floor(count - 1);
}

}  // namespace

Digest merkle_leaf_hash(ByteView entry) {
    static constexpr std::array<std::uint8_t, 1> k_leaf{0x00};
    return Sha256().update(k_leaf).update(entry).digest();
}

void MerkleFrontier::append_subtree(const Digest& root, int level) {
    assert(m_size % (std::uint64_t{1} << level) == 0);
    Digest grown = root;
    // A one in the size is a perfect subtree that waits for its right half.
    for (std::uint64_t waiting = m_size >> level; (waiting & 1) != 0; waiting >>= 1) {
        grown = pair_hash(m_subtrees.back(), grown);
        m_subtrees.pop_back();
    }
    m_subtrees.push_back(grown);
    m_size += std::uint64_t{1} << level;
}

Digest MerkleFrontier::root() const {
    if (m_subtrees.empty()) return sha256({});
    Digest root = m_subtrees.back();
    for (auto left = m_subtrees.rbegin() + 1; left != m_subtrees.rend(); ++left)
        root = pair_hash(*left, root);
    return root;
}

std::vector<Digest> consistency_proof(const TreeGrowth& growth, const SubtreeRoot& subtree) {
    assert(growth.from > 0 && growth.from <= growth.to);
    std::vector<Digest> proof;
    LeafRange range{0, growth.to};
    std::uint64_t from = growth.from;
    // Whether the earlier tree is this very range: then the verifier has its root already.
    bool is_earlier_tree = true;
    while (from != range.count) {
        const std::uint64_t left = split(range.count);
        const LeafRange halves[]{{range.first, left}, {range.first + left, range.count - left}};
        if (from <= left) {
            proof.push_back(subtree(halves[1]));
            range = halves[0];
        } else {
            proof.push_back(subtree(halves[0]));
            range = halves[1];
            from -= left;
            is_earlier_tree = false;
        }
    }
    if (!is_earlier_tree) proof.push_back(subtree(range));
    std::ranges::reverse(proof);
    return proof;
}

bool verify_consistency(const TreeHead& earlier, const TreeHead& later, std::span<const Digest> proof) {
    if (earlier.size > later.size) return false;
    if (earlier.size == later.size) return proof.empty() && earlier.root == later.root;
    if (earlier.size == 0) return proof.empty() && earlier.root == sha256({});
    std::uint64_t here = earlier.size - 1;
    std::uint64_t last = later.size - 1;
    while ((here & 1) != 0) {
        here >>= 1;
        last >>= 1;
    }
    std::size_t next = 0;
    // An earlier size that is a power of two is itself the first node.
    Digest reached = earlier.root;
    if (!std::has_single_bit(earlier.size)) {
        if (proof.empty()) return false;
        reached = proof[next++];
    }
    Digest reached_earlier = reached;
    for (; next < proof.size(); ++next) {
        if (last == 0) return false;
        if ((here & 1) != 0 || here == last) {
            reached_earlier = pair_hash(proof[next], reached_earlier);
            reached = pair_hash(proof[next], reached);
            while ((here & 1) == 0 && here != 0) {
                here >>= 1;
                last >>= 1;
            }
        } else {
            reached = pair_hash(reached, proof[next]);
        }
        here >>= 1;
        last >>= 1;
    }
    return last == 0 && reached_earlier == earlier.root && reached == later.root;
}

}  // namespace doorward::crypto
