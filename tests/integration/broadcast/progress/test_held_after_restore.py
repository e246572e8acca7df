"""What is held after a restore or a silence says what is known, and offers three ways, each with its consequence."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pyrage
import pytest

from storage import backup
from storage.deliveries import broadcast_state
from storage.deliveries.broadcast_state import BroadcastHold, BroadcastState
from tests.support.announcement_admins import Office, closed_office, count
from tests.support.person import Json, labels
from tests.support.storage_process import Place, place_in

PEOPLE, AT_BACKUP = 300, 85
OFFLINE = pyrage.x25519.Identity.generate()
HELD = "Held: the bot’s data were put back from a copy"


async def sent_to(one: Office, people: int) -> None:
    async with asyncio.timeout(60):
        while one.got().get(1, 0) < people:
            await asyncio.sleep(0.01)


async def backed_up(place: Place, target: Path) -> None:
    await backup.backup(place.database, target, str(OFFLINE.to_public()))


def put_back(place: Place, target: Path) -> None:
    shutil.rmtree(place.database.parent)
    place.database.parent.mkdir()
    backup.restore(target, str(OFFLINE), place.database)


@asynccontextmanager
async def restored(tmp_path: Path, language: str = "en") -> AsyncIterator[tuple[Office, dict[int, int], Json]]:
    """Backed up at 85 of 300, sent on to 150, put back after three hours; what each got before, and the screen."""
    async with closed_office(tmp_path, PEOPLE, language=language) as one:
        place, target = place_in(tmp_path), tmp_path / "list.age"
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.begin()
            await sent_to(one, AT_BACKUP)
            await backed_up(place, target)
            await sent_to(one, 150)
        put_back(place, target)
        one.clock.ahead += 3 * 3600
        before = one.got()
        async with one.at_work():
            heard = one.word("progress.held_copy", age="\0", moment="M", zone="Z").partition("\0")[0]
            screen = await one.other.sees(heard)
            yield one, before, screen


async def test_it_says_how_old_the_copy_is_and_who_may_get_it_twice(tmp_path: Path) -> None:
    async with restored(tmp_path) as (one, before, _):
        shown = (await one.writer.sees(HELD))["text"]
        assert "that was about 3 hours old. The copy ends at 20" in shown
        assert "those still to come may get it twice" in shown
        assert "Surely not sent: nobody is known" in shown
        report = await one.writer.sees("Sent: ")
        assert AT_BACKUP - 10 <= count(report, "Sent") <= AT_BACKUP + 40
        assert labels(report)[:2] == ["Do not send", "Send"]
        await asyncio.sleep(1)
        assert one.got() == before


async def test_do_not_send_sends_to_nobody(tmp_path: Path) -> None:
    async with restored(tmp_path) as (one, before, _):
        await one.writer.sees("Sent: ")
        await one.writer.press_under(HELD, "Do not send")
        await one.writer.press_under("Those who have not got it will not get it", "Yes, stop it")
        await one.writer.sees("Stopped by an admin.")
        assert one.got() == before


async def test_send_sends_to_all_that_the_copy_does_not_know_of(tmp_path: Path) -> None:
    async with restored(tmp_path) as (one, before, _):
        report = await one.writer.sees("Sent: ")
        known = count(report, "Sent") + count(report, "Unknown, may have arrived")
        await one.writer.press_under(HELD, "Send")
        await one.writer.press_under("Whoever got it meanwhile gets it twice", "Yes, send it")
        await one.writer.sees("Sending has ended")
        got = one.got()
        assert sum(got.values()) == PEOPLE
        assert set(got) <= {0, 1, 2}
        assert got.get(2, 0) <= before[1] - known + 5


@pytest.mark.parametrize("language", ["fa", "ps"])
async def test_it_says_so_in_every_language(tmp_path: Path, language: str) -> None:
    async with restored(tmp_path, language) as (one, _, screen):
        assert one.word("broadcast.hours", number=3) in screen["text"]


async def test_after_a_silence_only_those_surely_not_sent_get_it(tmp_path: Path) -> None:
    async with closed_office(tmp_path, PEOPLE) as one:
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.begin()
            await sent_to(one, AT_BACKUP)
            one.place.box.state.faults.replace([{"kind": "429", "methods": ["sendMessage"], "seconds": 30.0}])
            await asyncio.sleep(1.5)
        one.place.box.state.faults.replace([])
        before = one.got()
        one.clock.ahead += 16 * 60
        async with one.at_work():
            held = await one.writer.sees("Held: the bot was silent for about 1")
            assert "Surely not sent, as far as these data know: " in held["text"]
            await one.writer.press_under("Held: the bot was silent", "Only to those surely not sent")
            await one.writer.press_under("only to those of whom the data know", "Yes, only to those")
            ended = await one.writer.sees("Sending has ended")
            got = one.got()

    assert set(got) <= {0, 1}
    assert before[1] < got[1] < PEOPLE
    assert count(ended, "Sent") == got[1]
    assert count(ended, "Not reached, as it ended early") > 0


def test_a_standing_keeps_since_when_it_is_held_and_an_older_one_does_not_know() -> None:
    one = BroadcastState(7, 0.0, None, held=BroadcastHold(5.0, 9.0, True))
    plain = broadcast_state.encode(one)
    assert broadcast_state.decode(plain) == one
    old = plain.replace(b',"held":{"last_heartbeat":5.0,"at":9.0,"is_copy":true}', b"")
    assert b"held" not in old
    assert broadcast_state.decode(old).held is None
