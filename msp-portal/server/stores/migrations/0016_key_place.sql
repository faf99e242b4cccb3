-- What keeps the key of the workstation's store, as it says itself.
ALTER TABLE device ADD COLUMN key_place TEXT CHECK (key_place IN ('file', 'tpm2', 'systemd_creds'));
