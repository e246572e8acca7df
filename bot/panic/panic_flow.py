"""Answer /panic and its buttons: freeze the bot, end the freeze, or destroy the keys of the subscriber list."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from bot.model.events import SignedPress
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.panic import panic_screens
from bot.panic.freeze import Freeze
from bot.panic.panic_record import FreezeRecord, FreezeRecords
from bot.panic.panic_screens import PREFIX, PanicAction
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.errors import StorageRefused, StorageTrouble
from storage.sealing import emergency_notes

log = logging.getLogger(__name__)


class PanicEvent(StrEnum):
    """An act in an emergency: to freeze the bot, end the freeze or destroy the keys. All admins are notified."""

    FROZEN = "frozen"
    LIFTED = "lifted"
    SHREDDED = "shredded"


@dataclass(frozen=True, slots=True)
class Report:
    """A report of an act and of who did it: `admin` is a Telegram id, or 0 for the operator of the server."""

    event: PanicEvent
    admin: int


class Panic:
    """The dialog of /panic. `is_owner` says whether a person may end a freeze and destroy the list.

    `name_of` returns the role and name of an admin. `report` notifies all admins of an event, and must not block.
    While `is_clock_trusted` returns False, an owner who has to wait before ending a freeze cannot end it, because the
    time cannot be measured. `now` returns Unix time.
    """

    def __init__(
        self,
        keys: Path,
        freeze: Freeze,
        records: FreezeRecords,
        *,
        is_owner: Callable[[int], bool],
        name_of: Callable[[Reader, int], str],
        report: Callable[[Report], None],
        is_clock_trusted: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        self._keys = keys
        self._freeze = freeze
        self._records = records
        self._is_owner = is_owner
        self._name_of = name_of
        self._report = report
        self._is_clock_trusted = is_clock_trusted
        self._now = now
        self._lock = asyncio.Lock()

    async def show(self, admin: int, reader: Reader) -> Replies:
        """Return the screen of /panic as a new message."""
        return (SendText(await self._screen(admin, reader)),)

    async def press(self, event: SignedPress, reader: Reader) -> Replies:
        """Answer a press of a button of /panic. The caller has checked the role and the second factor."""
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(await self._screen(event.sender.id, reader)))
        action, since = _parsed(event.action)
        async with self._lock:
            return await self._press(event.sender.id, action, since, reader)

    async def _press(self, admin: int, action: PanicAction | None, since: int, reader: Reader) -> Replies:
        is_current = self._freeze.since is not None and int(self._freeze.since) == since
        match action:
            case PanicAction.ASK_FREEZE if not self._freeze.is_on():
                return _shown(panic_screens.sure(reader, PanicAction.FREEZE))
            case PanicAction.FREEZE if not self._freeze.is_on():
                return await self._begin(admin, reader)
            case PanicAction.ASK_LIFT | PanicAction.ASK_SHRED | PanicAction.LIFT | PanicAction.SHRED if is_current:
                return await self._go_further(admin, action, since, reader)
            case PanicAction() | None:
                return _shown(await self._screen(admin, reader))
            case _:
                assert_never(action)

    async def _begin(self, admin: int, reader: Reader) -> Replies:
        now = self._now()
        with self._records.acting():
            try:
                self._freeze.begin(now)
            except StorageRefused as error:
                log.error("The bot is frozen, but only until it is restarted: %s", error)
            log.warning("The bot is frozen: an admin asked for it")
            await _recorded(self._records.begin(admin, now))
        self._report(Report(PanicEvent.FROZEN, admin))
        return (Toast(reader.say("panic.done_freeze")), EditMessage(await self._screen(admin, reader)))

    async def _go_further(self, owner: int, action: PanicAction, since: int, reader: Reader) -> Replies:
        acts_from = (await self._record(since)).acts_from(owner)
        if not self._is_owner(owner):
            return (Toast(reader.say("panic.owners_go_on")),)
        if self._now() < acts_from or (acts_from > since and not self._is_clock_trusted()):
            return (Toast(reader.say("panic.too_early")), EditMessage(await self._screen(owner, reader)))
        match action:
            case PanicAction.LIFT:
                return await self._end(owner, reader)
            case PanicAction.SHRED:
                return await self._shred(owner, reader)
            case _:
                confirmed = PanicAction.LIFT if action is PanicAction.ASK_LIFT else PanicAction.SHRED
                return _shown(panic_screens.sure(reader, confirmed, since))

    async def _end(self, owner: int, reader: Reader) -> Replies:
        with self._records.acting():
            await _recorded(self._records.end(owner))
            try:
                self._freeze.end()
            except StorageRefused as error:
                log.error("The freeze goes on: %s", error)
                return (Toast(reader.say("answer.not_saved")),)
        log.warning("The freeze is over: an owner ended it")
        self._report(Report(PanicEvent.LIFTED, owner))
        return (Toast(reader.say("panic.done_lift")), EditMessage(panic_screens.sentence(reader, "lifted_short")))

    async def _shred(self, owner: int, reader: Reader) -> Replies:
        await _recorded(self._records.shred(owner))
        self._report(Report(PanicEvent.SHREDDED, owner))
        try:
            emergency_notes.shred(self._keys)
        except StorageRefused as error:
            log.error("The keys are destroyed, but that is not recorded: %s", error)
        log.warning("All keys are destroyed: an owner asked for it")
        return (Toast(reader.say("panic.done_shred")), EditMessage(panic_screens.sentence(reader, "shredded_short")))

    async def _record(self, since: float) -> FreezeRecord:
        try:
            return await self._records.of(since)
        except (StorageTrouble, ValueError) as error:
            log.warning("Who froze the bot cannot be read (%s): every owner waits", type(error).__name__)
            return FreezeRecord(0, int(since))

    async def _screen(self, admin: int, reader: Reader) -> Screen:
        since = self._freeze.since
        if since is None:
            return panic_screens.overview(reader)
        record = await self._record(since)
        when = panic_screens.moment(reader, since)
        name = self._name_of(reader, record.admin) if record.admin else reader.say("panic.operator")
        return panic_screens.frozen(
            reader,
            int(since),
            reader.say("panic.frozen_by", who=name, moment=when, zone=panic_screens.zone(reader)),
            is_owner=self._is_owner(admin),
            acts_from=record.acts_from(admin),
            now=self._now(),
        )


async def _recorded(recording: Awaitable[None]) -> None:
    """Wait until `recording` has written to the audit log. If the database fails, only log a warning.

    In an emergency, the freeze must work without the database.
    """
    try:
        await recording
    except StorageTrouble as error:
        log.warning("An act of emergency is not recorded yet (%s)", type(error).__name__)


def _parsed(action: str) -> tuple[PanicAction | None, int]:
    """Split the action of a button, such as "p.lift.1700000000", into a PanicAction and a Unix time.

    The time is the beginning of the freeze during which the button was made; 0 if the action contains none. The
    PanicAction is None if it is unknown.
    """
    words = action.removeprefix(PREFIX).split(".")
    since = int(words.pop()) if words[-1].isdecimal() else 0
    try:
        return PanicAction(".".join(words)), since
    except ValueError:
        return None, since


def _shown(screen: Screen) -> Replies:
    return (Toast(), EditMessage(screen))
