-- A team of a portal that came back from a backup: its workstations are told nothing until its administrators have
-- accepted what these hold. One person accepts where nobody else could, otherwise two.
CREATE TABLE restored_team (
    team_id BLOB PRIMARY KEY REFERENCES team (id),
    restored_at INTEGER NOT NULL,
    life_before BLOB NOT NULL CHECK (length(life_before) = 16),   -- the incarnation that the backup was made in
    first_by BLOB REFERENCES technician (id),
    first_person_id BLOB REFERENCES person (id),
    second_by BLOB REFERENCES technician (id),
    second_person_id BLOB REFERENCES person (id),
    accepted_at INTEGER,
    CHECK (first_person_id IS NULL OR second_person_id IS NULL OR first_person_id <> second_person_id),
    CHECK (accepted_at IS NULL OR first_by IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- The roster's revision in the backup.
ALTER TABLE tenant ADD COLUMN restored_revision INTEGER;

-- What a workstation said it holds when it first came back.
CREATE TABLE restore_report (
    device_id BLOB PRIMARY KEY REFERENCES device (id),
    reported_at INTEGER NOT NULL,
    incarnation BLOB CHECK (length(incarnation) = 16),   -- null: no roster
    revision INTEGER NOT NULL,
    generation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Workstations that came and are not in the backup. Anybody can claim to be one, so only some are kept.
CREATE TABLE restore_stranger (
    device_id BLOB PRIMARY KEY CHECK (length(device_id) = 16),
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
