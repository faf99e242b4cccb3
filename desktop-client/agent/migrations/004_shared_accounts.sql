-- An account belongs to a technician or, where all share one, to the tenant.
ALTER TABLE account RENAME COLUMN technician_id TO owner_id;

-- Of several sessions in one account each ends its own processes: the kernel's number of the login they all inherit
-- (/proc/<pid>/sessionid). Null where it gave none.
ALTER TABLE session ADD COLUMN audit_session INTEGER;
