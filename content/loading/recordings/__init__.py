"""Recordings of the declaration that lie next to the texts of a campaign."""
