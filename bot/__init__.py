"""The bot and its command line: everything that uses Telegram.

`__version__` is the version of the whole project.
"""

import os

__version__ = "0.2.0"

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot warns about every flood wait without it
