"""Let an admin put the card of a clause or a demand into an announcement, as the picture of one language."""
