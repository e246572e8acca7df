"""THE WORDS: what the bot says: the model, the YAML loader and checker, screens, the matcher and the campaigns."""
