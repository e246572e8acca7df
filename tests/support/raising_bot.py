"""Run the real bot, but let every update end in an exception whose text contains the token and the whole update.

Tests of leaks use it, because neither may get into the log. Start it with `python -m tests.support.raising_bot` and
the settings of `python -m bot run`.
"""

import os
import sys

from bot.cli import main
from bot.dispatch.dispatcher import Dispatcher
from bot.telegram_api.updates.polling import Update, UpdateWork

TOKEN = os.environ["BOT_TOKEN"]
_admit = Dispatcher.admit


class Spilled(Exception):
    """The exception in which every update ends. Its text holds the bot's token and the update."""


def admit(self: Dispatcher, update: Update) -> UpdateWork | None:
    work = _admit(self, update)

    async def handled_and_raised() -> None:
        if work:
            await work()
        try:
            int(str(update))
        except ValueError as cause:
            raise Spilled(f"{TOKEN} {update}") from cause

    return handled_and_raised


if __name__ == "__main__":
    Dispatcher.admit = admit  # type: ignore[method-assign]
    sys.exit(main.main(["run"]))
