"""Everything that the bot says: campaigns with their model, loader and checks, the screens, and the search."""
