-- Steps are kept for each secret: a phone's agreement key names one, a digest names one of the tenant's.
ALTER TABLE accepted_step RENAME COLUMN phone_key TO secret;
ALTER TABLE used_step RENAME COLUMN phone_key TO secret;
