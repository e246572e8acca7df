"""The bot's public profile at Telegram: commands and descriptions in every language, set only where they differ.

Telegram refuses the setters easily, for hours, and none of it is needed for an answer. So this is a task of its own
that begins after polling has, spends no message's turn, and waits as long as Telegram asks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Protocol

from telegram import Bot, BotCommand
from telegram.error import RetryAfter, TelegramError

from bot.dispatch import latest_command
from bot.flows import reading, subscribing
from content.model import Campaign, Phrasebook

# As the menu lists them: reading, then subscribing, then what explains.
COMMANDS = (*reading.COMMANDS[:5], *subscribing.COMMANDS, latest_command.COMMAND, *reading.COMMANDS[5:])
log = logging.getLogger(__name__)
_FIRST, _LONGEST = 60.0, 6 * 3600.0  # seconds until it is tried again after Telegram refused


class _Setter(Protocol):
    """Compares one part of the profile with what it should be, and sets it where it differs."""

    def __call__(self, bot: Bot, code: str | None, book: Phrasebook) -> Awaitable[None]: ...


async def keep_current(bot: Bot, campaign: Campaign) -> None:
    """Set what differs, in every language of the campaign and, for all others, in the original.

    Each part has a patience of its own: what Telegram holds back for hours keeps neither the other parts nor any
    answer waiting.
    """
    books: list[tuple[str | None, Phrasebook]] = [(None, campaign.phrasebooks[campaign.original])]
    books += campaign.phrasebooks.items()
    parts: dict[str, _Setter] = {"commands": _commands, "description": _description, "about": _short_description}
    async with asyncio.TaskGroup() as group:
        for name, setter in parts.items():
            group.create_task(_keep_part(name, setter, bot, books))


async def _keep_part(name: str, setter: _Setter, bot: Bot, books: Sequence[tuple[str | None, Phrasebook]]) -> None:
    for code, book in books:
        failures = 0
        while (wait := await _try(setter, bot, code, book, failures)) is not None:
            if not failures:
                log.warning("The bot's %s could not be set yet: trying again in %.0f s", name, wait)
            failures += 1
            await asyncio.sleep(wait)
        if failures:
            log.info("The bot's %s are set now", name)


async def _try(setter: _Setter, bot: Bot, code: str | None, book: Phrasebook, failures: int) -> float | None:
    """Return the seconds after which to try again; None when it is set."""
    try:
        await setter(bot, code, book)
    except RetryAfter as flood:
        asked = flood.retry_after
        seconds = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
        return min(max(seconds, _FIRST), _LONGEST)
    except (TelegramError, KeyError, TypeError, ValueError):  # the latter: an answer that is torn or malformed
        return float(min(_FIRST * 2 ** min(failures, 10), _LONGEST))
    return None


async def _commands(bot: Bot, code: str | None, book: Phrasebook) -> None:
    wanted = tuple(BotCommand(name, book.say(f"command.{name}")) for name in COMMANDS)
    if await bot.get_my_commands(language_code=code) != wanted:
        await bot.set_my_commands(wanted, language_code=code)


async def _description(bot: Bot, code: str | None, book: Phrasebook) -> None:
    wanted = book.say("description")
    if (await bot.get_my_description(code)).description != wanted:
        await bot.set_my_description(wanted, code)


async def _short_description(bot: Bot, code: str | None, book: Phrasebook) -> None:
    wanted = book.say("short_description")
    if (await bot.get_my_short_description(code)).short_description != wanted:
        await bot.set_my_short_description(wanted, code)
