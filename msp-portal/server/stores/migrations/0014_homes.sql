-- What becomes of an account's home: it stays, or it is made anew each time.
ALTER TABLE tenant_settings ADD COLUMN homes TEXT NOT NULL DEFAULT 'kept' CHECK (homes IN ('kept', 'fresh'));
