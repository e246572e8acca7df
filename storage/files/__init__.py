"""Open and write files safely: durable, readable for their owner only, and with the right owner."""
