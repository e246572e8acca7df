"""Keep the bot's public profile at Telegram current: its command menu and descriptions in every language.

Telegram often refuses these calls for hours, and no answer to a person depends on them. So a separate task makes the
calls, and starts after polling has started. The calls do not use the rate limiter's budget for messages. After a
refusal, the task waits as long as Telegram asks, but at most six hours.
"""

import asyncio
import logging
from collections.abc import Awaitable, Collection, Sequence
from functools import partial
from typing import Protocol

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats
from telegram.error import RetryAfter, TelegramError

from bot.flows.commands import Command, CommandScope, existing_commands
from bot.telegram_api.sending.refusals import seconds_of
from content.model import Campaign, Phrasebook

log = logging.getLogger(__name__)
_FIRST_RETRY, _MAX_RETRY = 60.0, 6 * 3600.0  # seconds


class _Setter(Protocol):
    """A function that sets one part of the profile, such as the command menu, to the phrases of `book`.

    `code` is Telegram's code of a language; None means all languages that have no phrases of their own. The function
    sends nothing when the part already has these phrases.
    """

    def __call__(self, bot: Bot, code: str | None, book: Phrasebook) -> Awaitable[None]: ...


async def keep_current(bot: Bot, campaign: Campaign, optional_commands: Collection[str] = ()) -> None:
    """Set the command menus and both descriptions of the bot in every language of the campaign.

    The menus have the commands for everybody, without those for admins. Commands that the operator can switch on are
    in them only if `optional_commands` names them. People whose app has another language see the campaign's original
    language. Each part is retried separately, so that a refused call delays no other part. The menu of groups comes
    last, because until then Telegram shows the other menu there.
    """
    books: list[tuple[str | None, Phrasebook]] = [(None, campaign.phrasebooks[campaign.original])]
    books += _books_by_telegram_code(campaign).items()
    existing = existing_commands(optional_commands)
    listed = [command for command in existing if command.scope is not CommandScope.ADMINS]
    commands = partial(_commands, listed)
    parts: dict[str, _Setter] = {"commands": commands, "description": _description, "about": _short_description}
    async with asyncio.TaskGroup() as group:
        for name, setter in parts.items():
            group.create_task(_set_part(name, setter, bot, books))
    await _set_part("commands in groups", partial(_group_commands, listed), bot, books)


def _books_by_telegram_code(campaign: Campaign) -> dict[str, Phrasebook]:
    """Return the phrases of each language by the two-letter code that Telegram uses.

    Telegram knows no regions: `pt` stands for `pt-br` if the campaign has no `pt`. Languages with a code of three
    letters are left out.
    """
    books: dict[str, Phrasebook] = {}
    for lang, book in sorted(campaign.phrasebooks.items(), key=lambda entry: len(entry[0])):
        code = lang.split("-")[0]
        if len(code) == 2:
            books.setdefault(code, book)
    return books


async def _set_part(name: str, setter: _Setter, bot: Bot, books: Sequence[tuple[str | None, Phrasebook]]) -> None:
    for code, book in books:
        failures = 0
        while (delay := await _try(setter, bot, code, book, failures)) is not None:
            if not failures:
                log.warning("The bot's %s could not be set: trying again in %.0f s", name, delay)
            failures += 1
            await asyncio.sleep(delay)
        if failures:
            log.info("The bot's %s: set after %d failures", name, failures)


async def _try(setter: _Setter, bot: Bot, code: str | None, book: Phrasebook, failures: int) -> float | None:
    """Call `setter` once; return None on success, or the seconds to wait before the next try."""
    try:
        await setter(bot, code, book)
    except (TelegramError, KeyError, TypeError, ValueError) as error:  # the last three: a malformed response
        return retry_delay(error, failures)
    return None


def retry_delay(error: Exception, failures: int) -> float:
    """Return the seconds to wait before a call that sets a menu or a description is tried again.

    After a flood wait, return the time that Telegram asks for, but at least a minute and at most six hours. After any
    other `error`, double the time for each of the `failures` before it, within the same limits.
    """
    if isinstance(error, RetryAfter):
        return min(max(seconds_of(error), _FIRST_RETRY), _MAX_RETRY)
    return float(min(_FIRST_RETRY * 2 ** min(failures, 10), _MAX_RETRY))


async def _group_commands(listed: Sequence[Command], bot: Bot, code: str | None, book: Phrasebook) -> None:
    """Set the command menu in groups. Only the person who chooses a command sees the command and its answer.

    A server older than Bot API 10.2 ignores `is_ephemeral`. Then the whole group sees commands and answers.
    """
    ephemeral = {"is_ephemeral": True}
    wanted = [BotCommand(command.name, book.say(command.phrase), api_kwargs=ephemeral) for command in listed]
    scope = BotCommandScopeAllGroupChats()
    current = await bot.get_my_commands(scope, code)
    if [command.to_dict() for command in current] != [command.to_dict() for command in wanted]:
        await bot.set_my_commands(wanted, scope, code)


async def _commands(listed: Sequence[Command], bot: Bot, code: str | None, book: Phrasebook) -> None:
    wanted = tuple(BotCommand(command.name, book.say(command.phrase)) for command in listed)
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
