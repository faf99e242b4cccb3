#include "protocol/roster.h"

#include "crypto/purpose.h"
#include "protocol/choice.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace doorward::protocol {
namespace {

constexpr std::array<Choice<RosterErrorKind>, 5> k_error_kinds{{
    {RosterErrorKind::MalformedDocument, "malformed_document"},
    {RosterErrorKind::RepeatedDocument, "repeated_document"},
    {RosterErrorKind::SecondTeam, "second_team"},
    {RosterErrorKind::SecondTenant, "second_tenant"},
    {RosterErrorKind::WrongStateHash, "wrong_state_hash"},
}};

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};

class StateHash {
public:
    StateHash() { m_hash.update(crypto::as_bytes(crypto::text(crypto::Purpose::RosterState))).update(k_zero); }
    void add(std::string_view id, const crypto::Digest& body_hash) {
        m_hash.update(crypto::as_bytes(id)).update(k_zero).update(body_hash.bytes());
    }
    [[nodiscard]] crypto::Digest digest() const { return m_hash.digest(); }

private:
    static constexpr std::array<std::uint8_t, 1> k_zero{0};
    crypto::Sha256 m_hash;
};

std::unexpected<RosterError> refuse(RosterErrorKind kind, std::string document,
                                    std::optional<DecodeError> error = std::nullopt) {
    return std::unexpected(
        RosterError{.kind = kind, .document = std::move(document), .decode_error = std::move(error)});
}

template <class Key, class Value>
const Value* find_in(const std::unordered_map<Key, Value>& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

void forget(auto& index, const auto& key, const auto& id) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    found->second.erase(id);
    if (found->second.empty()) index.erase(found);
}

}  // namespace

std::string_view to_string(RosterErrorKind kind) {
    return choice_text(k_error_kinds, kind);
}

std::string to_string(const RosterError& error) {
    std::string text(to_string(error.kind));
    if (!error.document.empty()) text.append(" ").append(error.document);
    if (error.decode_error) text.append(": ").append(to_string(*error.decode_error));
    return text;
}

struct Roster::Prepared {
    struct Entry {
        DocumentContent content;
        crypto::Digest hash;
    };
    // By document id text; nothing for a document that goes.
    std::map<std::string, std::optional<Entry>, std::less<>> entries;
    std::vector<DocumentId> removed;
};

std::expected<Roster, RosterError> Roster::create(std::vector<RosterDocument> documents) {
    Roster roster;
    const auto applied = roster.apply({.documents = std::move(documents), .removed = {}});
    if (!applied) return std::unexpected(applied.error());
    return roster;
}

std::expected<void, RosterError> Roster::apply(const RosterChanges& changes) {
    auto prepared = prepare(changes);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    commit(std::move(*prepared));
    return {};
}

std::expected<void, RosterError> Roster::apply(const RosterChanges& changes,
                                               const crypto::Digest& expected_state_hash) {
    auto prepared = prepare(changes);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    if (state_hash_with(*prepared) != expected_state_hash) return refuse(RosterErrorKind::WrongStateHash, {});
    commit(std::move(*prepared));
    return {};
}

std::expected<Roster::Prepared, RosterError> Roster::prepare(const RosterChanges& changes) const {
    Prepared prepared;
    std::optional<DocumentId> team = m_team ? std::optional(document_id(m_team->id)) : std::nullopt;
    std::optional<DocumentId> tenant = m_tenant ? std::optional(document_id(m_tenant->id)) : std::nullopt;
    for (const DocumentId& id : changes.removed) {
        auto [place, is_new] = prepared.entries.emplace(id.to_string(), std::nullopt);
        if (!is_new) return refuse(RosterErrorKind::RepeatedDocument, place->first);
        prepared.removed.push_back(id);
        if (team == id) team.reset();
        if (tenant == id) tenant.reset();
    }
    for (const RosterDocument& document : changes.documents) {
        std::string id = document.id.to_string();
        auto content = decode_document(document.id, document.body);
        if (!content) {
            return refuse(RosterErrorKind::MalformedDocument, std::move(id), std::move(content.error()));
        }
        if (document.id.kind == DocumentKind::Team && team.value_or(document.id) != document.id) {
            return refuse(RosterErrorKind::SecondTeam, std::move(id));
        }
        if (document.id.kind == DocumentKind::Tenant && tenant.value_or(document.id) != document.id) {
            return refuse(RosterErrorKind::SecondTenant, std::move(id));
        }
        if (document.id.kind == DocumentKind::Team) team = document.id;
        if (document.id.kind == DocumentKind::Tenant) tenant = document.id;
        Prepared::Entry entry{.content = std::move(*content), .hash = crypto::sha256(crypto::as_bytes(document.body))};
        auto [place, is_new] = prepared.entries.emplace(std::move(id), std::move(entry));
        if (!is_new) return refuse(RosterErrorKind::RepeatedDocument, place->first);
    }
    return prepared;
}

crypto::Digest Roster::state_hash() const {
    StateHash state;
    for (const auto& [id, hash] : m_hashes)
        state.add(id, hash);
    return state.digest();
}

crypto::Digest Roster::state_hash_with(const Prepared& prepared) const {
    StateHash state;
    auto change = prepared.entries.begin();
    const auto add_changes_before = [&](const std::string* id) {
        for (; change != prepared.entries.end() && (id == nullptr || change->first < *id); ++change) {
            if (change->second) state.add(change->first, change->second->hash);
        }
    };
    for (const auto& [id, hash] : m_hashes) {
        add_changes_before(&id);
        if (change == prepared.entries.end() || change->first != id) {
            state.add(id, hash);
            continue;
        }
        if (change->second) state.add(id, change->second->hash);
        ++change;
    }
    add_changes_before(nullptr);
    return state.digest();
}

void Roster::commit(Prepared prepared) {
    for (const DocumentId& id : prepared.removed)
        remove(id);
    for (auto& [id, entry] : prepared.entries) {
        if (!entry) continue;
        remove(document_id(entry->content));
        m_hashes.insert_or_assign(id, entry->hash);
        put(std::move(entry->content));
    }
}

void Roster::put(DocumentContent content) {
    std::visit(Overloaded{
                   [&](TeamDocument& team) { m_team = std::move(team); },
                   [&](TenantDocument& tenant) { m_tenant = std::move(tenant); },
                   [&](DeviceDocument& device) { m_devices.insert_or_assign(device.id, std::move(device)); },
                   [&](DeviceCodesDocument& codes) { m_device_codes.insert_or_assign(codes.id, std::move(codes)); },
                   [&](DeviceGroupDocument& group) { m_device_groups.insert_or_assign(group.id, std::move(group)); },
                   [&](DepartmentDocument& department) {
                       m_departments.insert_or_assign(department.id, std::move(department));
                   },
                   [&](TechnicianDocument& technician) {
                       m_by_account[technician.account].insert(technician.id);
                       m_by_username[technician.username].insert(technician.id);
                       m_technicians.insert_or_assign(technician.id, std::move(technician));
                   },
                   [&](RoleDocument& role) { m_roles.insert_or_assign(role.id, std::move(role)); },
                   [&](RightDocument& right) {
                       m_rights_by_subject[right.subject].insert(right.id);
                       m_rights.insert_or_assign(right.id, std::move(right));
                   },
                   [&](PolicyDocument& policy) { m_policies.insert_or_assign(policy.id, std::move(policy)); },
               },
               content);
}

void Roster::remove(const DocumentId& id) {
    const auto entry = m_hashes.find(id.to_string());
    if (entry == m_hashes.end()) return;
    m_hashes.erase(entry);
    switch (id.kind) {
        case DocumentKind::Team:
            m_team.reset();
            break;
        case DocumentKind::Tenant:
            m_tenant.reset();
            break;
        case DocumentKind::Device:
            m_devices.erase(DeviceId(id.uuid));
            break;
        case DocumentKind::DeviceCodes:
            m_device_codes.erase(DeviceCodesId(id.uuid));
            break;
        case DocumentKind::DeviceGroup:
            m_device_groups.erase(DeviceGroupId(id.uuid));
            break;
        case DocumentKind::Department:
            m_departments.erase(DepartmentId(id.uuid));
            break;
        case DocumentKind::Technician: {
            const auto technician = m_technicians.find(TechnicianId(id.uuid));
            forget(m_by_account, technician->second.account, technician->first);
            forget(m_by_username, technician->second.username, technician->first);
            m_technicians.erase(technician);
            break;
        }
        case DocumentKind::Role:
            m_roles.erase(RoleId(id.uuid));
            break;
        case DocumentKind::Right: {
            const auto right = m_rights.find(RightId(id.uuid));
            forget(m_rights_by_subject, right->second.subject, right->first);
            m_rights.erase(right);
            break;
        }
        case DocumentKind::Policy:
            m_policies.erase(PolicyId(id.uuid));
            break;
    }
}

std::vector<DocumentId> Roster::document_ids() const {
    std::vector<DocumentId> ids;
    ids.reserve(m_hashes.size());
    for (const auto& [text, hash] : m_hashes)
        ids.push_back(*DocumentId::parse(text));
    return ids;
}

std::optional<crypto::Digest> Roster::body_hash(const DocumentId& id) const {
    const auto found = m_hashes.find(id.to_string());
    return found == m_hashes.end() ? std::nullopt : std::optional(found->second);
}

const DeviceDocument* Roster::device(const DeviceId& id) const {
    return find_in(m_devices, id);
}
const DeviceCodesDocument* Roster::device_codes(const DeviceId& id) const {
    return find_in(m_device_codes, DeviceCodesId(id.uuid()));
}
const DeviceGroupDocument* Roster::device_group(const DeviceGroupId& id) const {
    return find_in(m_device_groups, id);
}
const DepartmentDocument* Roster::department(const DepartmentId& id) const {
    return find_in(m_departments, id);
}
const TechnicianDocument* Roster::technician(const TechnicianId& id) const {
    return find_in(m_technicians, id);
}
const RoleDocument* Roster::role(const RoleId& id) const {
    return find_in(m_roles, id);
}
const RightDocument* Roster::right(const RightId& id) const {
    return find_in(m_rights, id);
}

const PolicyDocument* Roster::policy(const PolicyId& id) const {
    const auto found = m_policies.find(id);
    return found == m_policies.end() ? nullptr : &found->second;
}

const TechnicianDocument* Roster::technician_by_account(std::string_view account) const {
    return only_one(m_by_account, account);
}

const TechnicianDocument* Roster::technician_by_username(std::string_view username) const {
    return only_one(m_by_username, username);
}

const TechnicianDocument* Roster::only_one(const NameIndex& index, std::string_view name) const {
    const auto found = index.find(name);
    if (found == index.end() || found->second.size() != 1) return nullptr;
    return technician(*found->second.begin());
}

const PhoneRecord* Roster::phone(const TechnicianId& technician_id, const PhoneId& id) const {
    const TechnicianDocument* const holder = technician(technician_id);
    if (holder == nullptr) return nullptr;
    const auto found = std::ranges::find(holder->phones, id, &PhoneRecord::id);
    return found == holder->phones.end() ? nullptr : &*found;
}

const std::string* Roster::shared_account() const {
    if (!m_tenant || m_tenant->account_mode != AccountMode::Shared) return nullptr;
    return &*m_tenant->shared_account;
}

const std::string& Roster::account_of(const TechnicianDocument& technician) const {
    const std::string* const shared = shared_account();
    return shared != nullptr ? *shared : technician.account;
}

const std::set<RightId>& Roster::rights_of(const RightSubject& subject) const {
    static const std::set<RightId> none;
    const auto found = m_rights_by_subject.find(subject);
    return found == m_rights_by_subject.end() ? none : found->second;
}

crypto::Digest roster_state_hash(std::span<const RosterDocument> documents) {
    std::map<std::string, const RosterDocument*> sorted;
    for (const RosterDocument& document : documents)
        sorted.emplace(document.id.to_string(), &document);
    StateHash state;
    for (const auto& [id, document] : sorted)
        state.add(id, crypto::sha256(crypto::as_bytes(document->body)));
    return state.digest();
}

}  // namespace doorward::protocol
