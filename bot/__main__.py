"""Run the command line: `python -m bot` does the same as the installed command `declaration-bot`."""

import sys

from bot.cli.main import main

sys.exit(main())
