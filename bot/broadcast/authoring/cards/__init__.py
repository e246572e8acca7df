"""Let an admin add a card to an announcement: a picture of one of the declaration's clauses or demands."""
