"""The bot: everything that touches Telegram. The version of the whole project stands here and nowhere else."""

import os

__version__ = "0.2.0"

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot warns about every flood wait without it
