"""Implement the command line `python -m bot COMMAND`, with a module for each group of subcommands."""
