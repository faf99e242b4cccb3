-- Questions whose answer was judged, right or wrong: none of them is asked or answered again.
CREATE TABLE judged_question (
    digits INTEGER PRIMARY KEY CHECK (digits BETWEEN 0 AND 99999999)
) STRICT;
