"""Texts that people copy out of the bot: clauses, demands, and drafts of letters to the addressees."""
