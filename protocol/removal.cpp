#include "protocol/removal.h"

#include "protocol/choice.h"
#include "protocol/json_parts.h"
#include "protocol/text.h"

#include <utility>

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<RemovalPart>, 8> k_parts{{
    {RemovalPart::Account, "account"},
    {RemovalPart::Home, "home"},
    {RemovalPart::Pam, "pam"},
    {RemovalPart::NameService, "name_service"},
    {RemovalPart::UidRange, "uid_range"},
    {RemovalPart::Sudoers, "sudoers"},
    {RemovalPart::Sshd, "sshd"},
    {RemovalPart::Program, "program"},
}};
constexpr std::array<Choice<RemovalFate>, 4> k_fates{{
    {RemovalFate::Removed, "removed"},
    {RemovalFate::Kept, "kept"},
    {RemovalFate::Archived, "archived"},
    {RemovalFate::Remained, "remained"},
}};
constexpr std::array<Choice<RemovalError>, 3> k_errors{{
    {RemovalError::BadSignature, "bad_signature"},
    {RemovalError::Malformed, "malformed"},
    {RemovalError::AnotherDevice, "another_device"},
}};

void write(JsonWriter& out, const RemovalItem& item) {
    out.text("part", to_string(item.part));
    out.text("name", item.name);
    out.text("fate", to_string(item.fate));
    out.optional_text("note", item.note);
}

RemovalItem read_item(const JsonReader& value) {
    return value.object([](JsonObjectReader& in) {
        RemovalItem item{.part = in["part"].choice(k_parts),
                         .name = in["name"].text(is_name),
                         .fate = in["fate"].choice(k_fates),
                         .note = in["note"].optional([](const JsonReader& present) { return present.text(is_line); })};
        // What was removed needs no word, and everything else does.
        if ((item.fate == RemovalFate::Removed) == item.note.has_value()) in.fail("note", DecodeErrorKind::BadValue);
        return item;
    });
}

}  // namespace

std::string_view to_string(RemovalPart part) {
    return choice_text(k_parts, part);
}
std::string_view to_string(RemovalFate fate) {
    return choice_text(k_fates, fate);
}
std::string_view to_string(RemovalError error) {
    return choice_text(k_errors, error);
}

std::string encode_removal(const RemovalStatement& statement) {
    return JsonWriter::object_text([&](JsonWriter& out) {
        out.integer("version", 1);
        out.id("team_id", statement.team_id);
        out.id("tenant_id", statement.tenant_id);
        out.id("device_id", statement.device_id);
        out.text("host_name", statement.host_name);
        out.text("agent_version", statement.agent_version);
        out.time("at", statement.at);
        out.boolean("clock_trusted", statement.clock_trusted);
        out.boolean("forced", statement.forced);
        out.object("chain", [&] {
            out.integer("sequence", statement.chain.sequence);
            out.bytes("hash", statement.chain.hash.bytes());
        });
        out.list("items", statement.items, [&](const RemovalItem& item) { out.object([&] { write(out, item); }); });
        out.integer("more", statement.more);
    });
}

Decoded<RemovalStatement> decode_removal(std::string_view body) {
    return decode_object(body, k_longest_envelope_body, [](JsonObjectReader& in) {
        in.version_one();
        return RemovalStatement{.team_id = in["team_id"].id<TeamId>(),
                                .tenant_id = in["tenant_id"].id<TenantId>(),
                                .device_id = in["device_id"].id<DeviceId>(),
                                .host_name = in["host_name"].text(is_line),
                                .agent_version = in["agent_version"].text(is_line),
                                .at = in["at"].time(),
                                .clock_trusted = in["clock_trusted"].boolean(),
                                .forced = in["forced"].boolean(),
                                .chain = in["chain"].object([](JsonObjectReader& chain) {
                                    return ChainPosition{.sequence = chain["sequence"].integer(k_any_count),
                                                         .hash = chain["hash"].fixed<crypto::Digest>()};
                                }),
                                .items = in["items"].list({0, k_most_removal_items}, read_item),
                                .more = in["more"].integer(k_any_count)};
    });
}

std::expected<RemovalStatement, RemovalError> verify_removal(const SignedEnvelope& envelope,
                                                             const crypto::DevicePublicKey& key,
                                                             const DeviceId& device) {
    // Whose it is, before whether it is: another workstation's statement is told as that.
    auto statement = decode_removal(envelope.body);
    if (!statement) return std::unexpected(RemovalError::Malformed);
    if (statement->device_id != device) return std::unexpected(RemovalError::AnotherDevice);
    if (!verify_envelope(key, crypto::Purpose::Removal, envelope)) return std::unexpected(RemovalError::BadSignature);
    return std::move(*statement);
}

}  // namespace doorward::protocol
