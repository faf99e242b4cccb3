#include "mobile-bridge/relay/approval_board.h"

#include "crypto/random.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

namespace {

using namespace doorward;
using relay::Approval;
using relay::ApprovalBoard;
using relay::ClaimError;
using relay::SubmitRefusal;

template <class Id>
Id fresh() {
    return Id::make(protocol::Timestamp{1'700'000'000'000}, crypto::random_array<10>());
}

const auto k_team = fresh<protocol::TeamId>();
const auto k_tenant = fresh<protocol::TenantId>();
const auto k_nik = fresh<protocol::TechnicianId>();
const auto k_ada = fresh<protocol::TechnicianId>();
const auto k_device = fresh<protocol::DeviceId>();

Approval approval(const protocol::TechnicianId& technician = k_nik, const protocol::DeviceId& device = k_device) {
    return Approval{.id = fresh<protocol::RequestId>(),
                    .team = k_team,
                    .tenant = k_tenant,
                    .technician = technician,
                    .device = device,
                    .envelope = {.body = "{}", .signature = crypto::Signature(crypto::random_array<64>())},
                    .created_at = {},
                    .expires_at = {}};
}

}  // namespace

TEST_CASE("row 76: an approval is claimed once and never again", "[relay][I1]") {
    ApprovalBoard board;
    const auto open = board.submit(approval(), 60'000, 0);
    REQUIRE(open);
    CHECK(board.open_for(k_nik, 1).size() == 1);
    CHECK(board.claim(open->id, k_nik, 10));
    CHECK(board.claim(open->id, k_nik, 11).error() == ClaimError::Answered);
    CHECK(board.open_for(k_nik, 12).empty());
}

TEST_CASE("row 76: of many answers at the same moment one wins", "[relay][I1]") {
    for (int round = 0; round < 50; ++round) {
        ApprovalBoard board;
        const auto open = board.submit(approval(), 60'000, 0);
        REQUIRE(open);
        std::atomic<int> winners = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 8; ++i) {
                threads.emplace_back([&] { winners += board.claim(open->id, k_nik, 1).has_value() ? 1 : 0; });
            }
        }
        CHECK(winners == 1);
    }
}

TEST_CASE("row 76: another technician's approval looks like none", "[relay]") {
    ApprovalBoard board;
    const auto open = board.submit(approval(), 60'000, 0);
    REQUIRE(open);
    CHECK(board.claim(open->id, k_ada, 1).error() == ClaimError::NotFound);
    CHECK(board.peek(open->id, k_ada, 1).error() == ClaimError::NotFound);
    CHECK(board.claim(fresh<protocol::RequestId>(), k_nik, 1).error() == ClaimError::NotFound);
    CHECK(board.claim(open->id, k_nik, 1));
    CHECK(board.claim(open->id, k_ada, 1).error() == ClaimError::NotFound);
}

TEST_CASE("an approval ends with its time, which no request can lengthen", "[relay]") {
    ApprovalBoard board;
    const auto open = board.submit(approval(), 24 * 3'600'000, 1'000);
    REQUIRE(open);
    CHECK(board.peek(open->id, k_nik, 60'999));
    CHECK(board.claim(open->id, k_nik, 61'000).error() == ClaimError::Expired);
    const auto expired = board.expire(61'000);
    REQUIRE(expired.size() == 1);
    CHECK(expired[0].id == open->id);
    CHECK(board.claim(open->id, k_nik, 61'001).error() == ClaimError::Answered);
}

TEST_CASE("an id that ended is not taken a second time", "[relay]") {
    ApprovalBoard board;
    const auto first = board.submit(approval(), 60'000, 0);
    REQUIRE(first);
    CHECK(board.submit(*first, 60'000, 1).error() == SubmitRefusal::Repeated);
    REQUIRE(board.cancel(first->id, k_device, 2));
    CHECK(board.submit(*first, 60'000, 3).error() == SubmitRefusal::Repeated);
}

TEST_CASE("only the device that asked can cancel", "[relay]") {
    ApprovalBoard board;
    const auto open = board.submit(approval(), 60'000, 0);
    REQUIRE(open);
    CHECK_FALSE(board.cancel(open->id, fresh<protocol::DeviceId>(), 1));
    CHECK(board.cancel(open->id, k_device, 1));
    CHECK_FALSE(board.cancel(open->id, k_device, 1));
    CHECK(board.claim(open->id, k_nik, 2).error() == ClaimError::Answered);
}

TEST_CASE("row 79: a technician has at most three open approvals and one for each workstation", "[relay]") {
    ApprovalBoard board;
    CHECK(board.submit(approval(k_nik, k_device), 60'000, 0));
    CHECK(board.submit(approval(k_nik, k_device), 60'000, 0).error() == SubmitRefusal::TooManyOpen);
    CHECK(board.submit(approval(k_nik, fresh<protocol::DeviceId>()), 60'000, 0));
    CHECK(board.submit(approval(k_nik, fresh<protocol::DeviceId>()), 60'000, 0));
    CHECK(board.submit(approval(k_nik, fresh<protocol::DeviceId>()), 60'000, 0).error() == SubmitRefusal::TooManyOpen);
    CHECK(board.submit(approval(k_ada, k_device), 60'000, 0));
    // What ran out of time does not count, even before it is taken out.
    CHECK(board.submit(approval(k_nik, k_device), 60'000, 60'000));
}

TEST_CASE("row 79: one workstation makes three sounds in five minutes, then its requests wait silently", "[relay]") {
    ApprovalBoard board;
    const auto ask = [&](std::int64_t now, const protocol::DeviceId& device) {
        const auto open = board.submit(approval(k_nik, device), 60'000, now);
        REQUIRE(open);
        REQUIRE(board.claim(open->id, k_nik, now));
        return open->silent;
    };
    CHECK_FALSE(ask(0, k_device));
    CHECK_FALSE(ask(1, k_device));
    CHECK_FALSE(ask(2, k_device));
    CHECK(ask(3, k_device));
    CHECK_FALSE(ask(4, fresh<protocol::DeviceId>()));
    CHECK_FALSE(ask(ApprovalBoard::k_sound_window_ms, k_device));
}

TEST_CASE("row 79: a workstation that was reported makes no sound for an hour", "[relay]") {
    ApprovalBoard board;
    board.mute(k_nik, k_device, 0);
    const auto muted = board.submit(approval(), 60'000, 1);
    REQUIRE(muted);
    CHECK(muted->silent);
    CHECK(board.expire(60'001).size() == 1);
    const auto later = board.submit(approval(), 60'000, ApprovalBoard::k_mute_ms);
    REQUIRE(later);
    CHECK_FALSE(later->silent);
}
