-- Who accepts a change signs it with a passkey; the signature is kept with the decision, as it came.
ALTER TABLE change ADD COLUMN assertion_credential_id BLOB;
ALTER TABLE change ADD COLUMN assertion_authenticator_data BLOB;
ALTER TABLE change ADD COLUMN assertion_client_data_json BLOB;
ALTER TABLE change ADD COLUMN assertion_signature BLOB;
CREATE TRIGGER change_is_accepted_by_signature BEFORE UPDATE OF state ON change
WHEN NEW.state = 'accepted' AND (NEW.assertion_credential_id IS NULL OR NEW.assertion_authenticator_data IS NULL
    OR NEW.assertion_client_data_json IS NULL OR NEW.assertion_signature IS NULL)
BEGIN SELECT RAISE(ABORT, 'a change is accepted by a signature'); END;
