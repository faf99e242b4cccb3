-- Why a technician signed in, in their own words, where a policy asks for it.
ALTER TABLE audit_event ADD COLUMN stated_reason TEXT;
