#include "desktop-client/tpm/tpm.h"

#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

namespace doorward::tpm {
namespace {

// In the range that is the owner's (TCG registry of reserved handles).
constexpr TPM2_HANDLE k_counter_index = 0x01800d0d;
constexpr TPMA_NV k_counter_attributes =
    TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_NO_DA | (TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT);

// What ESYS hands out, freed with its owner; wiped because some of it is secret.
template <class Value>
class Owned {
public:
    Owned() = default;
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() {
        if (m_value == nullptr) return;
        explicit_bzero(m_value, sizeof(Value));
        Esys_Free(m_value);
    }
    [[nodiscard]] Value** out() { return &m_value; }
    [[nodiscard]] const Value& operator*() const { return *m_value; }
    [[nodiscard]] const Value* operator->() const { return m_value; }

private:
    Value* m_value = nullptr;
};

// A transient object or session, flushed with its owner.
class Handle {
public:
    explicit Handle(ESYS_CONTEXT* context) : m_context(context) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (m_handle != ESYS_TR_NONE) Esys_FlushContext(m_context, m_handle);
    }
    [[nodiscard]] ESYS_TR* out() { return &m_handle; }
    [[nodiscard]] ESYS_TR get() const { return m_handle; }

private:
    ESYS_CONTEXT* m_context;
    ESYS_TR m_handle = ESYS_TR_NONE;
};

TPM2B_PUBLIC primary_template() {
    TPM2B_PUBLIC wanted{};
    auto& area = wanted.publicArea;
    area.type = TPM2_ALG_ECC;
    area.nameAlg = TPM2_ALG_SHA256;
    area.objectAttributes = TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT |
                            TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_NODA;
    auto& curve = area.parameters.eccDetail;
    curve.symmetric.algorithm = TPM2_ALG_AES;
    curve.symmetric.keyBits.aes = 128;
    curve.symmetric.mode.aes = TPM2_ALG_CFB;
    curve.scheme.scheme = TPM2_ALG_NULL;
    curve.curveID = TPM2_ECC_NIST_P256;
    curve.kdf.scheme = TPM2_ALG_NULL;
    return wanted;
}

TPM2B_PUBLIC sealed_template() {
    TPM2B_PUBLIC wanted{};
    auto& area = wanted.publicArea;
    area.type = TPM2_ALG_KEYEDHASH;
    area.nameAlg = TPM2_ALG_SHA256;
    area.objectAttributes =
        TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_NODA;
    area.parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
    return wanted;
}

}  // namespace

std::string_view to_string(TpmError error) {
    switch (error) {
        case TpmError::NoTpm:
            return "no_tpm";
        case TpmError::Missing:
            return "missing";
        case TpmError::Refused:
            return "refused";
        case TpmError::Failed:
            return "failed";
    }
    return "unknown";
}

struct Tpm::Connection {
    TSS2_TCTI_CONTEXT* transport = nullptr;
    ESYS_CONTEXT* context = nullptr;

    ~Connection() {
        if (context != nullptr) Esys_Finalize(&context);
        if (transport != nullptr) Tss2_TctiLdr_Finalize(&transport);
    }

    [[nodiscard]] bool make_primary(Handle& primary) const {
        const TPM2B_SENSITIVE_CREATE nothing{};
        const TPM2B_DATA outside{};
        const TPML_PCR_SELECTION no_pcrs{};
        const auto wanted = primary_template();
        return Esys_CreatePrimary(context, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &nothing,
                                  &wanted, &outside, &no_pcrs, primary.out(), nullptr, nullptr, nullptr,
                                  nullptr) == TSS2_RC_SUCCESS;
    }

    /// Salted with the primary key, so that the first parameter is read by the TPM alone.
    [[nodiscard]] bool start_session(Handle& session, const Handle& primary) const {
        TPMT_SYM_DEF cipher{};
        cipher.algorithm = TPM2_ALG_AES;
        cipher.keyBits.aes = 128;
        cipher.mode.aes = TPM2_ALG_CFB;
        return Esys_StartAuthSession(context, primary.get(), ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                     nullptr, TPM2_SE_HMAC, &cipher, TPM2_ALG_SHA256, session.out()) == TSS2_RC_SUCCESS;
    }
    void conceal(const Handle& session, TPMA_SESSION direction) const {
        Esys_TRSess_SetAttributes(context, session.get(), direction | TPMA_SESSION_CONTINUESESSION, 0xff);
    }

    /// The counter's handle; nothing where there is none or something else is in its place.
    [[nodiscard]] std::optional<ESYS_TR> find_counter() const {
        ESYS_TR handle = ESYS_TR_NONE;
        if (Esys_TR_FromTPMPublic(context, k_counter_index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &handle) !=
            TSS2_RC_SUCCESS) {
            return std::nullopt;
        }
        Owned<TPM2B_NV_PUBLIC> found;
        const bool is_read = Esys_NV_ReadPublic(context, handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, found.out(),
                                                nullptr) == TSS2_RC_SUCCESS;
        const bool is_ours = is_read && (found->nvPublic.attributes & ~TPMA_NV_WRITTEN) == k_counter_attributes &&
                             found->nvPublic.dataSize == sizeof(std::uint64_t);
        if (is_ours) return handle;
        Esys_TR_Close(context, &handle);
        return std::nullopt;
    }
    [[nodiscard]] std::optional<ESYS_TR> make_counter() const {
        const TPM2B_AUTH no_password{};
        TPM2B_NV_PUBLIC wanted{};
        wanted.nvPublic.nvIndex = k_counter_index;
        wanted.nvPublic.nameAlg = TPM2_ALG_SHA256;
        wanted.nvPublic.attributes = k_counter_attributes;
        wanted.nvPublic.dataSize = sizeof(std::uint64_t);
        ESYS_TR handle = ESYS_TR_NONE;
        if (Esys_NV_DefineSpace(context, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &no_password,
                                &wanted, &handle) != TSS2_RC_SUCCESS) {
            return std::nullopt;
        }
        return handle;
    }
};

std::expected<Tpm, TpmError> Tpm::open(const std::string& tcti) {
    auto connection = std::make_unique<Connection>();
    if (Tss2_TctiLdr_Initialize(tcti.c_str(), &connection->transport) != TSS2_RC_SUCCESS ||
        Esys_Initialize(&connection->context, connection->transport, nullptr) != TSS2_RC_SUCCESS) {
        return std::unexpected(TpmError::NoTpm);
    }
    return Tpm(std::move(connection));
}

Tpm::Tpm(std::unique_ptr<Connection> connection) : m_connection(std::move(connection)) {}
Tpm::Tpm(Tpm&& other) noexcept = default;
Tpm::~Tpm() = default;

std::expected<crypto::Bytes, TpmError> Tpm::seal(crypto::ByteView secret) {
    Handle primary(m_connection->context);
    Handle session(m_connection->context);
    if (!m_connection->make_primary(primary) || !m_connection->start_session(session, primary)) {
        return std::unexpected(TpmError::Failed);
    }
    TPM2B_SENSITIVE_CREATE sensitive{};
    if (secret.size() > sizeof sensitive.sensitive.data.buffer) return std::unexpected(TpmError::Failed);
    sensitive.sensitive.data.size = static_cast<UINT16>(secret.size());
    std::ranges::copy(secret, sensitive.sensitive.data.buffer);
    const TPM2B_DATA outside{};
    const TPML_PCR_SELECTION no_pcrs{};
    const auto wanted = sealed_template();
    Owned<TPM2B_PRIVATE> made_private;
    Owned<TPM2B_PUBLIC> made_public;
    m_connection->conceal(session, TPMA_SESSION_DECRYPT);
    const auto made =
        Esys_Create(m_connection->context, primary.get(), session.get(), ESYS_TR_NONE, ESYS_TR_NONE, &sensitive,
                    &wanted, &outside, &no_pcrs, made_private.out(), made_public.out(), nullptr, nullptr, nullptr);
    explicit_bzero(&sensitive, sizeof sensitive);
    if (made != TSS2_RC_SUCCESS) return std::unexpected(TpmError::Failed);

    crypto::Bytes sealed(sizeof(TPM2B_PUBLIC) + sizeof(TPM2B_PRIVATE));
    std::size_t size = 0;
    if (Tss2_MU_TPM2B_PUBLIC_Marshal(&*made_public, sealed.data(), sealed.size(), &size) != TSS2_RC_SUCCESS ||
        Tss2_MU_TPM2B_PRIVATE_Marshal(&*made_private, sealed.data(), sealed.size(), &size) != TSS2_RC_SUCCESS) {
        return std::unexpected(TpmError::Failed);
    }
    sealed.resize(size);
    return sealed;
}

std::expected<crypto::SecretBytes, TpmError> Tpm::unseal(crypto::ByteView sealed) {
    TPM2B_PUBLIC held_public{};
    TPM2B_PRIVATE held_private{};
    std::size_t read = 0;
    if (Tss2_MU_TPM2B_PUBLIC_Unmarshal(sealed.data(), sealed.size(), &read, &held_public) != TSS2_RC_SUCCESS ||
        Tss2_MU_TPM2B_PRIVATE_Unmarshal(sealed.data(), sealed.size(), &read, &held_private) != TSS2_RC_SUCCESS ||
        read != sealed.size()) {
        return std::unexpected(TpmError::Refused);
    }
    Handle primary(m_connection->context);
    Handle session(m_connection->context);
    if (!m_connection->make_primary(primary) || !m_connection->start_session(session, primary)) {
        return std::unexpected(TpmError::Failed);
    }
    Handle object(m_connection->context);
    m_connection->conceal(session, TPMA_SESSION_DECRYPT);
    if (Esys_Load(m_connection->context, primary.get(), session.get(), ESYS_TR_NONE, ESYS_TR_NONE, &held_private,
                  &held_public, object.out()) != TSS2_RC_SUCCESS) {
        return std::unexpected(TpmError::Refused);
    }
    Owned<TPM2B_SENSITIVE_DATA> secret;
    m_connection->conceal(session, TPMA_SESSION_ENCRYPT);
    if (Esys_Unseal(m_connection->context, object.get(), session.get(), ESYS_TR_NONE, ESYS_TR_NONE, secret.out()) !=
        TSS2_RC_SUCCESS) {
        return std::unexpected(TpmError::Refused);
    }
    return crypto::SecretBytes::copy_of({secret->buffer, secret->size});
}

std::expected<std::uint64_t, TpmError> Tpm::counter() {
    auto handle = m_connection->find_counter();
    if (!handle) return std::unexpected(TpmError::Missing);
    Owned<TPM2B_MAX_NV_BUFFER> content;
    const auto read = Esys_NV_Read(m_connection->context, *handle, *handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                   ESYS_TR_NONE, sizeof(std::uint64_t), 0, content.out());
    Esys_TR_Close(m_connection->context, &*handle);
    // Made, and never counted: somebody was interrupted.
    if (read == TPM2_RC_NV_UNINITIALIZED) return std::unexpected(TpmError::Missing);
    std::uint64_t value = 0;
    std::size_t offset = 0;
    if (read != TSS2_RC_SUCCESS ||
        Tss2_MU_UINT64_Unmarshal(content->buffer, content->size, &offset, &value) != TSS2_RC_SUCCESS) {
        return std::unexpected(TpmError::Failed);
    }
    return value;
}

std::expected<std::uint64_t, TpmError> Tpm::count() {
    auto handle = m_connection->find_counter();
    if (!handle) handle = m_connection->make_counter();
    if (!handle) return std::unexpected(TpmError::Failed);
    const auto counted =
        Esys_NV_Increment(m_connection->context, *handle, *handle, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE);
    Esys_TR_Close(m_connection->context, &*handle);
    if (counted != TSS2_RC_SUCCESS) return std::unexpected(TpmError::Failed);
    return counter();
}

}  // namespace doorward::tpm
