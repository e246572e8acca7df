"""Store the subscribers, and how many of them join and leave each day."""
