#include "crypto/merkle_tree.h"

#include "tests/crypto/hex.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <bit>
#include <random>
#include <string>
#include <vector>

using namespace doorward::crypto;
using namespace doorward::tests;

namespace {

// The tree of Certificate Transparency's own tests: github.com/google/certificate-transparency,
// cpp/merkletree/merkle_tree_test.cc (kInputs, kSHA256Roots, kSHA256EmptyTreeHash); the proofs are those of
// github.com/transparency-dev/merkle, testonly/reference_test.go.
constexpr std::array<std::string_view, 8> k_inputs{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr std::array<std::string_view, 9> k_roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                                  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                                  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                                  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                                  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                                  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Digest digest(std::string_view text) {
    return Digest(hex_array<32>(text));
}

std::vector<Digest> digests(std::initializer_list<std::string_view> texts) {
    std::vector<Digest> list;
    for (const auto text : texts)
        list.push_back(digest(text));
    return list;
}

// MTH as section 2.1.1 writes it down, by recursion.
Digest defined_root(std::span<const Digest> leaves) {
    if (leaves.empty()) return sha256({});
    if (leaves.size() == 1) return leaves.front();
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    static constexpr std::array<std::uint8_t, 1> k_pair{1};
    return Sha256()
        .update(k_pair)
        .update(defined_root(leaves.first(left)).bytes())
        .update(defined_root(leaves.subspan(left)).bytes())
        .digest();
}

struct Log {
    std::vector<Digest> leaves;

    [[nodiscard]] static Log of_size(std::size_t size) {
        Log log;
        for (std::size_t number = 0; number < size; ++number)
            log.leaves.push_back(merkle_leaf_hash(as_bytes(std::to_string(number))));
        return log;
    }
    [[nodiscard]] static Log reference() {
        Log log;
        for (const auto input : k_inputs)
            log.leaves.push_back(merkle_leaf_hash(hex(input)));
        return log;
    }
    [[nodiscard]] Digest root(const LeafRange& range) const {
        return defined_root(std::span(leaves).subspan(range.first, range.count));
    }
    [[nodiscard]] TreeHead head(std::size_t size) const { return {size, root({0, size})}; }
    [[nodiscard]] SubtreeRoot subtree() const {
        return [this](const LeafRange& range) { return root(range); };
    }
};

}  // namespace

TEST_CASE("the roots of Certificate Transparency's reference tree hold, leaf by leaf", "[crypto][merkle]") {
    MerkleFrontier frontier;
    CHECK(frontier.root() == digest(k_roots[0]));
    for (std::size_t size = 1; size <= k_inputs.size(); ++size) {
        frontier.append(merkle_leaf_hash(hex(k_inputs[size - 1])));
        CHECK(frontier.size() == size);
        CHECK(frontier.root() == digest(k_roots[size]));
    }
}

TEST_CASE("the reference tree's consistency proofs hold", "[crypto][merkle]") {
    struct Vector {
        TreeGrowth growth;
        std::vector<Digest> proof;
    };
    const std::array<Vector, 4> vectors{{
        {{1, 1}, {}},
        {{1, 8},
         digests({"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"})},
        {{2, 5},
         digests({"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"})},
        {{6, 8},
         digests({"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"})},
    }};
    const Log log = Log::reference();
    for (const auto& [growth, proof] : vectors) {
        CHECK(consistency_proof(growth, log.subtree()) == proof);
        CHECK(verify_consistency({growth.from, digest(k_roots[growth.from])}, {growth.to, digest(k_roots[growth.to])},
                                 proof));
    }
}

TEST_CASE("a tree that grows leaf by leaf, or by subtrees, has the root its definition gives", "[crypto][merkle]") {
    const Log log = Log::of_size(300);
    MerkleFrontier frontier;
    for (std::size_t size = 1; size <= log.leaves.size(); ++size) {
        frontier.append(log.leaves[size - 1]);
        REQUIRE(frontier.root() == log.head(size).root);
    }
    MerkleFrontier by_subtrees;
    by_subtrees.append_subtree(log.root({0, 256}), 8);
    by_subtrees.append_subtree(log.root({256, 32}), 5);
    for (std::size_t at = 288; at < 300; ++at)
        by_subtrees.append(log.leaves[at]);
    CHECK(by_subtrees.root() == frontier.root());
}

TEST_CASE("every small tree is proven to continue every earlier one, and no other", "[crypto][merkle]") {
    const Log log = Log::of_size(40);
    Log other = log;
    other.leaves[0] = merkle_leaf_hash(as_bytes("rewritten"));
    for (std::uint64_t to = 1; to <= 40; ++to) {
        for (std::uint64_t from = 1; from <= to; ++from) {
            auto proof = consistency_proof({from, to}, log.subtree());
            REQUIRE(verify_consistency(log.head(from), log.head(to), proof));
            CHECK_FALSE(verify_consistency(other.head(from), log.head(to), proof));
            CHECK_FALSE(verify_consistency(log.head(from), other.head(to), proof));
            // The portal of the rewritten log cannot prove it either.
            const auto false_proof = consistency_proof({from, to}, other.subtree());
            CHECK_FALSE(verify_consistency(log.head(from), other.head(to), false_proof));
            CHECK_FALSE(verify_consistency(log.head(to), {from - 1, log.head(from).root}, proof));
            proof.push_back(log.leaves[0]);
            CHECK_FALSE(verify_consistency(log.head(from), log.head(to), proof));
            if (proof.size() < 2) continue;
            proof.pop_back();
            proof.front() = log.leaves[0];
            CHECK_FALSE(verify_consistency(log.head(from), log.head(to), proof));
        }
        CHECK(verify_consistency(log.head(0), log.head(to), {}));
    }
}

TEST_CASE("large trees are proven with few hashes", "[crypto][merkle]") {
    const Log log = Log::of_size(3000);
    std::mt19937 random(1);
    for (int time = 0; time < 20; ++time) {
        const std::uint64_t to = 1 + random() % 3000;
        const std::uint64_t from = 1 + random() % to;
        const auto consistency = consistency_proof({from, to}, log.subtree());
        CHECK(consistency.size() <= 13);
        CHECK(verify_consistency(log.head(from), log.head(to), consistency));
    }
}
