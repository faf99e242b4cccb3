-- The X25519 key that an administrator's passkey makes by its PRF, and that passkey's word for it: what halves of
-- break-glass codes are sealed to.
CREATE TABLE custodian_key (
    passkey_id BLOB PRIMARY KEY REFERENCES admin_passkey (id),
    agreement_key BLOB NOT NULL UNIQUE CHECK (length(agreement_key) = 32),
    proof_authenticator_data BLOB NOT NULL,
    proof_client_data_json BLOB NOT NULL,
    proof_signature BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A break-glass code as far as the portal knows it: who asked for it, who holds its halves, and these, sealed.
CREATE TABLE break_glass (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    device_id BLOB NOT NULL REFERENCES device (id),
    team_id BLOB NOT NULL REFERENCES team (id),
    state TEXT NOT NULL CHECK (state IN ('ordered', 'ready', 'used', 'replaced')),
    first_passkey_id BLOB NOT NULL REFERENCES admin_passkey (id),
    second_passkey_id BLOB NOT NULL REFERENCES admin_passkey (id),
    ordered_by BLOB NOT NULL REFERENCES technician (id),
    ordered_at INTEGER NOT NULL,
    body BLOB,                       -- the workstation's answer, as it came
    signature BLOB CHECK (length(signature) = 64),
    made_at INTEGER,
    used_at INTEGER,
    CHECK (first_passkey_id <> second_passkey_id),
    CHECK ((body IS NULL) = (signature IS NULL)),
    CHECK (state IN ('ordered', 'replaced') OR body IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX break_glass_by_device ON break_glass (device_id, id);
CREATE TRIGGER break_glass_needs_two_persons BEFORE INSERT ON break_glass
WHEN (SELECT t.person_id FROM admin_passkey k JOIN technician t ON t.id = k.technician_id WHERE k.id = NEW.first_passkey_id)
   = (SELECT t.person_id FROM admin_passkey k JOIN technician t ON t.id = k.technician_id WHERE k.id = NEW.second_passkey_id)
BEGIN SELECT RAISE(ABORT, 'the halves of a code are for two people'); END;
