"""THE BODY: everything that touches Telegram."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot warns about every flood wait without it
