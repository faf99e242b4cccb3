-- An administrator sees their sessions and can end each of them. Those from before say too little about themselves: they
-- end, and their holders sign in again.
DROP TABLE admin_session;
CREATE TABLE admin_session (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    technician_id BLOB NOT NULL REFERENCES technician (id),
    passkey_id BLOB NOT NULL REFERENCES admin_passkey (id),
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    user_agent_hash BLOB NOT NULL CHECK (length(user_agent_hash) = 32),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX admin_session_by_technician ON admin_session (technician_id);
CREATE INDEX admin_session_expiry ON admin_session (expires_at);
