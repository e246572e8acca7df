"""Find errors in an announcement before it is sent."""
