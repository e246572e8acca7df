"""Name the places that a person can open, and lead to them by buttons, links and words."""
