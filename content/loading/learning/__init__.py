"""Learn from example questions which clause answers a question."""
