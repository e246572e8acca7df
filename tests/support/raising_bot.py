"""Run the real bot, but end every update in an exception that carries all that must never be logged.

Run it by `python -m tests.support.raising_bot`, like `python -m bot run`.
"""

import os
import sys

from bot.cli import main
from bot.dispatch.dispatcher import Dispatcher
from bot.telegram_api.updates.polling import Update, UpdateWork

TOKEN = os.environ["BOT_TOKEN"]
_admit = Dispatcher.admit


class LeakingError(Exception):
    """An exception that quotes the whole update."""


def admit(self: Dispatcher, update: Update) -> UpdateWork | None:
    work = _admit(self, update)

    async def handle_and_raise() -> None:
        if work:
            await work()
        try:
            int(str(update))
        except ValueError as cause:
            raise LeakingError(f"{TOKEN} {update}") from cause

    return handle_and_raise


if __name__ == "__main__":
    Dispatcher.admit = admit  # type: ignore[method-assign]
    sys.exit(main.main(["run"]))
