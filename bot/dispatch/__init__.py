"""Take one update from the flood gate to its answer."""
