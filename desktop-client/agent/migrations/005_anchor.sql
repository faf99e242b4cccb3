-- Who we are to the portal is also what it last told us: the nonce of the last connection it welcomed. A store with an
-- older one is a copy. `quarantine` is why it will not talk to us, and stays until a fresh head.
ALTER TABLE ledger ADD COLUMN last_nonce BLOB CHECK (length(last_nonce) = 32);
ALTER TABLE ledger ADD COLUMN quarantine TEXT;
