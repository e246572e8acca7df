"""The command line: one module for each subcommand of `python -m bot`."""
