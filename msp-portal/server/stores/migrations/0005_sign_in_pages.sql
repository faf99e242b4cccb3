-- A sign-in waits for its commit, and the commit for each page it writes. So what an approval changes is kept together:
-- the log's lists are entered in portions (audit_store), and a request's row lies in one page with one index.

-- Where the log's lists find an event: under its team, its tenant, its device, and the team's events of its kind.
CREATE TABLE audit_place (
    list TEXT NOT NULL,              -- 'team', 'tenant', 'device' or 'kind/' and the kind
    id BLOB NOT NULL CHECK (length(id) = 16),
    row INTEGER NOT NULL,            -- the event's rowid
    PRIMARY KEY (list, id, row)
) STRICT, WITHOUT ROWID;
-- Events above this row have no places yet.
CREATE TABLE audit_placed (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    up_to INTEGER NOT NULL
) STRICT;

CREATE TABLE new_audit_event (
    id BLOB NOT NULL CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    source TEXT NOT NULL CHECK (source IN ('portal', 'device')),
    source_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL,              -- what was hashed
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    clock_trusted INTEGER NOT NULL CHECK (clock_trusted IN (0, 1)),
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('success', 'refused', 'failed', 'noted')),
    reason TEXT,
    tenant_id BLOB,
    device_id BLOB,
    technician_id BLOB,
    actor_id BLOB,
    account TEXT,
    session_id BLOB,
    request_id BLOB,
    service TEXT,
    terminal TEXT,
    remote_host TEXT,
    ticket TEXT,
    count INTEGER NOT NULL,
    duration_ms INTEGER,
    subject_kind TEXT,
    subject_id BLOB,
    subject_name TEXT,
    UNIQUE (source_id, sequence)
) STRICT;
INSERT INTO new_audit_event (rowid, id, team_id, source, source_id, sequence, hash, body, at, received_at, clock_trusted,
    kind, outcome, reason, tenant_id, device_id, technician_id, actor_id, account, session_id, request_id, service,
    terminal, remote_host, ticket, count, duration_ms, subject_kind, subject_id, subject_name)
  SELECT rowid, id, team_id, source, source_id, sequence, hash, body, at, received_at, clock_trusted, kind, outcome,
    reason, tenant_id, device_id, technician_id, actor_id, account, session_id, request_id, service, terminal,
    remote_host, ticket, count, duration_ms, subject_kind, subject_id, subject_name FROM audit_event;
DROP TABLE audit_event;
ALTER TABLE new_audit_event RENAME TO audit_event;
CREATE TRIGGER audit_event_is_not_changed BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;

INSERT INTO audit_placed SELECT 1, coalesce(max(rowid), 0) FROM audit_event;
INSERT INTO audit_place SELECT 'team', team_id, rowid FROM audit_event;
INSERT INTO audit_place SELECT 'tenant', tenant_id, rowid FROM audit_event WHERE tenant_id IS NOT NULL;
INSERT INTO audit_place SELECT 'device', device_id, rowid FROM audit_event WHERE device_id IS NOT NULL;
INSERT INTO audit_place SELECT 'kind/' || kind, team_id, rowid FROM audit_event;

CREATE TABLE new_sign_in_request (
    id BLOB NOT NULL CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    device_id BLOB NOT NULL REFERENCES device (id),
    technician_id BLOB NOT NULL REFERENCES technician (id),
    body BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    state TEXT NOT NULL CHECK (state IN ('approved', 'refused', 'not_me', 'expired', 'cancelled')),
    silent INTEGER NOT NULL CHECK (silent IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    phone_id BLOB REFERENCES phone (id),
    assertion_credential_id BLOB,
    assertion_authenticator_data BLOB,
    assertion_client_data_json BLOB,
    assertion_signature BLOB,
    -- A technician's request ends once; what one workstation sends can use up nobody else's.
    UNIQUE (technician_id, id),
    CHECK (state <> 'approved' OR (phone_id IS NOT NULL AND assertion_signature IS NOT NULL))
) STRICT;
INSERT INTO new_sign_in_request SELECT * FROM sign_in_request ORDER BY id;
DROP TABLE sign_in_request;
ALTER TABLE new_sign_in_request RENAME TO sign_in_request;
CREATE TRIGGER sign_in_request_ends_once BEFORE UPDATE ON sign_in_request
BEGIN SELECT RAISE(ABORT, 'a sign-in request ends once'); END;
