"""Implement the command line, one module for each group of subcommands of `python -m bot`."""
