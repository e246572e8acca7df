"""The real bot, except that every update ends in an exception that carries all that must never be logged.

python -m tests.support.raising_bot: as `python -m bot run`.
"""

import os
import sys

from bot.cli import main
from bot.dispatch.dispatcher import Dispatcher
from bot.telegram_api.updates.polling import Update, UpdateWork

TOKEN = os.environ["BOT_TOKEN"]
_admit = Dispatcher.admit


class Spilled(Exception):
    """What happened to an update, with the update in it."""


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
