-- Which accounts a customer's workstations have: one for each technician, or one that all share. Null in a tenant's own
-- settings: as the team has it.
ALTER TABLE team ADD COLUMN account_mode TEXT NOT NULL DEFAULT 'named' CHECK (account_mode IN ('named', 'shared'));
ALTER TABLE tenant_settings DROP COLUMN account_mode;
ALTER TABLE tenant_settings DROP COLUMN shared_account;
ALTER TABLE tenant_settings ADD COLUMN account_mode TEXT CHECK (account_mode IN ('named', 'shared'));
ALTER TABLE tenant_settings ADD COLUMN account_prefix TEXT;

-- The shared account is called prefix + number. A tenant keeps its number for good.
ALTER TABLE tenant_settings ADD COLUMN shared_number INTEGER NOT NULL DEFAULT 0;
UPDATE tenant_settings SET shared_number =
    1000 + (SELECT count(*) FROM tenant_settings other WHERE other.tenant_id <= tenant_settings.tenant_id);
CREATE UNIQUE INDEX tenant_shared_number ON tenant_settings (shared_number);

-- The last time a tenant's accounts became other ones: what to go back to, and from which roster on a workstation follows.
CREATE TABLE account_switch (
    tenant_id BLOB PRIMARY KEY REFERENCES tenant (id),
    before_mode TEXT CHECK (before_mode IN ('named', 'shared')),
    before_prefix TEXT,
    roster_revision INTEGER NOT NULL,
    switched_by BLOB NOT NULL REFERENCES technician (id),
    switched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
