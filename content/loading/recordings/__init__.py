"""Read the recordings of the declaration that are in the folder of a campaign."""
