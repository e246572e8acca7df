"""Load a campaign from its files, and check them."""
