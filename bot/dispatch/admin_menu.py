"""Let each admin show the admins' commands in Telegram's menu of their own chat. The menu is off by default.

Telegram keeps the menu, so a seized phone shows it. The bot removes the menu when the admin switches it off, erases
their data, or is no longer an admin. Telegram might refuse these calls for a while, so a separate task repeats them.
"""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from functools import partial

import msgspec
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.framing import LIST_PREFIX
from bot.dispatch.bot_profile import retry_delay
from bot.flows.commands import MENU_PREFIX, existing_commands
from bot.model import stored_json
from bot.model.events import SignedPress
from bot.model.replies import CallbackReplies, EditMessage, Toast
from bot.runtime.loop_guard import LoopGuard
from content.screens.frame import ways_out
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.store import Store

_DOCUMENT = b"admins/menus"
_ON, _OFF = f"{MENU_PREFIX}on", f"{MENU_PREFIX}off"
_CHECK_EVERY = 60.0  # seconds, after which the menus of former admins are removed at the latest

log = logging.getLogger(__name__)


class AdminMenu:
    """Store which admins want the menu, and set or remove their menus at Telegram.

    Call `open` first, and keep `run` running: only `run` calls Telegram. `_wanted` has an entry for each admin who
    has chosen. The entry of an admin who wants no menu stays until Telegram has removed the menu.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        admins: Admins,
        default_language: str,
        *,
        optional_commands: Collection[str] = (),
    ) -> None:
        self._bot = bot
        self._store = store
        self._admins = admins
        self._default_language = default_language
        self._commands = existing_commands(optional_commands)
        self._wanted: dict[int, bool] = {}
        self._shown: dict[int, str] = {}  # by admin: the language in which Telegram got the menu
        self._lock = asyncio.Lock()  # held while a choice is stored
        self._wake = asyncio.Event()
        self._failures = 0

    async def open(self) -> None:
        """Load the stored choices."""
        content = await self._store.documents.get(self._store.database, _DOCUMENT)
        stored = stored_json.convert(stored_json.parse(content), dict[str, bool]) if content else {}
        self._wanted = {int(admin): is_on for admin, is_on in stored.items()}

    def is_stored(self, admin: int) -> bool:
        """Return whether it is stored that the admin wants the menu, or no longer wants it."""
        return admin in self._wanted

    def is_on(self, admin: int) -> bool:
        """Return whether an admin wants the menu."""
        return self._wanted.get(admin, False)

    async def forget(self, admin: int) -> None:
        """Store that `admin` no longer wants the menu, if they did. `run` then removes it, and erases the entry."""
        if self.is_on(admin):
            await self._choose(admin, False)
        self.refresh()

    def refresh(self) -> None:
        """Wake `run`, so that it sets the menus now, each in the current language of its admin."""
        if self._wanted:
            self._wake.set()

    async def press(self, event: SignedPress, reader: Reader) -> CallbackReplies:
        """Handle a press of a button that opens the page of the menu, or switches the menu on or off."""
        admin = event.sender.id
        if event.is_expired or event.action not in (_ON, _OFF):
            toast = reader.say("toast.expired") if event.is_expired else ""
            return (Toast(toast), EditMessage(self._screen(admin, reader)))
        if (event.action == _ON) is not self.is_on(admin):
            await self._choose(admin, event.action == _ON)
            self.refresh()
        return (Toast(reader.say("toast.saved")), EditMessage(self._screen(admin, reader)))

    def _screen(self, admin: int, reader: Reader) -> Screen:
        is_on = self.is_on(admin)
        title = Span(reader.say("admin_menu.title") + "\n\n", Style.BOLD)
        text = reader.say("admin_menu.text") + "\n\n" + reader.say(f"admin_menu.{'on' if is_on else 'off'}")
        switch = reader.action_button(reader.say(f"button.menu_{'off' if is_on else 'on'}"), _OFF if is_on else _ON)
        back = reader.action_button(reader.say("button.announcements"), f"{LIST_PREFIX}list.0")
        return Screen((title, Span(text)), ((switch,), ways_out(reader, back)))

    async def run(self) -> None:
        """Set and remove menus at Telegram as the admins have chosen, until cancelled."""
        guard = LoopGuard("The menu of an admin")
        while True:
            self._wake.clear()
            delays = [0.0]
            for admin in list(self._wanted):
                with guard.guard():
                    delays.append(await self._try(admin))
            with suppress(TimeoutError):
                async with asyncio.timeout(
                    max(delays) or _CHECK_EVERY
                ):  # wait_for of Python 3.11 can lose a cancellation
                    await self._wake.wait()

    async def _try(self, admin: int) -> float:
        """Set or remove the menu of an admin; return the seconds to wait before the next try, 0 after success."""
        try:
            await (self._show(admin) if self.is_on(admin) and admin in self._admins.ids else self._remove(admin))
        except TelegramError as error:
            self._failures += 1
            log.warning("The menu of an admin could not be changed (%s): trying again", type(error).__name__)
            return retry_delay(error, self._failures)
        self._failures = 0
        return 0

    async def _show(self, admin: int) -> None:
        reader = await self._admins.reader(admin, self._default_language)
        if self._shown.get(admin) == reader.lang:
            return
        may = partial(self._admins.team.may, admin)
        shown = [command for command in self._commands if command.permission is None or may(command.permission)]
        commands = [BotCommand(command.name, reader.say(command.phrase)) for command in shown]
        await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(admin))
        self._shown[admin] = reader.lang

    async def _remove(self, admin: int) -> None:
        try:
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(admin))
        except (BadRequest, Forbidden) as error:
            log.info("Telegram has no menu of this admin to remove (%s)", type(error).__name__)
        self._shown.pop(admin, None)
        if not self.is_on(admin) or admin not in self._admins.ids:  # not switched on again meanwhile
            await self._choose(admin, None)

    async def _choose(self, admin: int, choice: bool | None) -> None:
        """Store whether an admin wants the menu. A `choice` of None erases the stored entry."""
        async with self._lock:
            others = {other: is_on for other, is_on in self._wanted.items() if other != admin}
            wanted = others if choice is None else {**others, admin: choice}
            stored = msgspec.json.encode({str(owner): is_on for owner, is_on in wanted.items()})
            async with self._store.database.transaction() as change:
                await self._store.documents.put(change, _DOCUMENT, stored)
            self._store.database.mark_erased()
            self._wanted = wanted
