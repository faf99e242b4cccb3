-- The audit log of a tenant: its events in the order of their rows are the leaves of a Merkle tree (RFC 9162). What
-- concerns no tenant is in the team's own log; that is a list of its own.
INSERT INTO audit_place SELECT 'own', team_id, rowid FROM audit_event
  WHERE tenant_id IS NULL AND rowid <= (SELECT up_to FROM audit_placed);

-- Every 256 leaves make a subtree whose root never changes again, so a head is computed without reading all events.
CREATE TABLE audit_log_block (
    log_id BLOB NOT NULL CHECK (length(log_id) = 16),    -- of the tenant, or of the team
    number INTEGER NOT NULL,                             -- from 0, without gaps
    root BLOB NOT NULL CHECK (length(root) = 32),
    last_row INTEGER NOT NULL,                           -- of audit_event
    PRIMARY KEY (log_id, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_log_block_is_not_changed BEFORE UPDATE ON audit_log_block
BEGIN SELECT RAISE(ABORT, 'audit logs are never changed'); END;
CREATE TRIGGER audit_log_block_is_not_deleted BEFORE DELETE ON audit_log_block
BEGIN SELECT RAISE(ABORT, 'audit logs are never changed'); END;
