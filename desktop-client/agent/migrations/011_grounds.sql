-- Why somebody is here and by which ticket, where a policy wanted it said.
ALTER TABLE session ADD COLUMN reason TEXT;
ALTER TABLE session ADD COLUMN ticket TEXT;
