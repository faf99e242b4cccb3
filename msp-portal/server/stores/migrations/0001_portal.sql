-- Ids are 16 bytes (UUIDv7), times int64 milliseconds since 1970, secrets only as H(<kind>, secret).

CREATE TABLE portal (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    portal_origin TEXT NOT NULL,
    app_origin TEXT NOT NULL,
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
    created_at INTEGER NOT NULL,
    restored_at INTEGER
) STRICT;

CREATE TABLE portal_setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL,
    account_prefix TEXT NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    -- Taking an administrator's powers away does not at once leave the rest alone to widen access.
    alone_from INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A person may have several accounts, in one team or in several; what needs two people compares persons.
CREATE TABLE person (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    email_key TEXT UNIQUE,          -- the address without case and without a "+tag"
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE technician (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    person_id BLOB NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    username TEXT NOT NULL,
    email TEXT,
    state TEXT NOT NULL CHECK (state IN ('invitation', 'activated')),
    status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
    status_reason TEXT,
    directory_imported INTEGER NOT NULL DEFAULT 0 CHECK (directory_imported IN (0, 1)),
    next_phone_serial INTEGER NOT NULL DEFAULT 1,
    version INTEGER NOT NULL DEFAULT 1,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    UNIQUE (team_id, username)
) STRICT, WITHOUT ROWID;
CREATE INDEX technician_by_name ON technician (team_id, name, id);

CREATE TABLE owner (
    team_id BLOB PRIMARY KEY REFERENCES team (id),
    technician_id BLOB NOT NULL UNIQUE REFERENCES technician (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER owner_is_not_edited BEFORE UPDATE ON owner
BEGIN SELECT RAISE(ABORT, 'the owner record cannot be edited'); END;
CREATE TRIGGER owner_is_not_deleted BEFORE DELETE ON owner
BEGIN SELECT RAISE(ABORT, 'the owner record cannot be deleted'); END;
CREATE TRIGGER owner_is_not_disabled BEFORE UPDATE OF status ON technician
WHEN NEW.status <> 'active' AND EXISTS (SELECT 1 FROM owner WHERE technician_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the owner cannot be disabled'); END;

CREATE TABLE tenant (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    name TEXT NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    roster_revision INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    UNIQUE (team_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_settings (
    tenant_id BLOB PRIMARY KEY REFERENCES tenant (id),
    account_mode TEXT NOT NULL DEFAULT 'named' CHECK (account_mode IN ('named', 'shared')),
    shared_account TEXT,
    code_scheme TEXT NOT NULL DEFAULT 'per_machine' CHECK (code_scheme IN ('per_machine', 'per_tenant')),
    offline_days INTEGER NOT NULL DEFAULT 14 CHECK (offline_days BETWEEN 1 AND 90),
    longest_session_minutes INTEGER NOT NULL DEFAULT 480 CHECK (longest_session_minutes BETWEEN 1 AND 1440),
    sudo_asks TEXT NOT NULL DEFAULT 'nothing' CHECK (sudo_asks IN ('nothing', 'every_time'))
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_token (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    label TEXT,
    uses_allowed INTEGER NOT NULL CHECK (uses_allowed >= 1),
    uses INTEGER NOT NULL DEFAULT 0 CHECK (uses <= uses_allowed),
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    created_by BLOB REFERENCES technician (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolment_token_by_tenant ON enrolment_token (tenant_id, id);

-- A removed device keeps its row, so that what it did keeps its name; its keys and its name are free again.
CREATE TABLE device (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('domain', 'non_domain')),
    signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
    agreement_key BLOB NOT NULL CHECK (length(agreement_key) = 32),
    operating_system TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'quarantined', 'removed')),
    enrolment_token_id BLOB NOT NULL REFERENCES enrolment_token (id),
    enrolled_at INTEGER NOT NULL,
    removed_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    -- what the device said last
    last_seen_at INTEGER,
    agent_version TEXT,
    generation INTEGER,
    clock_trusted INTEGER CHECK (clock_trusted IN (0, 1)),
    offline_until INTEGER,
    sessions INTEGER,
    applied_incarnation BLOB,
    applied_revision INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_signing_key ON device (signing_key) WHERE state <> 'removed';
CREATE UNIQUE INDEX device_agreement_key ON device (agreement_key) WHERE state <> 'removed';
CREATE UNIQUE INDEX device_name ON device (tenant_id, name) WHERE state <> 'removed';
CREATE INDEX device_by_name ON device (team_id, name, id) WHERE state <> 'removed';

CREATE TABLE device_account (
    device_id BLOB NOT NULL REFERENCES device (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (device_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_group (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_group_member (
    device_group_id BLOB NOT NULL REFERENCES device_group (id),
    device_id BLOB NOT NULL REFERENCES device (id),
    PRIMARY KEY (device_group_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_group_member_by_device ON device_group_member (device_id);

CREATE TABLE department (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (team_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE department_member (
    department_id BLOB NOT NULL REFERENCES department (id),
    technician_id BLOB NOT NULL REFERENCES technician (id),
    PRIMARY KEY (department_id, technician_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX department_member_by_technician ON department_member (technician_id);

-- System roles belong to no team and are the same in all.
CREATE TABLE role (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB REFERENCES team (id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('devices', 'invitations', 'administration')),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (team_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_permission (
    role_id BLOB NOT NULL REFERENCES role (id),
    permission TEXT NOT NULL,
    PRIMARY KEY (role_id, permission)
) STRICT, WITHOUT ROWID;

-- Every act that widens access. Who decides must be another person: the two triggers below hold whatever the code does.
CREATE TABLE change (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    kind TEXT NOT NULL CHECK (kind IN ('right_grant', 'technician_enable', 'tenant_offline_days', 'tenant_resume',
                                       'device_resume', 'phone_pairing', 'administrator_passkey')),
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
    decided_at INTEGER
) STRICT, WITHOUT ROWID;
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

CREATE TABLE access_right (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('technician', 'department', 'everyone')),
    subject_id BLOB CHECK ((subject_id IS NULL) = (subject_kind = 'everyone')),
    object_kind TEXT NOT NULL CHECK (object_kind IN ('device', 'device_group', 'tenant', 'all_devices', 'section')),
    object_id BLOB CHECK ((object_id IS NULL) = (object_kind IN ('all_devices', 'section'))),
    section TEXT CHECK (section IN ('permanent_access', 'quick_support', 'team')),
    role_id BLOB NOT NULL REFERENCES role (id),
    valid_from INTEGER NOT NULL,
    valid_until INTEGER CHECK (valid_until > valid_from),
    change_id BLOB REFERENCES change (id),   -- null only for the owner's rights, made with the team
    created_at INTEGER NOT NULL,
    CHECK ((section IS NULL) = (object_kind <> 'section'))
) STRICT, WITHOUT ROWID;
CREATE INDEX access_right_by_subject ON access_right (team_id, subject_kind, subject_id);
CREATE INDEX access_right_by_object ON access_right (team_id, object_kind, object_id);

CREATE TABLE policy (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('domain', 'non_domain', 'any')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retired', 'rejected')),
    start_policy INTEGER NOT NULL DEFAULT 0 CHECK (start_policy IN (0, 1)),
    all_devices INTEGER NOT NULL CHECK (all_devices IN (0, 1)),
    all_subjects INTEGER NOT NULL CHECK (all_subjects IN (0, 1)),
    directory_imported INTEGER NOT NULL CHECK (directory_imported IN (0, 1)),
    ticket_required INTEGER NOT NULL CHECK (ticket_required IN (0, 1)),
    ticket_pattern TEXT,
    reason_required INTEGER NOT NULL CHECK (reason_required IN (0, 1)),
    longest_session_minutes INTEGER CHECK (longest_session_minutes BETWEEN 1 AND 1440),
    end_behaviour TEXT NOT NULL CHECK (end_behaviour IN ('end_session', 'keep_until_logout')),
    valid_from INTEGER NOT NULL,
    valid_until INTEGER CHECK (valid_until > valid_from),
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_by_team ON policy (team_id, id);

CREATE TABLE policy_member (
    policy_id BLOB NOT NULL REFERENCES policy (id),
    kind TEXT NOT NULL CHECK (kind IN ('device', 'device_group', 'technician', 'department', 'approver')),
    member_id BLOB NOT NULL CHECK (length(member_id) = 16),
    PRIMARY KEY (policy_id, kind, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_time_window (
    policy_id BLOB NOT NULL REFERENCES policy (id),
    from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 10079),
    to_minute INTEGER NOT NULL CHECK (to_minute BETWEEN 1 AND 10080),
    PRIMARY KEY (policy_id, from_minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id) ON DELETE CASCADE,
    secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_by BLOB NOT NULL REFERENCES technician (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER                -- withdrawn, replaced by a newer one, or the technician is activated
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_by_technician ON invitation (technician_id);

CREATE TABLE pairing (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id) ON DELETE CASCADE,
    secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    serial INTEGER NOT NULL,
    created_by BLOB NOT NULL REFERENCES technician (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    ended_at INTEGER,
    UNIQUE (technician_id, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE phone (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id),
    serial INTEGER NOT NULL,
    credential_id BLOB NOT NULL UNIQUE,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('es256', 'eddsa')),
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    agreement_key BLOB NOT NULL UNIQUE CHECK (length(agreement_key) = 32),
    proof_authenticator_data BLOB NOT NULL,
    proof_client_data_json BLOB NOT NULL,
    proof_signature BLOB NOT NULL,
    strength TEXT NOT NULL CHECK (strength IN ('device_bound', 'synced', 'without_prf')),
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'removed')),
    change_id BLOB REFERENCES change (id),
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    last_used_at INTEGER,
    UNIQUE (technician_id, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_session (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    phone_id BLOB NOT NULL REFERENCES phone (id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX app_session_by_phone ON app_session (phone_id);

CREATE TABLE push_subscription (
    phone_id BLOB PRIMARY KEY REFERENCES phone (id),
    endpoint TEXT NOT NULL,
    p256dh BLOB NOT NULL CHECK (length(p256dh) = 65),
    auth BLOB NOT NULL CHECK (length(auth) = 16),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE phone_activity (
    phone_id BLOB NOT NULL REFERENCES phone (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    device_id BLOB NOT NULL REFERENCES device (id),
    kind TEXT NOT NULL CHECK (kind IN ('code_read')),
    step INTEGER NOT NULL,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (phone_id, id)
) STRICT, WITHOUT ROWID;

-- How approvals ended. Open ones live in memory only: after a restart they are asked for again. Envelope and assertion
-- are kept as they came.
CREATE TABLE sign_in_request (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
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
    CHECK (state <> 'approved' OR (phone_id IS NOT NULL AND assertion_signature IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_request_by_technician ON sign_in_request (technician_id, id);
CREATE TRIGGER sign_in_request_ends_once BEFORE UPDATE ON sign_in_request
BEGIN SELECT RAISE(ABORT, 'a sign-in request ends once'); END;

CREATE TABLE set_up_link (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('owner', 'recovery', 'administrator')),
    secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_by BLOB REFERENCES technician (id),   -- null: made on the server's console
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE admin_passkey (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id),
    credential_id BLOB NOT NULL UNIQUE,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('es256', 'eddsa')),
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'removed')),
    change_id BLOB REFERENCES change (id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX admin_passkey_by_technician ON admin_passkey (technician_id);

-- What administrators sign in with: good once.
CREATE TABLE session_nonce (
    nonce_hash BLOB PRIMARY KEY CHECK (length(nonce_hash) = 32),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_nonce_expiry ON session_nonce (expires_at);

CREATE TABLE admin_session (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id),
    passkey_id BLOB NOT NULL REFERENCES admin_passkey (id),
    user_agent_hash BLOB NOT NULL CHECK (length(user_agent_hash) = 32),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX admin_session_by_technician ON admin_session (technician_id);
CREATE INDEX admin_session_expiry ON admin_session (expires_at);

-- A tenant's materialised roster: what its devices are sent. Revision is the tenant's at the last change of the row.
CREATE TABLE roster_document (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    document_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) <= 65536),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
    PRIMARY KEY (tenant_id, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_document_by_revision ON roster_document (tenant_id, revision);
CREATE INDEX roster_document_by_document ON roster_document (document_id);

-- Chains: a device's own (source_id = device id), and the portal's of each team (source_id = team id).
CREATE TABLE audit_chain (
    source_id BLOB PRIMARY KEY CHECK (length(source_id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    head_body BLOB,                  -- the last signed head, as it came
    head_signature BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_event (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
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
-- Lists go by rowid, newest first; every index ends with it.
CREATE INDEX audit_event_by_team ON audit_event (team_id);
CREATE INDEX audit_event_by_tenant ON audit_event (tenant_id) WHERE tenant_id IS NOT NULL;
CREATE INDEX audit_event_by_device ON audit_event (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX audit_event_by_technician ON audit_event (technician_id) WHERE technician_id IS NOT NULL;
CREATE INDEX audit_event_by_kind ON audit_event (team_id, kind);
CREATE INDEX audit_event_by_time ON audit_event (team_id, received_at, outcome);
CREATE TRIGGER audit_event_is_not_changed BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;

CREATE TABLE idempotency_key (
    technician_id BLOB NOT NULL REFERENCES technician (id),
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    response_status INTEGER NOT NULL,
    response_headers TEXT NOT NULL,
    response_body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (technician_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- A mail's text holds a link: it is wiped when the mail has gone out or is given up.
CREATE TABLE mail_outbox (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_outbox_due ON mail_outbox (next_attempt_at) WHERE state = 'waiting';
