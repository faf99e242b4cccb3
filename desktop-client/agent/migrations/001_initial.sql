-- What the agent must not forget. One row tables carry CHECK (only = 1).

CREATE TABLE identity (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    signing_seed BLOB NOT NULL CHECK (length(signing_seed) = 32),
    agreement_key BLOB NOT NULL CHECK (length(agreement_key) = 32)
) STRICT;

CREATE TABLE enrolment (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    device_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    portal_key BLOB NOT NULL CHECK (length(portal_key) = 32),
    next_portal_key BLOB CHECK (length(next_portal_key) = 32),
    rp_id TEXT,
    origin TEXT
) STRICT;

CREATE TABLE roster_document (
    id TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;

-- Read and written at every decision, so it is one row: the audit chain's head (its sequence is also the store's
-- generation) and what is known about time.
CREATE TABLE ledger (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    audit_sequence INTEGER NOT NULL,
    audit_hash BLOB NOT NULL CHECK (length(audit_hash) = 32),
    audit_acknowledged INTEGER NOT NULL,
    clock_floor INTEGER NOT NULL,
    least_step INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    boots_since_head INTEGER NOT NULL,
    rolled_back INTEGER NOT NULL CHECK (rolled_back IN (0, 1))
) STRICT;

CREATE TABLE audit_event (
    sequence INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- Refusals of one kind that came too fast to be an event each; one event with their number ends the row.
CREATE TABLE audit_flood (
    subject TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    count INTEGER NOT NULL,
    pending INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A code's secret is known by the phone's agreement key; only steps above the highest count.
CREATE TABLE accepted_step (
    phone_key BLOB PRIMARY KEY CHECK (length(phone_key) = 32),
    highest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Offline sign-ins since the last signed head.
CREATE TABLE offline_use (
    technician_id TEXT PRIMARY KEY,
    sign_ins INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey_count (
    phone_id TEXT PRIMARY KEY,
    sign_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A wait is so many milliseconds from `since` on the boot clock of `boot_id`; a new boot starts it again.
CREATE TABLE attempt (
    scope TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    wait_ms INTEGER NOT NULL,
    since INTEGER NOT NULL,
    boot_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A row is never deleted and a uid never given twice. `used` is set before the account is made; from then on it is its
-- owner's for good, whoever has the name later.
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    uid INTEGER NOT NULL UNIQUE CHECK (uid BETWEEN 52000 AND 59999),
    full_name TEXT NOT NULL,
    technician_id TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;

-- The journal: what was being done to an account when the agent was last seen alive.
CREATE TABLE account_operation (
    account TEXT PRIMARY KEY REFERENCES account (name),
    operation TEXT NOT NULL CHECK (operation IN ('opening', 'closing')),
    technician_id TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (name),
    technician_id TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('online', 'offline')),
    service TEXT NOT NULL,
    terminal TEXT NOT NULL,
    remote_host TEXT NOT NULL,
    leader INTEGER NOT NULL,
    leader_started INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_boot INTEGER NOT NULL,
    ends_boot INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
