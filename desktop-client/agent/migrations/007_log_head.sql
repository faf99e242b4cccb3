-- The greatest head of the tenant's audit log that the portal has shown here.
CREATE TABLE log_head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
