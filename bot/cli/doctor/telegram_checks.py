"""Check the token, the webhook, the admins, the clock, and the privacy, inline and guest modes, by calling Telegram.

No updates are fetched, so the bot can run meanwhile.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.cli.doctor.finding import Finding, error, ok, warning
from bot.settings import Settings
from bot.telegram_api.http.address_check import check_addresses
from bot.telegram_api.http.json_fields import JsonObject, MalformedField
from bot.telegram_api.http.network_errors import NotTelegram
from bot.telegram_api.http.server_clock import fetch_server_date
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.updates.token_check import operator_error

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]  # (method, parameters) -> result; raises TelegramError

_CLOCK_ERROR, _CLOCK_WARNING = 900.0, 60.0  # seconds; the bot itself doubts its clock from 900 on


async def check_telegram(settings: Settings, admins: list[int]) -> AsyncIterator[Finding]:
    """Run all checks that call Telegram. `admins` are the ids in ADMIN_IDS, in the order of that setting."""
    server = check_addresses(settings.api_url, settings.proxy)
    async with _caller(settings) as call:
        try:
            async for finding in _check_bot(call, server, settings.guest_mode):
                yield finding
            async for finding in _check_admins(call, admins):
                yield finding
        except TelegramError as failure:
            yield error("Telegram", str(operator_error(failure, server)))
            return
    yield await _check_clock(settings)


@asynccontextmanager
async def _caller(settings: Settings) -> AsyncIterator[Call]:
    transport = Transport(connections=2, proxy=settings.proxy)
    await transport.initialize()
    try:
        yield partial(_call, transport, f"{settings.api_url}/bot{settings.token}")
    finally:
        await transport.shutdown()


async def _call(transport: Transport, base: str, method: str, parameters: dict[str, Any]) -> Any:
    return await transport.call(f"{base}/{method}", parameters)


async def _check_bot(call: Call, server: str, guest_mode: bool) -> AsyncIterator[Finding]:
    try:
        me, webhook = JsonObject(await call("getMe", {})), JsonObject(await call("getWebhookInfo", {}))
        name, webhook_url = me.text("username"), webhook.text("url", "")
        reads_groups, has_inline = me.boolean("can_read_all_group_messages"), me.boolean("supports_inline_queries")
        is_guest = me.boolean("supports_guest_queries")
    except (MalformedField, AttributeError):
        raise NotTelegram(200) from None
    yield ok("token", f"{server} knows it as @{name}")
    yield _check_privacy_mode(reads_groups)
    yield _check_inline_mode(has_inline)
    if guest_mode and not is_guest:
        yield warning("guest mode", "GUEST_MODE is on, but @BotFather does not allow it: switch it on there, too")
    if webhook_url:
        yield error(
            "updates",
            "another program has set a webhook and gets what people write: stop it, then delete the webhook "
            "(open https://api.telegram.org/bot<token>/deleteWebhook once), or revoke the token at @BotFather",
        )
    else:
        yield ok("updates", "no webhook is set")


def _check_privacy_mode(reads_groups: bool) -> Finding:
    if reads_groups:
        return warning(
            "privacy mode",
            "it is off, so the bot gets all messages of its groups: send /setprivacy to @BotFather, choose Enable",
        )
    return ok("privacy mode", "it is on: in groups the bot gets only what is addressed to it")


def _check_inline_mode(has_inline: bool) -> Finding:
    if has_inline:
        return ok("inline mode", "it is on: people can pass clauses on in any chat")
    return warning(
        "inline mode", "it is off, so nobody can pass clauses on: send /setinline to @BotFather, hint clause-4"
    )


async def _check_admins(call: Call, admins: list[int]) -> AsyncIterator[Finding]:
    """Check whether the bot can write to each admin. The admins see "typing" for a moment, but get no message."""
    reached = 0
    for place, admin in enumerate(admins, 1):
        try:
            await call("sendChatAction", {"chat_id": admin, "action": "typing"})
            reached += 1
        except (BadRequest, Forbidden):
            yield warning(
                "admins",
                f"the {_ordinal(place)} of {len(admins)} in ADMIN_IDS cannot be reached: this person should open the "
                "bot and press Start (or unblock it); otherwise the number is wrong",
            )
    if reached:
        yield ok("admins", f"the bot can write to {reached} of {len(admins)}")


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


async def _check_clock(settings: Settings) -> Finding:
    date = await fetch_server_date(settings.api_url, settings.proxy)
    if date is None:
        return warning("clock", "the server sends no date, so the clock of this machine was not checked")
    ahead = time.time() - date
    sentence = f"it is {abs(ahead):.0f} seconds {'ahead of' if ahead > 0 else 'behind'} Telegram's"
    remedy = "set it, for example with `timedatectl set-ntp true`"
    if abs(ahead) > _CLOCK_ERROR:
        return error("clock", f"{sentence}: {remedy}; until then no keys are destroyed and nothing scheduled begins")
    if abs(ahead) > _CLOCK_WARNING:
        return warning("clock", f"{sentence}: {remedy}")
    return ok("clock", "it agrees with Telegram's")
