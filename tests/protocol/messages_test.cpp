#include "protocol/audit_event.h"
#include "protocol/audit_log.h"
#include "protocol/channel_handshake.h"
#include "protocol/client_data.h"
#include "protocol/device_message.h"
#include "protocol/log_export.h"
#include "protocol/phone_request.h"
#include "protocol/portal_event.h"
#include "protocol/portal_message.h"
#include "protocol/removal.h"
#include "protocol/roster_head.h"
#include "protocol/sign_in_request.h"
#include "tests/protocol/vector_file.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace doorward::protocol {
namespace {

// What a decoder made of a text: the text encoded again (nothing where there is no encoder), or why it was refused.
using Outcome = Decoded<std::optional<std::string>>;
using Decoder = std::function<Outcome(std::string_view)>;

template <class Decode, class Encode>
Decoder both_ways(Decode decode, Encode encode) {
    return [=](std::string_view text) -> Outcome {
        auto value = decode(text);
        if (!value) return std::unexpected(value.error());
        return std::optional<std::string>(encode(*value));
    };
}

template <class Decode>
Decoder one_way(Decode decode) {
    return [=](std::string_view text) -> Outcome {
        auto value = decode(text);
        if (!value) return std::unexpected(value.error());
        return std::optional<std::string>();
    };
}

Decoder document_decoder(const DocumentId& id) {
    return both_ways([id](std::string_view text) { return decode_document(id, text); },
                     [](const DocumentContent& content) { return encode_document(content).body; });
}

const std::map<std::string, Decoder>& decoders() {
    static const std::map<std::string, Decoder> table{
        {"envelope", both_ways(decode_envelope, encode_envelope)},
        {"sign_in_request", both_ways(decode_sign_in_request, encode_sign_in_request)},
        {"roster_head", both_ways(decode_roster_head, encode_roster_head)},
        {"hello_body", both_ways(decode_hello_body, encode_hello_body)},
        {"welcome_body", both_ways(decode_welcome_body, encode_welcome_body)},
        {"enrol_body", both_ways(decode_enrol_body, encode_enrol_body)},
        {"audit_event", both_ways(decode_audit_event, encode_audit_event)},
        {"audit_head", both_ways(decode_audit_head, encode_audit_head)},
        {"log_head", both_ways(decode_log_head, encode_log_head)},
        {"removal", both_ways(decode_removal, encode_removal)},
        {"portal_event", both_ways(decode_portal_event, encode_portal_event)},
        {"export_line", both_ways(decode_export_line, encode_export_line)},
        {"device_message", both_ways(decode_device_message, encode_device_message)},
        {"portal_message", both_ways(decode_portal_message, encode_portal_message)},
        {"pairing_look_up", one_way(decode_pairing_look_up)},
        {"pairing_complete", one_way(decode_pairing_complete)},
        {"open_app_session", one_way(decode_open_app_session)},
        {"sign_in_answer", one_way(decode_sign_in_answer)},
        {"push_subscription", one_way(decode_push_subscription)},
        {"activity_report", one_way(decode_activity_report)},
        {"client_data", one_way(decode_client_data)},
    };
    return table;
}

std::string text_of(const nlohmann::json& vector) {
    if (vector.contains("bytes")) {
        const auto bytes = test::bytes_of(vector["bytes"]);
        return {bytes.begin(), bytes.end()};
    }
    if (!vector.contains("repeat")) return vector["text"].get<std::string>();
    const auto part = vector["repeat"]["text"].get<std::string>();
    std::string text;
    for (int times = vector["repeat"]["times"].get<int>(); times > 0; --times)
        text += part;
    return text;
}

void run(const nlohmann::json& file, const Decoder& decode) {
    for (const auto& vector : file["accepted"]) {
        INFO(vector["name"].get<std::string>());
        const std::string text = text_of(vector);
        const Outcome outcome = decode(text);
        INFO((outcome ? std::string() : to_string(outcome.error())));
        REQUIRE(outcome.has_value());
        if (*outcome && vector.value("canonical", true)) CHECK(**outcome == text);
        // What was read from another order or spacing is written in the one form, which reads the same.
        if (*outcome) CHECK(decode(**outcome) == outcome);
    }
    CHECK(file["refused"].size() >= 15);
    for (const auto& vector : file["refused"]) {
        INFO(vector["name"].get<std::string>());
        const Outcome outcome = decode(text_of(vector));
        REQUIRE_FALSE(outcome.has_value());
        CHECK(to_string(outcome.error().kind) == vector["kind"].get<std::string>());
        CHECK(outcome.error().path == vector["path"].get<std::string>());
    }
}

}  // namespace

TEST_CASE("rows 68, 77: every message vector is accepted, or refused with its reason and place",
          "[protocol][vectors]") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::vector_folder() / "messages")) {
        const auto file = test::read_vectors(entry.path());
        const auto message = file["message"].get<std::string>();
        INFO(message);
        ++files;
        if (file.contains("document_id")) {
            const auto id = DocumentId::parse(file["document_id"].get<std::string>());
            REQUIRE(id.has_value());
            run(file, document_decoder(*id));
        } else {
            REQUIRE(decoders().contains(message));
            run(file, decoders().at(message));
        }
    }
    CHECK(files == decoders().size() + 10);
}

}  // namespace doorward::protocol
