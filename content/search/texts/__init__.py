"""Search the texts of a campaign without concepts: by quotations, by shared words, and with a learned model."""
