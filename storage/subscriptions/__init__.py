"""Store the subscribers, and count how many people join and leave each day."""
