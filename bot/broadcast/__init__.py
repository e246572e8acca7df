"""Broadcasts: what is said to everybody, delivered so that nobody is lost and nobody gets it twice."""
