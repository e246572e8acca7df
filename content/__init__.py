"""THE WORDS: what the bot says: model, YAML loader and checker, screens, matcher, campaigns."""
