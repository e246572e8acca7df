-- Every table that holds something about somebody has this shape: who it is about and what it says need the key file.
-- WITHOUT ROWID: rows lie in the order of their pseudonyms, so that their places tell nothing about when they came.

CREATE TABLE subscribers (
    epoch INTEGER NOT NULL,
    pseudonym BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (epoch, pseudonym)
) WITHOUT ROWID;

CREATE TABLE tallies (
    epoch INTEGER NOT NULL,
    pseudonym BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (epoch, pseudonym)
) WITHOUT ROWID;

CREATE TABLE facts (
    epoch INTEGER NOT NULL,
    pseudonym BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (epoch, pseudonym)
) WITHOUT ROWID;
