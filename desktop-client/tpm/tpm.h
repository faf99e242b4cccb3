#pragma once

#include "crypto/bytes.h"
#include "crypto/secret_bytes.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace doorward::tpm {

enum class TpmError {
    NoTpm,    ///< it cannot be reached
    Missing,  ///< there is no counter of ours
    Refused,  ///< what was sealed is not this TPM's, or it was cleared since
    Failed,
};
[[nodiscard]] std::string_view to_string(TpmError error);

/// One connection to a TPM 2.0 through tpm2-tss (ESYS). Keys are under the storage hierarchy's primary key (ECC P-256,
/// made anew from the hierarchy's seed each time), without PCRs: a firmware update changes nothing, clearing the TPM
/// everything. What is secret crosses the bus inside a salted session.
class Tpm {
public:
    /// `tcti` as tpm2-tss writes it, "device:/dev/tpmrm0".
    [[nodiscard]] static std::expected<Tpm, TpmError> open(const std::string& tcti);
    Tpm(Tpm&& other) noexcept;
    Tpm& operator=(Tpm&&) = delete;
    ~Tpm();

    [[nodiscard]] std::expected<crypto::Bytes, TpmError> seal(crypto::ByteView secret);
    [[nodiscard]] std::expected<crypto::SecretBytes, TpmError> unseal(crypto::ByteView sealed);

    /// A counter that only grows, also across being removed and made again (TPM 2.0 part 1, section 37.2.5). Something
    /// else under its index counts as missing.
    [[nodiscard]] std::expected<std::uint64_t, TpmError> counter();
    /// Makes it where it is missing, and counts once; the new value.
    [[nodiscard]] std::expected<std::uint64_t, TpmError> count();

private:
    struct Connection;
    explicit Tpm(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> m_connection;
};

}  // namespace doorward::tpm
