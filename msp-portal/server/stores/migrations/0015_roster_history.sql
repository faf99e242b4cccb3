-- The body that a document of a tenant's roster had from revision `since` until before `revision`: kept while a
-- workstation may still hold it, to tell whom that one would still let in.
CREATE TABLE roster_history (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    revision INTEGER NOT NULL,
    document_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (tenant_id, revision, document_id),
    CHECK (since < revision)
) STRICT, WITHOUT ROWID;

-- The oldest revision that can be put together: nothing was kept before this migration, nor what was forgotten since.
ALTER TABLE tenant ADD COLUMN roster_known_from INTEGER NOT NULL DEFAULT 0;
UPDATE tenant SET roster_known_from = roster_revision;

CREATE INDEX device_by_applied ON device (tenant_id, applied_revision);
