#pragma once

#include "protocol/time.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace doorward::protocol {

// A UUIDv7 (RFC 9562, section 5.7); nothing else passes parse().
class Uuid {
public:
    // Lower case with hyphens only.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
    // 16 bytes, as to_string() shows them. Refuses other versions and variants.
    [[nodiscard]] static std::optional<Uuid> from_bytes(std::span<const std::uint8_t> bytes);
    // Of the random bytes' 80 bits 74 are used.
    [[nodiscard]] static Uuid make(Timestamp now, std::span<const std::uint8_t, 10> random);

    [[nodiscard]] std::span<const std::uint8_t, 16> bytes() const { return m_bytes; }
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const Uuid&, const Uuid&) = default;

private:
    friend class JsonReader;
    explicit Uuid(const std::array<std::uint8_t, 16>& bytes) : m_bytes(bytes) {}

    std::array<std::uint8_t, 16> m_bytes;
};

// A Uuid that names one kind of thing. Entities are tag types, never defined.
template <class Entity>
class Id {
public:
    explicit Id(const Uuid& uuid) : m_uuid(uuid) {}

    [[nodiscard]] static std::optional<Id> parse(std::string_view text) { return wrap(Uuid::parse(text)); }
    [[nodiscard]] static std::optional<Id> from_bytes(std::span<const std::uint8_t> bytes) {
        return wrap(Uuid::from_bytes(bytes));
    }
    [[nodiscard]] static Id make(Timestamp now, std::span<const std::uint8_t, 10> random) {
        return Id(Uuid::make(now, random));
    }

    [[nodiscard]] const Uuid& uuid() const { return m_uuid; }
    [[nodiscard]] std::span<const std::uint8_t, 16> bytes() const { return m_uuid.bytes(); }
    [[nodiscard]] std::string to_string() const { return m_uuid.to_string(); }

    friend auto operator<=>(const Id&, const Id&) = default;

private:
    [[nodiscard]] static std::optional<Id> wrap(const std::optional<Uuid>& uuid) {
        if (!uuid) return std::nullopt;
        return Id(*uuid);
    }

    Uuid m_uuid;
};

namespace entity {
struct Team;
struct Tenant;
struct Device;
struct DeviceCodes;
struct DeviceGroup;
struct Department;
struct Technician;
struct Phone;
struct Role;
struct Right;
struct Policy;
struct Change;
struct Request;
struct Session;
struct Event;
struct Pairing;
struct Invitation;
struct EnrolmentTokenRecord;
struct PortalLife;
struct TenantSecret;
}  // namespace entity

using TeamId = Id<entity::Team>;
using TenantId = Id<entity::Tenant>;
using DeviceId = Id<entity::Device>;
// A workstation's per-tenant codes; the same uuid as the workstation's own.
using DeviceCodesId = Id<entity::DeviceCodes>;
using DeviceGroupId = Id<entity::DeviceGroup>;
using DepartmentId = Id<entity::Department>;
using TechnicianId = Id<entity::Technician>;
using PhoneId = Id<entity::Phone>;
using RoleId = Id<entity::Role>;
using RightId = Id<entity::Right>;
using PolicyId = Id<entity::Policy>;
using ChangeId = Id<entity::Change>;
using RequestId = Id<entity::Request>;
using SessionId = Id<entity::Session>;
using EventId = Id<entity::Event>;
using PairingId = Id<entity::Pairing>;
using InvitationId = Id<entity::Invitation>;
using EnrolmentTokenId = Id<entity::EnrolmentTokenRecord>;
// One life of a portal's store: a restored backup starts another.
using Incarnation = Id<entity::PortalLife>;
using TenantSecretId = Id<entity::TenantSecret>;

}  // namespace doorward::protocol

template <>
struct std::hash<doorward::protocol::Uuid> {
    // The last eight bytes are random already.
    std::size_t operator()(const doorward::protocol::Uuid& uuid) const noexcept {
        std::uint64_t tail = 0;
        std::memcpy(&tail, uuid.bytes().data() + 8, sizeof tail);
        return static_cast<std::size_t>(tail);
    }
};

template <class Entity>
struct std::hash<doorward::protocol::Id<Entity>> {
    std::size_t operator()(const doorward::protocol::Id<Entity>& id) const noexcept {
        return std::hash<doorward::protocol::Uuid>()(id.uuid());
    }
};
