-- Announcements, drafts and where broadcasts stand: sealed like everything, padded, named by pseudonyms.

CREATE TABLE documents (
    epoch INTEGER NOT NULL,
    pseudonym BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (epoch, pseudonym)
) WITHOUT ROWID;

-- Who a broadcast has come to. Pseudonyms and records are under a random key of the broadcast's own, which lies in its
-- sealed document and is destroyed with the rows. The outcome is clear: it says how a broadcast went, and of nobody.

CREATE TABLE ledger (
    broadcast INTEGER NOT NULL,
    pseudonym BLOB NOT NULL,
    outcome INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (broadcast, pseudonym)
) WITHOUT ROWID;
