"""Open and write files safely. Files are durable, readable only for their owner, and have the right owner."""
