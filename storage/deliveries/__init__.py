"""Store broadcasts and daily clauses: which subscriber is sent which message, and the outcome of each delivery."""
