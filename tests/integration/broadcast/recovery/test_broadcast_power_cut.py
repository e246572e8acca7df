"""Whoever is called is on disk as claimed: after a power cut nobody gets it twice. The model is test_power_cut's."""

import asyncio
import itertools
import random
import shutil
import sys
import time
from pathlib import Path

import playground
from storage.deliveries.ledger import Ledger
from tests.integration.storage.test_power_cut import File, Files, laid_down, moments, needs_strace
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, add_subscribers, sender_at
from tests.support.storage_process import ROOT, Place, place_in

PEOPLE = 60


async def traced(place: Place, api_url: str, folder: Path, how: str) -> tuple[Path, Path]:
    """Where the trace of a whole broadcast is, and what was said during it."""
    trace, said = folder / "trace", folder / "said"
    calls = "trace=pwrite64,write,fsync,fdatasync,ftruncate"
    with said.open("wb") as output:
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
            how,
            stdout=output,
            cwd=ROOT,
        )
        assert await child.wait() == 0
    return trace, said


def joined(trace: Path) -> None:
    """A call that another thread's interrupts in the trace, as one line where it ended."""
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
    place = laid_down(files, folder, keys, chance)
    async with place.opened() as store:
        await store.broadcasts.recover()
        standing = store.broadcasts.known[1]
        assert standing.key
        ledger = Ledger(1, standing.key)
        found = await ledger.of(store.database, chat) is not None
        assert await ledger.counted(store.database) == standing.totals
    shutil.rmtree(folder)
    return found


async def claimed_after_cuts(tmp_path: Path, how: str, most: int) -> list[bool]:
    """Of the first `most` who were called: whether a power cut at that moment leaves them claimed."""
    place, chance, claimed = place_in(tmp_path / "real"), random.Random(3), list[bool]()
    async with playground.running(quiet_people=PEOPLE, unpaced=True) as box:
        async with place.opened() as store:
            await add_subscribers(store, PEOPLE)
        async with sender_at(place, "http://127.0.0.1:9/bot") as sender:
            await sender.service.create(ANNOUNCEMENT, at=time.time() + 1)
        files = {str(file): File(file.read_bytes()) for file in place.database.parent.iterdir()}
        trace, said = await traced(place, f"{box.url}/bot{box.token}", tmp_path, how)
        assert box.state.quiet.spread() == {1: PEOPLE}
    joined(trace)
    for word, chat in itertools.islice(moments(files, trace, said), most):
        assert word == "calling"
        assert FIRST_CHAT <= chat < FIRST_CHAT + PEOPLE
        claimed.append(await is_claimed(files, chat, tmp_path / "cut", place.keys, chance))
    return claimed


@needs_strace
async def test_whoever_is_called_is_claimed_on_disk_whatever_a_power_cut_leaves(tmp_path: Path) -> None:
    assert await claimed_after_cuts(tmp_path, "traced", PEOPLE) == [True] * PEOPLE


@needs_strace
async def test_without_syncing_the_same_cuts_forget_who_was_called(tmp_path: Path) -> None:
    """The test above can fail."""
    claimed = await claimed_after_cuts(tmp_path, "carelessly", 20)

    assert claimed.count(False) > 5
