"""Check the set-up of the bot for the operator: `python -m bot doctor`."""
