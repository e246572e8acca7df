"""Broadcasts and daily clauses: who is sent what, and the result."""
