"""Find the clauses and statements that answer a word or a question."""
