-- Codes of a tenant that has one secret for all its confirmed workstations. The secret is sealed with a key that is not
-- in here; null in `ends_at`: in use, otherwise until when it still counts beside the one that took its place.
CREATE TABLE tenant_secret (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    sealed BLOB NOT NULL CHECK (length(sealed) = 60),
    made_at INTEGER NOT NULL,
    ends_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tenant_secret_in_use ON tenant_secret (tenant_id) WHERE ends_at IS NULL;
CREATE INDEX tenant_secret_by_tenant ON tenant_secret (tenant_id);

-- Workstations that an administrator, and a second one, let have the tenant's secret.
CREATE TABLE confirmed_workstation (
    device_id BLOB PRIMARY KEY REFERENCES device (id),
    change_id BLOB NOT NULL REFERENCES change (id),
    confirmed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who was shown a secret for an authenticator app: each technician once.
CREATE TABLE tenant_secret_reading (
    secret_id BLOB NOT NULL,
    technician_id BLOB NOT NULL REFERENCES technician (id),
    read_at INTEGER NOT NULL,
    PRIMARY KEY (secret_id, technician_id)
) STRICT, WITHOUT ROWID;

-- Which workstation took which code, as their logs say: two with one code are an alarm.
CREATE TABLE tenant_code_use (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    secret_id BLOB NOT NULL CHECK (length(secret_id) = 16),
    step INTEGER NOT NULL,
    device_id BLOB NOT NULL REFERENCES device (id),
    alarmed_at INTEGER,              -- another workstation had taken it
    PRIMARY KEY (tenant_id, secret_id, step, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_code_alarm ON tenant_code_use (alarmed_at) WHERE alarmed_at IS NOT NULL;

ALTER TABLE account_switch ADD COLUMN before_code_scheme TEXT CHECK (before_code_scheme IN ('per_machine', 'per_tenant'));

-- Two more kinds of changes. A CHECK is replaced together with its table; the columns stand in the same order.
CREATE TABLE wider_change (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    kind TEXT NOT NULL CHECK (kind IN ('right_grant', 'technician_enable', 'tenant_offline_days',
                                       'tenant_longest_session', 'tenant_resume', 'device_resume', 'phone_pairing',
                                       'administrator_passkey', 'tenant_code_scheme', 'workstation_confirmation')),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('technician', 'everyone', 'tenant', 'device')),
    subject_id BLOB,
    payload BLOB NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'withdrawn', 'applied_alone')),
    author_id BLOB NOT NULL REFERENCES technician (id),
    author_person_id BLOB NOT NULL REFERENCES person (id),
    decided_by BLOB REFERENCES technician (id),
    decided_by_person_id BLOB REFERENCES person (id),
    reason TEXT,
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    assertion_credential_id BLOB,
    assertion_authenticator_data BLOB,
    assertion_client_data_json BLOB,
    assertion_signature BLOB
) STRICT, WITHOUT ROWID;
INSERT INTO wider_change SELECT * FROM change;
DROP TABLE change;
ALTER TABLE wider_change RENAME TO change;
CREATE INDEX change_by_state ON change (team_id, state, id);
CREATE TRIGGER change_needs_another_person BEFORE UPDATE OF state ON change
WHEN NEW.state = 'accepted' AND (NEW.decided_by_person_id IS NULL OR NEW.decided_by_person_id = OLD.author_person_id
    OR NEW.decided_by_person_id <> (SELECT person_id FROM technician WHERE id = NEW.decided_by AND team_id = OLD.team_id)
    OR NOT EXISTS (SELECT 1 FROM technician WHERE id = NEW.decided_by AND team_id = OLD.team_id))
BEGIN SELECT RAISE(ABORT, 'a change is accepted by another person of the team'); END;
CREATE TRIGGER change_is_decided_once BEFORE UPDATE ON change
WHEN OLD.state <> 'pending' OR NEW.payload <> OLD.payload OR NEW.digest <> OLD.digest OR NEW.kind <> OLD.kind
    OR NEW.author_id <> OLD.author_id OR NEW.author_person_id <> OLD.author_person_id OR NEW.state = 'applied_alone'
BEGIN SELECT RAISE(ABORT, 'a change is decided once and never rewritten'); END;
CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
CREATE TRIGGER change_starts_pending_or_alone BEFORE INSERT ON change
WHEN NEW.state NOT IN ('pending', 'applied_alone')
    OR NEW.author_person_id <> (SELECT person_id FROM technician WHERE id = NEW.author_id AND team_id = NEW.team_id)
BEGIN SELECT RAISE(ABORT, 'a change starts pending, in the name of its author'); END;
CREATE TRIGGER change_is_accepted_by_signature BEFORE UPDATE OF state ON change
WHEN NEW.state = 'accepted' AND (NEW.assertion_credential_id IS NULL OR NEW.assertion_authenticator_data IS NULL
    OR NEW.assertion_client_data_json IS NULL OR NEW.assertion_signature IS NULL)
BEGIN SELECT RAISE(ABORT, 'a change is accepted by a signature'); END;
