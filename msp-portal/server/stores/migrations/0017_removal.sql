-- What a workstation said, signed, about its own removal; checked when it came.
CREATE TABLE device_removal (
    device_id BLOB PRIMARY KEY REFERENCES device (id),
    body BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    received_at INTEGER NOT NULL,
    -- who brought it as a file; null: the workstation itself
    brought_by BLOB REFERENCES technician (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_removed_by_name ON device (team_id, name, id) WHERE state = 'removed';
