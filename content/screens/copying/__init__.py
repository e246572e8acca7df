"""Build the texts that people copy from the bot: clauses, demands, and drafts of letters to addressees."""
