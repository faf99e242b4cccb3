-- In which machine the store was last trusted, and what the TPM's counter has reached, where one is used.
ALTER TABLE ledger ADD COLUMN machine BLOB CHECK (length(machine) = 32);
ALTER TABLE ledger ADD COLUMN counter INTEGER;
