"""Store the log of what admins did: a chain of encrypted records, in which later changes can be found.

record           a record, its canonical form and its hash; the head, which is the last record's number and hash
chain            find records that were changed, removed, inserted or reordered, without I/O
audit_log        append records, and read all of them
restore_note     the facts in the record of a restore from a backup
operator_notes   acts of the operator while the database was not open
"""
