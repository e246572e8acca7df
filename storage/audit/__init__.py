"""The log of what admins did: a chain of sealed records, in which a change can be found.

record           a record, its canonical form and its hash; the head of the chain
chain            find records that were changed, removed, inserted or reordered: pure
audit_log        append records, and read all of them
restore_note     what the record of a restore says
operator_notes   what the operator did while the database was not open
"""
