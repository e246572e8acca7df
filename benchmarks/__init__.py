"""Measure the time and memory that the bot needs. Compare only figures of the same run, because machines differ."""
