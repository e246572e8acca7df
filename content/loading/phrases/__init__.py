"""Read and check the phrases that the bot says in each language."""
