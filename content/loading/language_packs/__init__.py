"""Build the language data of the search from the language packs in `content/words/`."""
