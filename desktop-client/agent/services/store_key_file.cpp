#include "desktop-client/agent/services/store_key_file.h"

#include "crypto/aead.h"
#include "crypto/hkdf.h"
#include "desktop-client/agent/accounts/file_descriptor.h"
#include "desktop-client/agent/recovery_code.h"
#include "platform/process.h"
#include "platform/secure_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace doorward::agent {
namespace {

constexpr std::size_t k_longest_file = 16 * 1024;
constexpr std::string_view k_heading = "doorward-key/1 ";
constexpr std::string_view k_credential_name = "--name=doorward-agent-store";
constexpr std::array k_places{KeyPlace::File, KeyPlace::Tpm2, KeyPlace::SystemdCreds};

struct RecoveryRole {};
using RecoveryKey = crypto::SecretKey<RecoveryRole, 32>;

RecoveryKey recovery_key(crypto::ByteView code) {
    return crypto::derive_key<RecoveryKey>(crypto::Purpose::StoreRecovery, code, {});
}

crypto::AssociatedData recovery_data() {
    return crypto::AssociatedData(crypto::as_bytes(crypto::text(crypto::Purpose::StoreRecovery)));
}

struct Content {
    KeyPlace place;
    crypto::SecretBytes wrapped;
};

std::expected<Content, KeyError> parse(const crypto::SecretBytes& file) {
    const auto bytes = file.bytes();
    if (bytes.size() == crypto::StoreKey::k_size) return Content{KeyPlace::File, file.clone()};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto end = text.find('\n');
    if (!text.starts_with(k_heading) || end == std::string_view::npos) return std::unexpected(KeyError::Malformed);
    const auto place = parse_key_place(text.substr(k_heading.size(), end - k_heading.size()));
    if (!place || *place == KeyPlace::File) return std::unexpected(KeyError::Malformed);
    return Content{*place, crypto::SecretBytes::copy_of(bytes.subspan(end + 1))};
}

std::expected<Content, KeyError> read(const std::filesystem::path& file) {
    const auto content = platform::read_secret_file(file, k_longest_file);
    if (content) return parse(*content);
    if (content.error() == platform::FileError::Missing) return std::unexpected(KeyError::Missing);
    const bool is_odd =
        content.error() == platform::FileError::TooLarge || content.error() == platform::FileError::Empty;
    return std::unexpected(is_odd ? KeyError::Malformed : KeyError::Unsafe);
}

KeyError key_error(TpmError error) {
    return error == TpmError::Refused ? KeyError::Refused : KeyError::Unavailable;
}

// What a file held that was replaced: best effort, because neither a journal nor a flash disk promises anything.
void overwrite(int descriptor) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) return;
    const crypto::Bytes zeros(static_cast<std::size_t>(status.st_size), 0);
    if (::pwrite(descriptor, zeros.data(), zeros.size(), 0) == status.st_size) ::fsync(descriptor);
}

}  // namespace

std::string_view to_string(KeyError error) {
    switch (error) {
        case KeyError::Missing:
            return "missing";
        case KeyError::Unsafe:
            return "unsafe";
        case KeyError::Malformed:
            return "malformed";
        case KeyError::NotStored:
            return "not_stored";
        case KeyError::Unavailable:
            return "unavailable";
        case KeyError::Refused:
            return "refused";
        case KeyError::WrongCode:
            return "wrong_code";
    }
    return "unknown";
}

std::string_view to_string(KeyPlace place) {
    switch (place) {
        case KeyPlace::File:
            return "file";
        case KeyPlace::Tpm2:
            return "tpm2";
        case KeyPlace::SystemdCreds:
            return "systemd-creds";
    }
    return "unknown";
}

std::optional<KeyPlace> parse_key_place(std::string_view text) {
    const auto found = std::ranges::find(k_places, text, [](KeyPlace place) { return to_string(place); });
    return found == k_places.end() ? std::nullopt : std::optional(*found);
}

StoreKeyFile::StoreKeyFile(const Config& config)
    : m_file(config.key_file), m_credential_tool(config.credential_tool), m_tpm(config) {}

std::expected<crypto::StoreKey, KeyError> StoreKeyFile::key(KeyNeed need) const {
    const auto content = read(m_file);
    if (content) return unwrap(content->place, content->wrapped.bytes());
    if (content.error() != KeyError::Missing || need == KeyNeed::OfExistingStore) {
        return std::unexpected(content.error());
    }
    if (!platform::ensure_folder(m_file.parent_path())) return std::unexpected(KeyError::NotStored);
    auto key = crypto::StoreKey::generate();
    if (!platform::write_secret_file(m_file, key.bytes())) return std::unexpected(KeyError::NotStored);
    return key;
}

std::expected<KeyPlace, KeyError> StoreKeyFile::place() const {
    const auto content = read(m_file);
    if (!content) return std::unexpected(content.error());
    return content->place;
}

bool StoreKeyFile::has_recovery() const {
    return platform::read_secret_file(recovery_file(), k_longest_file).has_value();
}

std::expected<void, KeyError> StoreKeyFile::move(KeyPlace to, crypto::ByteView recovery_code) const {
    const auto current = key(KeyNeed::OfExistingStore);
    if (!current) return std::unexpected(current.error());
    if (to == KeyPlace::File) {
        if (auto kept = keep_in_file(*current); !kept) return kept;
        const auto removed = platform::remove_file(recovery_file());
        const bool is_gone = removed || removed.error() == platform::FileError::Missing;
        return is_gone ? std::expected<void, KeyError>() : std::unexpected(KeyError::NotStored);
    }
    if (recovery_code.size() != k_recovery_code_size) return std::unexpected(KeyError::Malformed);
    auto wrapped = wrap(to, *current);
    if (!wrapped) return std::unexpected(wrapped.error());
    const auto opened = unwrap(to, *wrapped);
    if (!opened) return std::unexpected(opened.error());
    if (!(*opened == *current)) return std::unexpected(KeyError::Refused);
    // The way back stands before the old way is gone.
    const auto slot = crypto::seal(recovery_key(recovery_code), current->bytes(), recovery_data());
    if (!platform::write_secret_file(recovery_file(), slot, platform::IfPresent::Replace)) {
        return std::unexpected(KeyError::NotStored);
    }
    std::string content(k_heading);
    content.append(to_string(to)).append("\n").append(wrapped->begin(), wrapped->end());
    return replace(crypto::as_bytes(content));
}

std::expected<crypto::StoreKey, KeyError> StoreKeyFile::recover(crypto::ByteView recovery_code) const {
    const auto slot = platform::read_secret_file(recovery_file(), k_longest_file);
    if (!slot) {
        return std::unexpected(slot.error() == platform::FileError::Missing ? KeyError::Missing : KeyError::Unsafe);
    }
    if (recovery_code.size() != k_recovery_code_size) return std::unexpected(KeyError::WrongCode);
    const auto opened = crypto::open(recovery_key(recovery_code), slot->bytes(), recovery_data());
    if (!opened) return std::unexpected(KeyError::WrongCode);
    auto key = crypto::StoreKey::create(opened->bytes());
    if (!key) return std::unexpected(KeyError::Malformed);
    return std::move(*key);
}

std::expected<void, KeyError> StoreKeyFile::keep_in_file(const crypto::StoreKey& key) const {
    return replace(key.bytes());
}

std::expected<void, KeyError> StoreKeyFile::replace(crypto::ByteView content) const {
    const FileDescriptor before(::open(m_file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!platform::write_secret_file(m_file, content, platform::IfPresent::Replace)) {
        return std::unexpected(KeyError::NotStored);
    }
    if (before) overwrite(before.get());
    return {};
}

std::expected<crypto::Bytes, KeyError> StoreKeyFile::wrap(KeyPlace place, const crypto::StoreKey& key) const {
    if (place == KeyPlace::Tpm2) {
        auto sealed = m_tpm.seal(key.bytes());
        if (!sealed) return std::unexpected(key_error(sealed.error()));
        return std::move(*sealed);
    }
    platform::ProcessOptions options;
    options.arguments = {m_credential_tool, "encrypt", std::string(k_credential_name), "-", "-"};
    options.standard_input = key.bytes();
    const auto done = platform::run_process(options);
    if (!done || !done->succeeded()) return std::unexpected(KeyError::Unavailable);
    return crypto::Bytes(done->standard_output.begin(), done->standard_output.end());
}

std::expected<crypto::StoreKey, KeyError> StoreKeyFile::unwrap(KeyPlace place, crypto::ByteView wrapped) const {
    crypto::SecretBytes secret;
    if (place == KeyPlace::File) {
        secret = crypto::SecretBytes::copy_of(wrapped);
    } else if (place == KeyPlace::Tpm2) {
        auto unsealed = m_tpm.unseal(wrapped);
        if (!unsealed) return std::unexpected(key_error(unsealed.error()));
        secret = std::move(*unsealed);
    } else {
        platform::ProcessOptions options;
        options.arguments = {m_credential_tool, "decrypt", std::string(k_credential_name), "-", "-"};
        options.standard_input = wrapped;
        secret = crypto::SecretBytes::zeroed(crypto::StoreKey::k_size);
        options.secret_output = secret.writable_bytes();
        const auto done = platform::run_process(options);
        if (!done) return std::unexpected(KeyError::Unavailable);
        if (!done->succeeded() || done->secret_size != secret.size()) return std::unexpected(KeyError::Refused);
    }
    auto key = crypto::StoreKey::create(secret.bytes());
    if (!key) return std::unexpected(KeyError::Malformed);
    return std::move(*key);
}

}  // namespace doorward::agent
