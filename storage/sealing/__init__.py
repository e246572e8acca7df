"""Keys, and rows sealed with them."""
