"""A backup that is put back within minutes: what it would send waits for an admin, however fresh its heartbeat."""

import asyncio
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyrage
import pytest

from bot.broadcast.progress.progress_screen import PREFIX, asked
from bot.model.announcement import named_in, notice_data
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from storage import backup
from storage.deliveries.broadcast_state import BroadcastState, JobReason, Status, Work, decode, encode
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support import daily_sender
from tests.support.announcement_admins import closed_office, subscriber, write
from tests.support.broadcast_sender import FIRST, SAID, Sender, api, at_work, box
from tests.support.person import place_of
from tests.support.storage_process import TOKEN, Place, place_in

OFFLINE = pyrage.x25519.Identity.generate()
RECIPIENT = str(OFFLINE.to_public())


async def backed_up(place: Place) -> Path:
    target = place.database.parent.parent / "list.age"
    await backup.backup(place.database, target, RECIPIENT)
    return target


def put_back(target: Path, place: Place, by_hand: bool = False) -> None:
    """In the place of what was there; by hand as with the age tool."""
    shutil.rmtree(place.database.parent)
    place.database.parent.mkdir()
    if by_hand:
        place.database.write_bytes(pyrage.decrypt(target.read_bytes(), [OFFLINE]))
        place.database.chmod(0o600)
    else:
        backup.restore(target, str(OFFLINE), place.database)


async def half_sent(sender: Sender) -> tuple[int, int]:
    """One that is being sent, and one for later."""
    running = await sender.service.create(SAID)
    later = await sender.service.create(SAID, at=time.time() + 3600)
    await sender.until(lambda: sender.service.progress(running).sent > 30)
    return running, later


@pytest.mark.parametrize("by_hand", [False, True])
async def test_what_it_would_send_is_held_at_once_and_goes_on_when_it_is_released(
    tmp_path: Path, by_hand: bool
) -> None:
    place = place_in(tmp_path)
    async with box(300) as telegram:
        async with at_work(place, api(telegram), 200.0, 300) as sender:
            running, later = await half_sent(sender)
            target = await backed_up(place)
            at_backup = sender.service.progress(running).sent
            await sender.until(lambda: sender.service.progress(running).sent > at_backup + 40)
            assert sender.news[0].kind == "began"
        put_back(target, place, by_hand)
        before = telegram.state.quiet.spread()
        async with at_work(place, api(telegram), 200.0) as sender:
            await sender.until(lambda: [one.kind for one in sender.news] == ["held", "held"])
            await asyncio.sleep(0.3)
            assert telegram.state.quiet.spread() == before
            assert sender.service.progress(later).jobs[Work.SEND].status is Status.PAUSED
            assert await sender.service.stop(running)
        async with at_work(place, api(telegram), 200.0) as sender:  # held once: it is no copy any more
            assert await sender.service.resume(later)
            assert await sender.service.schedule(later, 0.0)
            assert (await sender.finished(later)).sent == 300
            assert sender.news[0].kind == "began"
            assert not await sender.store.database.is_restored()


async def test_a_backup_of_an_older_version_is_marked_when_it_is_put_back(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        assert not await store.database.is_restored()
    target.write_bytes(pyrage.encrypt(place.database.read_bytes(), [OFFLINE.to_public()]))
    put_back(target, place)
    async with place.opened() as store:
        assert await store.database.is_restored()


async def test_a_start_that_is_cut_off_before_all_is_held_holds_it_the_next_time(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with box(20) as telegram:
        async with at_work(place, api(telegram), people=20) as sender:
            later = await sender.service.create(SAID, at=time.time() + 3600)
            target = await backed_up(place)
        put_back(target, place)
        async with place.opened(datetime.now(UTC).date()) as store:  # as any command does
            assert await store.database.is_restored()
        async with at_work(place, api(telegram)) as sender:
            await sender.until(lambda: bool(sender.news))
            assert sender.service.progress(later).jobs[Work.SEND].reason is JobReason.HELD


async def test_the_clause_of_an_hour_that_struck_is_not_sent_again(tmp_path: Path) -> None:
    place, noon = place_in(tmp_path), daily_sender.kabul(3, 12)
    async with box(1) as telegram:
        async with place.opened() as store, daily_sender.at_work(store, api(telegram), lambda: noon - 60) as one:
            await store.subscribers.save(Subscriber(FIRST, "en", daily=Daily(12, "Asia/Kabul", 1)), daily_date(noon))
            await store.broadcasts.write_heartbeat(noon - 60)
            await one.look(asyncio.Event())
            target = await backed_up(place)
        put_back(target, place)
        async with place.opened() as store, daily_sender.at_work(store, api(telegram), lambda: noon + 60) as one:
            await one.look(asyncio.Event())
            assert telegram.state.quiet.spread() == {0: 1}
            assert store.daily_ledger.counts()["late"] == 1


def daily_date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


async def test_what_an_admin_had_asked_for_is_not_sent_when_it_is_put_back(tmp_path: Path) -> None:
    async with closed_office(tmp_path) as one:
        place = place_in(tmp_path)
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.ask()
            await one.other.sees("Another admin wants")
            target = await backed_up(place)
        put_back(target, place)
        async with one.at_work():
            await one.writer.sees("Your announcement was not sent")
            await one.confirm()
            await one.other.sees("This request is void")
            await write(one.writer)


async def test_a_button_from_before_opens_no_other_announcement_that_has_its_number_now(tmp_path: Path) -> None:
    """An admin's neither: what an old report would take back is not what has its number now."""
    async with closed_office(tmp_path) as one:
        place = place_in(tmp_path)
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            target = await backed_up(place)
            reader = await subscriber(one.place)
            await reader.press("Discreet delivery")
            await one.send("The first number one")
            notice = await reader.sees("There is something new to read.")
        put_back(target, place)
        async with one.at_work():
            late = await subscriber(one.place)
            await late.press("Discreet delivery")
            old = await one.writer.sees("Sending has ended")
            await one.send("The other number one")
            theirs = await late.sees("There is something new to read.")
            await reader.press_at(notice["message_id"], 0, 0)
            assert reader.toast == "This button no longer works."
            await late.press_at(theirs["message_id"], 0, 0)
            await late.sees("The other number one")
            await one.writer.press_at(old["message_id"], *place_of("Take it back", old))
            assert one.writer.toast == "This button no longer works."


def test_a_notice_s_button_names_its_broadcast_and_one_from_before_there_were_tags_does_too() -> None:
    new, plain = BroadcastState(7, 0.0, None, tag="0a1b2c3d"), encode(BroadcastState(7, 0.0, None))
    before_tags = plain.replace(b', "tag": ""', b"")
    old = decode(before_tags)
    others = ("7.", "7.0a1b", "0.0a1b2c3d", "7.0A1B2C3D", "7.0a1b2c3d.", "")

    assert b"tag" not in before_tags
    assert named_in(notice_data(new.name)) == new.name == "7.0a1b2c3d"
    assert named_in(notice_data(old.name)) == old.name == "7"
    assert len(notice_data("999999999.0a1b2c3d")) <= 64
    assert {named_in(f"bc:{other}") for other in others} == {None}


@pytest.mark.parametrize("what", ["ask.resend", "edit", "stop"])
def test_a_report_s_button_fits_and_says_what_and_which(what: str) -> None:
    data = Signer(TOKEN).sign(UserId(10**10), Lang("en"), f"{PREFIX}{what}.99999.0a1b2c3d", 4e9)

    assert len(data) <= 64
    assert asked(f"{PREFIX}{what}.99999.0a1b2c3d") == (what, "99999.0a1b2c3d")
    assert asked(f"{PREFIX}{what}.7") == (what, "7")
    assert asked(f"{PREFIX}{what}") == (what, "")
