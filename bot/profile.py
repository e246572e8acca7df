"""The bot's public face at Telegram: commands and descriptions in every language, set only where they differ.

The setters are flooded easily, the getters are not; and none of it is needed for the bot to answer, so it waits
until polling has begun.
"""

import asyncio
import logging

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.broadcast import latest
from bot.flows import reading, subscribing
from content.model import Campaign, Phrasebook

# As the menu lists them: reading, then subscribing, then what explains.
COMMANDS = (*reading.COMMANDS[:5], *subscribing.COMMANDS, latest.COMMAND, *reading.COMMANDS[5:])
log = logging.getLogger(__name__)
_AGAIN = 60.0  # seconds until it is tried again after Telegram refused


async def keep_current(bot: Bot, campaign: Campaign) -> None:
    """Sets what differs, in every language of the campaign and, for all others, in the original."""
    while True:
        try:
            await _set_all(bot, campaign)
            return
        except (TelegramError, KeyError, TypeError, ValueError) as trouble:  # the latter: an answer torn or malformed
            log.warning("Commands and descriptions could not be set (%s); trying again", type(trouble).__name__)
        await asyncio.sleep(_AGAIN)


async def _set_all(bot: Bot, campaign: Campaign) -> None:
    books: list[tuple[str | None, Phrasebook]] = [(None, campaign.phrasebooks[campaign.original])]
    for code, book in (*books, *campaign.phrasebooks.items()):
        await _commands(bot, code, book)
        await _description(bot, code, book)
        await _short_description(bot, code, book)


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
