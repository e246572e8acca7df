-- The log of what admins did, one record a row: see storage/audit. Sealed like everything. The number of a record is in
-- its sealed content, so that the rows show neither the order of the acts nor, within a size, what they were.

CREATE TABLE audit (
    epoch INTEGER NOT NULL,
    pseudonym BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (epoch, pseudonym)
) WITHOUT ROWID;
