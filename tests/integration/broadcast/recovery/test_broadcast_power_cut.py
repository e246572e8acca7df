"""Recipients are claimed on disk before they are called, so a power cut makes nobody get it twice.

The model of a power cut is that of test_power_cut.
"""

import asyncio
import itertools
import random
import shutil
import sys
import time
from pathlib import Path

import playground
from storage.deliveries.ledger import Ledger, LedgerId
from tests.integration.storage.test_power_cut import File, Files, confirmations, needs_strace, restored_files
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, add_subscribers, sender_at
from tests.support.storage_process import ROOT, Place, count_outcomes, place_in

PEOPLE = 60


async def trace_broadcast(place: Place, api_url: str, folder: Path, how: str) -> tuple[Path, Path]:
    """Trace a whole broadcast; return the paths of the trace and of what the process printed."""
    trace, output_path = folder / "trace", folder / "output"
    calls = "trace=pwrite64,write,fsync,fdatasync,ftruncate"
    with output_path.open("wb") as output:
        child = await asyncio.create_subprocess_exec(
            "strace",
            "-f",
            "-y",
            "-xx",
            "-s",
            "100000",
            "-e",
            calls,
            "-o",
            str(trace),
            sys.executable,
            "-m",
            "tests.support.broadcast_sender",
            str(place.database),
            str(place.keys),
            api_url,
            "300",
            "0",
            how,
            stdout=output,
            cwd=ROOT,
        )
        assert await child.wait() == 0
    return trace, output_path


def join_interrupted_lines(trace: Path) -> None:
    """Join the lines of a call that another thread interrupts in the trace, at the place where it ended."""
    begun, lines = dict[str, str](), list[str]()
    for line in trace.read_text("ascii").splitlines():
        thread = line.split(" ", 1)[0]
        if line.endswith(" <unfinished ...>"):
            begun[thread] = line.removesuffix(" <unfinished ...>")
        elif " resumed>" in line:
            lines.append(begun.pop(thread) + line.split(" resumed>", 1)[1])
        else:
            lines.append(line)
    trace.write_text("\n".join(lines), "ascii")


async def is_claimed(files: Files, chat: int, folder: Path, keys: Path, chance: random.Random) -> bool:
    place = restored_files(files, folder, keys, chance)
    async with place.opened() as store:
        await store.broadcasts.recover()
        standing = store.broadcasts.known[1]
        assert standing.key
        ledger = Ledger(LedgerId.for_broadcast(1), standing.key)
        is_known = await ledger.entry_for(store.database, chat) is not None
        assert await count_outcomes(store.database, LedgerId.for_broadcast(1)) == standing.totals
    shutil.rmtree(folder)
    return is_known


async def claims_after_cuts(tmp_path: Path, how: str, most: int) -> list[bool]:
    """Return for each of the first `most` calls whether a power cut at that moment leaves the recipient claimed."""
    place, chance, claimed = place_in(tmp_path / "real"), random.Random(3), list[bool]()
    async with playground.running(bulk_users=PEOPLE, has_flood_limits=False) as telegram:
        async with place.opened() as store:
            await add_subscribers(store, PEOPLE)
        async with sender_at(place, "http://127.0.0.1:9/bot") as sender:
            await sender.service.create(ANNOUNCEMENT, at=time.time() + 1)
        files = {str(file): File(file.read_bytes()) for file in place.database.parent.iterdir()}
        trace, output = await trace_broadcast(place, f"{telegram.url}/bot{telegram.token}", tmp_path, how)
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}
    join_interrupted_lines(trace)
    for word, chat in itertools.islice(confirmations(files, trace, output), most):
        assert word == "calling"
        assert FIRST_CHAT <= chat < FIRST_CHAT + PEOPLE
        claimed.append(await is_claimed(files, chat, tmp_path / "cut", place.keys, chance))
    return claimed


@needs_strace
async def test_every_called_recipient_is_claimed_on_disk_after_a_power_cut(tmp_path: Path) -> None:
    assert await claims_after_cuts(tmp_path, "traced", PEOPLE) == [True] * PEOPLE


@needs_strace
async def test_without_fsync_the_same_power_cuts_lose_claims(tmp_path: Path) -> None:
    """The test above is able to fail."""
    claimed = await claims_after_cuts(tmp_path, "carelessly", 20)

    assert claimed.count(False) > 5
