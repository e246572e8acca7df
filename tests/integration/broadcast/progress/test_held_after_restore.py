"""A broadcast held after a restore or downtime explains what is known and offers three choices."""

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
from tests.support.announcement_admins import TwoAdmins, count_in, two_admins_stopped
from tests.support.person import Json, labels
from tests.support.storage_process import Place, place_in

PEOPLE, AT_BACKUP = 300, 85
OFFLINE = pyrage.x25519.Identity.generate()
HELD = "On hold: the bot’s data was restored from a backup"


async def sent_to(admins: TwoAdmins, people: int) -> None:
    async with asyncio.timeout(60):
        while admins.received_counts().get(1, 0) < people:
            await asyncio.sleep(0.01)


async def backed_up(place: Place, target: Path) -> None:
    await backup.backup(place.database, target, str(OFFLINE.to_public()))


def put_back(place: Place, target: Path, missing_seconds: int) -> None:
    shutil.rmtree(place.database.parent)
    place.database.parent.mkdir()
    backup.restore(target, str(OFFLINE), place.database, missing_seconds)


@asynccontextmanager
async def restored(
    tmp_path: Path, language: str = "en", missing_seconds: int = 0
) -> AsyncIterator[tuple[TwoAdmins, dict[int, int], Json]]:
    """Yield a bot restored from a backup at 85 of 300 recipients, three hours and 65 recipients later.

    Also yields how many received how many messages before the restore, and the progress screen.
    """
    async with two_admins_stopped(tmp_path, PEOPLE, language=language) as admins:
        place, target = place_in(tmp_path), tmp_path / "list.age"
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.begin_sending()
            await sent_to(admins, AT_BACKUP)
            await backed_up(place, target)
            await sent_to(admins, 150)
        put_back(place, target, missing_seconds)
        admins.clock.ahead += 3 * 3600
        before = admins.received_counts()
        async with admins.running_bot():
            name = "held_possibly_sent" if missing_seconds else "held_copy"
            explanation = admins.phrase(f"progress.{name}", age="\0", moment="\0", zone="Z", amount="A").partition(
                "\0"
            )[0]
            screen = await admins.other.sees(explanation)
            yield admins, before, screen


async def test_the_screen_says_how_old_the_copy_is_and_who_may_receive_it_twice(tmp_path: Path) -> None:
    async with restored(tmp_path) as (admins, before, _):
        shown = (await admins.writer.sees(HELD))["text"]
        assert "that was about 3 hours old. The backup ends at 20" in shown
        assert "some of the remaining people may get it twice" in shown
        assert "The bot knows of nobody who surely did not get it" in shown
        report = await admins.writer.sees("Sent: ")
        assert AT_BACKUP - 10 <= count_in(report, "Sent") <= AT_BACKUP + 40
        assert labels(report)[:2] == ["Do not send", "Send"]
        await asyncio.sleep(1)
        assert admins.received_counts() == before


async def test_choosing_not_to_send_sends_to_nobody(tmp_path: Path) -> None:
    async with restored(tmp_path) as (admins, before, _):
        await admins.writer.sees("Sent: ")
        await admins.writer.press_under(HELD, "Do not send")
        await admins.writer.press_under("Those who have not got it will not get it", "Yes, stop it")
        await admins.writer.sees("Stopped by an admin.")
        assert admins.received_counts() == before


async def test_choosing_to_send_sends_to_all_whom_the_copy_does_not_know(tmp_path: Path) -> None:
    async with restored(tmp_path) as (admins, before, _):
        report = await admins.writer.sees("Sent: ")
        known = count_in(report, "Sent") + count_in(report, "Uncertain, may have arrived")
        await admins.writer.press_under(HELD, "Send")
        await admins.writer.press_under("People who got it meanwhile will get it twice", "Yes, send it")
        await admins.writer.sees("Sending has ended")
        received = admins.received_counts()
        assert sum(received.values()) == PEOPLE
        assert set(received) <= {0, 1, 2}
        assert received.get(2, 0) <= before[1] - known + 5


async def test_people_to_whom_the_old_server_may_have_sent_get_nothing_twice_unless_it_is_resent(
    tmp_path: Path,
) -> None:
    async with restored(tmp_path, missing_seconds=3) as (admins, before, _):
        shown = (await admins.writer.sees("On hold: the bot continues from a copy"))["text"]
        assert "had time to send this announcement to more people, at most: " in shown
        await admins.writer.press_under("On hold", "Send")
        await admins.writer.press_under("People who count as uncertain do not get it again", "Yes, send it")
        ended = await admins.writer.sees("Sending has ended")
        received = admins.received_counts()
        assert set(received) <= {0, 1}
        assert received[1] >= before[1]
        assert received.get(0, 0) <= count_in(ended, "Uncertain, may have arrived")


@pytest.mark.parametrize("language", ["fa", "ps"])
async def test_a_hold_after_a_restore_is_explained_in_every_language(tmp_path: Path, language: str) -> None:
    async with restored(tmp_path, language) as (admins, _, screen):
        assert admins.phrase("broadcast.hours", number=3) in screen["text"]


async def test_after_downtime_it_can_be_sent_only_to_those_certainly_not_sent_to(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, PEOPLE) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.begin_sending()
            await sent_to(admins, AT_BACKUP)
            admins.place.playground.state.faults.replace(
                [{"kind": "429", "methods": ["sendMessage"], "seconds": 30.0}]
            )
            await asyncio.sleep(1.5)
        admins.place.playground.state.faults.replace([])
        before = admins.received_counts()
        admins.clock.ahead += 16 * 60
        async with admins.running_bot():
            held = await admins.writer.sees("On hold: the bot was silent for about 1")
            assert "Surely not sent, according to this bot’s data: " in held["text"]
            await admins.writer.press_under("On hold: the bot was silent", "Only those who surely did not get it")
            await admins.writer.press_under("only to people who surely did not get it", "Yes, only to those")
            ended = await admins.writer.sees("Sending has ended")
            received = admins.received_counts()

    assert set(received) <= {0, 1}
    assert before[1] < received[1] < PEOPLE
    assert count_in(ended, "Sent") == received[1]
    assert count_in(ended, "Not reached, as it ended early (estimate)") > 0


def test_a_stored_hold_survives_encoding_and_may_be_missing() -> None:
    state = BroadcastState(7, 0.0, None, held=BroadcastHold(5.0, 9.0, True))
    plain = broadcast_state.encode(state)
    assert broadcast_state.decode(plain) == state
    assert broadcast_state.decode(plain.replace(b',"possibly_sent":0', b"")) == state
    old = plain.replace(b',"held":{"last_heartbeat":5.0,"at":9.0,"is_copy":true,"possibly_sent":0}', b"")
    assert b"held" not in old
    assert broadcast_state.decode(old).held is None
