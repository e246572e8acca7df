"""Open and write files safely: durable, private, and of the right owner."""
