#pragma once

#include "crypto/secret_key.h"
#include "desktop-client/agent/config.h"
#include "desktop-client/agent/services/tpm_tool.h"

#include <expected>
#include <filesystem>
#include <optional>
#include <string_view>

namespace doorward::agent {

enum class KeyError {
    Missing,
    Unsafe,
    Malformed,
    NotStored,
    Unavailable,  ///< what keeps it cannot be reached: no TPM, no systemd-creds
    Refused,      ///< what keeps it does not give it out: another machine's, or a TPM that was cleared
    WrongCode,    ///< the recovery code is not this store's
};
[[nodiscard]] std::string_view to_string(KeyError error);

enum class KeyNeed {
    OfNewStore,       ///< made now if there is none
    OfExistingStore,  ///< a missing key is an error: a new one would open nothing
};

/// What keeps the store's key.
enum class KeyPlace {
    File,          ///< 32 bytes as they are, in a file that only root can read
    Tpm2,          ///< sealed by the TPM under its storage hierarchy, without PCRs
    SystemdCreds,  ///< encrypted by systemd-creds(1), with what it finds best
};
[[nodiscard]] std::string_view to_string(KeyPlace place);
[[nodiscard]] std::optional<KeyPlace> parse_key_place(std::string_view text);

/// The store's key, in one file beside the store: 32 bytes as they are, or a first line that names what keeps them, and
/// then what that made of them. Changing the place replaces the file as a whole, after what it will hold was opened
/// again: a crash leaves the one or the other. Beside it a recovery slot, the key sealed with a code that is printed
/// once. Blocks where another program is asked.
class StoreKeyFile {
public:
    explicit StoreKeyFile(const Config& config);

    [[nodiscard]] std::expected<crypto::StoreKey, KeyError> key(KeyNeed need) const;
    [[nodiscard]] std::expected<KeyPlace, KeyError> place() const;
    [[nodiscard]] bool has_recovery() const;

    /// With a recovery code where the place may lose the key; back in a file, the slot goes. Error::Malformed for a
    /// code of another length.
    [[nodiscard]] std::expected<void, KeyError> move(KeyPlace to, crypto::ByteView recovery_code) const;
    /// The key by the recovery code; nothing is written.
    [[nodiscard]] std::expected<crypto::StoreKey, KeyError> recover(crypto::ByteView recovery_code) const;
    /// Puts a recovered key back in a file.
    [[nodiscard]] std::expected<void, KeyError> keep_in_file(const crypto::StoreKey& key) const;

private:
    [[nodiscard]] std::filesystem::path recovery_file() const { return m_file.native() + ".recovery"; }
    [[nodiscard]] std::expected<crypto::Bytes, KeyError> wrap(KeyPlace place, const crypto::StoreKey& key) const;
    [[nodiscard]] std::expected<crypto::StoreKey, KeyError> unwrap(KeyPlace place, crypto::ByteView wrapped) const;
    [[nodiscard]] std::expected<void, KeyError> replace(crypto::ByteView content) const;

    std::filesystem::path m_file;
    std::filesystem::path m_credential_tool;
    TpmTool m_tpm;
};

}  // namespace doorward::agent
