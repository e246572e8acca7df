"""Let an admin act in a process that is killed with SIGKILL before one of its writes to the database."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.audit.trail import AuditTrail
from bot.model.events import ChatId, Sender, SignedPress, UserId
from bot.model.roles import Role
from bot.panic.freeze import Freeze
from bot.panic.panic_flow import Panic
from bot.panic.panic_record import FreezeRecords
from bot.second_factor.factors import Factors
from bot.team.membership import Team
from content.model import Lang
from content.screens.reader import Reader
from storage.store import Store
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import Place

OWNER, OTHER = 5_000_000_001, 5_000_000_002
NOW = 1_800_000_000.0
_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class ActingParts:
    """The parts of a bot in which admins act on the team, second factors and the freeze."""

    store: Store
    trail: AuditTrail
    team: Team
    factors: Factors
    freeze: Freeze
    records: FreezeRecords
    panic: Panic

    async def press(self, action: str) -> None:
        """Let the owner press a button of the panic."""
        press = SignedPress("1", ChatId(OWNER), Sender(UserId(OWNER)), 1, Lang("en"), action)
        await self.panic.press(press, Reader(CAMPAIGN, Lang("en")))


async def acting_parts(store: Store, place: Place) -> ActingParts:
    """Return the parts, opened as at a start of the bot."""
    trail, freeze = AuditTrail(store, _now), Freeze(place.keys)
    team = Team([OWNER, OTHER], store, trail, key=b"key", now=_now)
    factors, records = Factors(store, trail, _now), FreezeRecords(store, freeze, trail)
    await team.open()
    await trail.open([OWNER, OTHER])
    await factors.open()
    panic = Panic(
        place.keys,
        freeze,
        records,
        is_owner=lambda user: True,
        name_of=lambda reader, user: "",
        report=lambda report: None,
        is_clock_trusted=lambda: True,
        now=lambda: NOW + 3600.0 if freeze.is_on() else NOW,
    )
    return ActingParts(store, trail, team, factors, freeze, records, panic)


def _now() -> float:
    return NOW


ACTS: dict[str, Callable[[ActingParts], Awaitable[Any]]] = {
    "suspend": lambda parts: parts.team.suspend(OTHER, by=OWNER),
    "invite": lambda parts: parts.team.invite(OWNER, Role.EDITOR),
    "rename": lambda parts: parts.team.rename(OWNER, "Amina"),
    "guess a code": lambda parts: parts.factors.try_code(OWNER, "000000"),
    "freeze": lambda parts: parts.press("p.freeze"),
    "end the freeze": lambda parts: parts.press(f"p.lift.{NOW:.0f}"),
}


async def killed_before(place: Place, act: str, write: int) -> bool:
    """Carry out an act in a process that is killed before its write number `write`; return whether it was killed."""
    process = _CONTEXT.Process(target=_run, args=(place, act, write))
    process.start()
    await asyncio.to_thread(process.join, 30)
    code = process.exitcode
    process.close()
    assert code in (0, -signal.SIGKILL)
    return code != 0


def _run(place: Place, act: str, write: int) -> None:
    asyncio.run(_act(place, act, write))


async def _act(place: Place, act: str, write: int) -> None:
    async with place.opened() as store:
        parts = await acting_parts(store, place)
        _kill_before(write)
        await ACTS[act](parts)
        os._exit(0)


def _kill_before(write: int) -> None:
    execute, left = aiosqlite.Connection.execute, write

    async def execute_or_die(connection: aiosqlite.Connection, sql: str, *values: Any) -> Any:
        nonlocal left
        left -= sql.startswith(_WRITES)
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return await execute(connection, sql, *values)

    aiosqlite.Connection.execute = execute_or_die  # type: ignore[assignment]
