"""Let an admin choose whether, and in which languages, an announcement is also posted in the campaign's channel."""
