"""Store broadcasts and daily clauses: the message for each recipient, and the outcome of each delivery."""
