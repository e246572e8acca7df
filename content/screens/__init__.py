"""Build the screens of the declaration, as data."""
