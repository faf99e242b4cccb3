-- Steps beyond a highest one that was lowered again: their codes were used while the clock was ahead, and come round.
CREATE TABLE used_step (
    phone_key BLOB NOT NULL CHECK (length(phone_key) = 32),
    step INTEGER NOT NULL,
    PRIMARY KEY (phone_key, step)
) STRICT, WITHOUT ROWID;
