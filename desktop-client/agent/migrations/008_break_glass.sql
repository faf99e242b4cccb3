-- What was answered to the portal's latest order of a break-glass code: the halves, sealed for two administrators. The
-- code itself is nowhere, its hash in a file of its own.
CREATE TABLE break_glass (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    order_id TEXT NOT NULL,
    body BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;

-- A session by break-glass is nobody's in particular.
CREATE TABLE session_of_anybody (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (name),
    technician_id TEXT,
    method TEXT NOT NULL CHECK (method IN ('online', 'offline', 'break_glass')),
    service TEXT NOT NULL,
    terminal TEXT NOT NULL,
    remote_host TEXT NOT NULL,
    leader INTEGER NOT NULL,
    leader_started INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_boot INTEGER NOT NULL,
    ends_boot INTEGER NOT NULL,
    audit_session INTEGER,
    CHECK ((technician_id IS NULL) = (method = 'break_glass'))
) STRICT, WITHOUT ROWID;
INSERT INTO session_of_anybody
    SELECT id, account, technician_id, method, service, terminal, remote_host, leader, leader_started, boot_id,
           opened_at, opened_boot, ends_boot, audit_session FROM session;
DROP TABLE session;
ALTER TABLE session_of_anybody RENAME TO session;
