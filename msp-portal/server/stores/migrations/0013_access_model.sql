-- Changes of departments, device groups, roles and policies. Which kinds there are is the program's to know, which reads
-- no other; a CHECK of it would mean to replace the table with each new one. The columns stand in the same order.
CREATE TABLE wider_change (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    team_id BLOB NOT NULL REFERENCES team (id),
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB,
    payload BLOB NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'withdrawn', 'applied_alone')),
    author_id BLOB NOT NULL REFERENCES technician (id),
    author_person_id BLOB NOT NULL REFERENCES person (id),
    decided_by BLOB REFERENCES technician (id),
    decided_by_person_id BLOB REFERENCES person (id),
    reason TEXT,
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    assertion_credential_id BLOB,
    assertion_authenticator_data BLOB,
    assertion_client_data_json BLOB,
    assertion_signature BLOB
) STRICT, WITHOUT ROWID;
INSERT INTO wider_change SELECT * FROM change;
DROP TABLE change;
ALTER TABLE wider_change RENAME TO change;
CREATE INDEX change_by_state ON change (team_id, state, id);
CREATE TRIGGER change_needs_another_person BEFORE UPDATE OF state ON change
WHEN NEW.state = 'accepted' AND (NEW.decided_by_person_id IS NULL OR NEW.decided_by_person_id = OLD.author_person_id
    OR NEW.decided_by_person_id <> (SELECT person_id FROM technician WHERE id = NEW.decided_by AND team_id = OLD.team_id)
    OR NOT EXISTS (SELECT 1 FROM technician WHERE id = NEW.decided_by AND team_id = OLD.team_id))
BEGIN SELECT RAISE(ABORT, 'a change is accepted by another person of the team'); END;
CREATE TRIGGER change_is_decided_once BEFORE UPDATE ON change
WHEN OLD.state <> 'pending' OR NEW.payload <> OLD.payload OR NEW.digest <> OLD.digest OR NEW.kind <> OLD.kind
    OR NEW.author_id <> OLD.author_id OR NEW.author_person_id <> OLD.author_person_id OR NEW.state = 'applied_alone'
BEGIN SELECT RAISE(ABORT, 'a change is decided once and never rewritten'); END;
CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
CREATE TRIGGER change_starts_pending_or_alone BEFORE INSERT ON change
WHEN NEW.state NOT IN ('pending', 'applied_alone')
    OR NEW.author_person_id <> (SELECT person_id FROM technician WHERE id = NEW.author_id AND team_id = NEW.team_id)
BEGIN SELECT RAISE(ABORT, 'a change starts pending, in the name of its author'); END;
CREATE TRIGGER change_is_accepted_by_signature BEFORE UPDATE OF state ON change
WHEN NEW.state = 'accepted' AND (NEW.assertion_credential_id IS NULL OR NEW.assertion_authenticator_data IS NULL
    OR NEW.assertion_client_data_json IS NULL OR NEW.assertion_signature IS NULL)
BEGIN SELECT RAISE(ABORT, 'a change is accepted by a signature'); END;

-- Who uses a role, for the role manager and for deleting one.
CREATE INDEX access_right_by_role ON access_right (role_id);
