"""Find clauses and statements for a word or a question."""
