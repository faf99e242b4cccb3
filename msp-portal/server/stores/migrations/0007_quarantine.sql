-- A device that is rolled back, or that two machines are, is told apart by what it says of its last connection.
-- The trail is read by ConnectionTrail; null believes the device once.
ALTER TABLE device ADD COLUMN trail BLOB CHECK (length(trail) % 32 = 0);
ALTER TABLE device ADD COLUMN quarantine_reason TEXT
    CHECK (quarantine_reason IN ('rolled_back', 'second_machine', 'chain_forked', 'another_machine'));
-- In which machine it is at work, as it says itself; null believes what it says next.
ALTER TABLE device ADD COLUMN machine BLOB CHECK (length(machine) = 32);
-- Since its release from quarantine it has not uploaded anything: its audit chain may have to go on from ours.
ALTER TABLE device ADD COLUMN released INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1));
