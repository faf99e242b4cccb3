-- Sign-ins that were accepted and are not a session yet. What the agent finds here when it starts never became one.
CREATE TABLE admission (
    id INTEGER PRIMARY KEY,
    technician_id TEXT NOT NULL,  -- empty by break-glass
    account TEXT NOT NULL,
    service TEXT NOT NULL,
    body BLOB NOT NULL            -- the event that says it was accepted
) STRICT;
