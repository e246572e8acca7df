"""A standby takes over with the last copy of a killed server: nobody gets an announcement twice."""

import asyncio
import math
import random
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
import pytest

from tests.support.broadcast_sender import (
    ANNOUNCEMENT,
    add_subscribers,
    api_url,
    running_playground,
    sender_at,
    start_sender,
)
from tests.support.storage_process import ROOT, Place, place_in

OFFLINE = pyrage.x25519.Identity.generate()


@dataclass(slots=True)
class Copies:
    """The copies of the primary's database that a timer makes. `begun` is when the newest complete copy was begun."""

    place: Place
    file: Path
    begun: float = 0.0
    is_made: asyncio.Event = field(default_factory=asyncio.Event)

    async def make_every(self, seconds: float) -> None:
        while True:
            begun = time.monotonic()
            await command(self.place, "backup", str(self.file), "--recipient", str(OFFLINE.to_public()))
            self.begun = begun
            self.is_made.set()
            await asyncio.sleep(seconds)


async def command(place: Place, *words: str) -> None:
    """Give the bot's command line as an operator does, at `place`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        env={"DATABASE_URL": f"sqlite:///{place.database}", "SEAL_KEY_FILE": str(place.keys)},
        cwd=ROOT, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()


@asynccontextmanager
async def copies_of(place: Place, file: Path, every: float) -> AsyncIterator[Copies]:
    copies = Copies(place, file)
    making = asyncio.create_task(copies.make_every(every))
    try:
        async with asyncio.timeout(60):
            await copies.is_made.wait()
        yield copies
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)


async def take_over(copies: Copies, standby: Place, missing: int) -> None:
    """Restore the newest copy at `standby`, with the key file that was brought there separately."""
    identity = copies.file.with_name("offline.txt")
    identity.write_text(str(OFFLINE), encoding="utf-8")
    standby.keys.parent.mkdir(parents=True, mode=0o700)
    shutil.copy2(copies.place.keys, standby.keys)
    await command(standby, "restore", str(copies.file), "--identity", str(identity), "--missing", str(missing))


@dataclass(frozen=True, slots=True)
class Figures:
    """The results of a drill: the seconds that the copy lacked, and numbers of recipients."""

    seconds_lost: float
    sent_by_primary: int
    counted_as_possible: int
    sent_according_to_standby: int
    unknown: int
    received: dict[int, int]  # how many people got how many messages
    received_at_last: dict[int, int]  # the same after a resend to the unknown


async def drill(folder: Path, people: int, *, rate: float, every: float, kill_after: int) -> Figures:
    """Kill the primary with SIGKILL once `kill_after` people were sent to, and let the standby send the rest."""
    primary, standby = place_in(folder / "primary"), place_in(folder / "standby")
    async with running_playground(people) as telegram:
        async with primary.opened() as store:
            await add_subscribers(store, people)
        async with sender_at(primary, "http://127.0.0.1:9/bot") as sender:
            number = await sender.service.create(ANNOUNCEMENT, at=time.time())
        async with copies_of(primary, folder / "list.age", every) as copies:
            process = await start_sender(primary, api_url(telegram), rate)
            while telegram.state.bulk_users.total_received() < kill_after:
                await asyncio.sleep(0.01)
            process.kill()
            killed, begun = time.monotonic(), copies.begun
            await process.wait()
        before = dict(telegram.state.bulk_users.histogram())
        await take_over(copies, standby, math.ceil(killed - begun))
        async with sender_at(standby, api_url(telegram), rate) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
            await asyncio.sleep(0.3)
            assert dict(telegram.state.bulk_users.histogram()) == before
            held = sender.service.progress(number).held
            assert held is not None
            assert await sender.service.resume(number)
            progress = await sender.wait_until_ended(number, 120)
            assert progress.sent + progress.unknown == progress.claimed == people
            received = dict(telegram.state.bulk_users.histogram())
            assert await sender.service.resend_unknown(number)
            await sender.wait_until_ended(number, 120)
        return Figures(
            seconds_lost=killed - begun,
            sent_by_primary=before.get(1, 0),
            counted_as_possible=held.possibly_sent,
            sent_according_to_standby=progress.sent,
            unknown=progress.unknown,
            received=received,
            received_at_last=dict(telegram.state.bulk_users.histogram()),
        )


def nobody_twice(figures: Figures) -> bool:
    """Return whether nobody got two, and all who got none are unknown."""
    return set(figures.received) <= {0, 1} and figures.received.get(0, 0) <= figures.unknown


async def test_a_standby_sends_the_rest_after_an_admins_release_and_nobody_gets_it_twice(tmp_path: Path) -> None:
    figures = await drill(tmp_path, 400, rate=100.0, every=1.0, kill_after=100)

    assert nobody_twice(figures), figures
    assert figures.counted_as_possible > 0
    assert figures.received_at_last.get(0, 0) == 0
    assert figures.received_at_last.get(2, 0) <= figures.unknown


@pytest.mark.torture
@pytest.mark.parametrize("drill_number", range(10))
async def test_10_servers_killed_at_any_moment_send_nothing_twice(tmp_path: Path, drill_number: int) -> None:
    chance = random.Random(drill_number)
    figures = await drill(tmp_path, 900, rate=100.0, every=2.0, kill_after=chance.randrange(100, 500))

    print(figures)  # noqa: T201 -- docs/operating.md names these
    assert nobody_twice(figures), figures


@pytest.mark.torture
async def test_a_server_killed_during_an_announcement_to_5000_sends_nothing_twice(tmp_path: Path) -> None:
    figures = await drill(tmp_path, 5000, rate=100.0, every=5.0, kill_after=2000)

    print(figures)  # noqa: T201 -- docs/operating.md names these
    assert nobody_twice(figures), figures
    assert figures.received[1] > 4000, figures
