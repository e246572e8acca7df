"""Build what the search knows of languages from the packs in `content/words/`."""
