"""After a backup is restored, even one with a fresh heartbeat, sending waits for an admin."""

import asyncio
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyrage
import pytest

from bot.broadcast.progress.progress_actions import PREFIX, parse_action
from bot.model.announcement import broadcast_name_in, notice_callback_data
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from storage import backup
from storage.deliveries.broadcast_state import BroadcastState, JobReason, Status, Work, decode, encode
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support import daily_sender
from tests.support.announcement_admins import new_subscriber, two_admins_stopped, write_draft
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, api_url, running_playground, sender_at
from tests.support.person import place_of
from tests.support.storage_process import TOKEN, Place, place_in

OFFLINE = pyrage.x25519.Identity.generate()
RECIPIENT = str(OFFLINE.to_public())


async def back_up(place: Place) -> Path:
    target = place.database.parent.parent / "list.age"
    await backup.backup(place.database, target, RECIPIENT)
    return target


def restore(target: Path, place: Place, by_hand: bool = False) -> None:
    """Replace the database by the backup; `by_hand` as the age tool does it."""
    shutil.rmtree(place.database.parent)
    place.database.parent.mkdir()
    if by_hand:
        place.database.write_bytes(pyrage.decrypt(target.read_bytes(), [OFFLINE]))
        place.database.chmod(0o600)
    else:
        backup.restore(target, str(OFFLINE), place.database)


async def send_half(sender: Sender) -> tuple[int, int]:
    """Create a broadcast that is being sent and a scheduled one; return their numbers."""
    running = await sender.service.create(ANNOUNCEMENT)
    later = await sender.service.create(ANNOUNCEMENT, at=time.time() + 3600)
    await sender.wait_until(lambda: sender.service.progress(running).sent > 30)
    return running, later


@pytest.mark.parametrize("by_hand", [False, True])
async def test_broadcasts_of_a_restored_database_are_held_until_an_admin_resumes_them(
    tmp_path: Path, by_hand: bool
) -> None:
    place = place_in(tmp_path)
    async with running_playground(300) as telegram:
        async with sender_at(place, api_url(telegram), 200.0, 300) as sender:
            running, later = await send_half(sender)
            target = await back_up(place)
            at_backup = sender.service.progress(running).sent
            await sender.wait_until(lambda: sender.service.progress(running).sent > at_backup + 40)
            assert sender.events[0].kind == "began"
        restore(target, place, by_hand)
        before = telegram.state.bulk_users.histogram()
        async with sender_at(place, api_url(telegram), 200.0) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held", "held"])
            await asyncio.sleep(0.3)
            assert telegram.state.bulk_users.histogram() == before
            assert sender.service.progress(later).jobs[Work.SEND].status is Status.PAUSED
            assert await sender.service.stop(running)
        async with sender_at(place, api_url(telegram), 200.0) as sender:  # held once: it is no copy any more
            assert await sender.service.resume(later)
            await sender.make_due(later)
            assert (await sender.wait_until_ended(later)).sent == 300
            assert sender.events[0].kind == "began"
            assert not await sender.store.database.is_restored()


async def test_a_backup_of_an_older_version_is_marked_when_it_is_restored(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        assert not await store.database.is_restored()
    target.write_bytes(pyrage.encrypt(place.database.read_bytes(), [OFFLINE.to_public()]))
    restore(target, place)
    async with place.opened() as store:
        assert await store.database.is_restored()


async def test_a_start_that_is_cut_off_holds_the_rest_at_the_next_start(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with running_playground(20) as telegram:
        async with sender_at(place, api_url(telegram), people=20) as sender:
            later = await sender.service.create(ANNOUNCEMENT, at=time.time() + 3600)
            target = await back_up(place)
        restore(target, place)
        async with place.opened(datetime.now(UTC).date()) as store:  # as any command does
            assert await store.database.is_restored()
        async with sender_at(place, api_url(telegram)) as sender:
            await sender.wait_until(lambda: bool(sender.events))
            assert sender.service.progress(later).jobs[Work.SEND].reason is JobReason.HELD


async def test_a_restored_database_does_not_send_a_daily_clause_again(tmp_path: Path) -> None:
    place, noon = place_in(tmp_path), daily_sender.kabul(3, 12)
    async with running_playground(1) as telegram:
        async with (
            place.opened() as store,
            daily_sender.begun_sweep(store, api_url(telegram), lambda: noon - 60) as sweep,
        ):
            await store.subscribers.save(
                Subscriber(FIRST_CHAT, "en", daily=Daily(12, "Asia/Kabul", 1)), daily_date(noon)
            )
            await store.broadcasts.write_heartbeat(noon - 60)
            await sweep.look(asyncio.Event())
            target = await back_up(place)
        restore(target, place)
        async with (
            place.opened() as store,
            daily_sender.begun_sweep(store, api_url(telegram), lambda: noon + 60) as sweep,
        ):
            await sweep.look(asyncio.Event())
            assert telegram.state.bulk_users.histogram() == {0: 1}
            assert store.daily_ledger.counts()["late"] == 1


def daily_date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


async def test_a_restored_draft_that_waited_for_approval_is_not_sent(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as team:
        place = place_in(tmp_path)
        async with team.running_bot():
            await team.writer.start()
            await team.other.start()
            await team.request()
            await team.other.sees("Another admin wants")
            target = await back_up(place)
        restore(target, place)
        async with team.running_bot():
            await team.writer.sees("Your announcement was not sent")
            await team.confirm()
            await team.other.sees("This request is no longer valid")
            await write_draft(team.writer)


async def test_an_old_button_opens_no_new_announcement_of_the_same_number(tmp_path: Path) -> None:
    """An admin's neither: what an old report would take back is not what has its number now."""
    async with two_admins_stopped(tmp_path) as team:
        place = place_in(tmp_path)
        async with team.running_bot():
            await team.writer.start()
            await team.other.start()
            target = await back_up(place)
            reader = await new_subscriber(team.place)
            await reader.press("Discreet delivery")
            await team.send("The first number one")
            notice = await reader.sees("There is something new to read.")
        restore(target, place)
        async with team.running_bot():
            late = await new_subscriber(team.place)
            await late.press("Discreet delivery")
            old = await team.writer.sees("Sending has ended")
            await team.send("The other number one")
            theirs = await late.sees("There is something new to read.")
            await reader.press_at(notice["message_id"], 0, 0)
            assert reader.toast == "This button no longer works."
            await late.press_at(theirs["message_id"], 0, 0)
            await late.sees("The other number one")
            await team.writer.press_at(old["message_id"], *place_of("Delete for everyone", old))
            assert team.writer.toast == "This button no longer works."


def test_the_button_of_a_notice_names_its_broadcast_with_or_without_a_tag() -> None:
    new, plain = BroadcastState(7, 0.0, None, tag="0a1b2c3d"), encode(BroadcastState(7, 0.0, None))
    before_tags = plain.replace(b',"tag":""', b"")
    old = decode(before_tags)
    others = ("7.", "7.0a1b", "0.0a1b2c3d", "7.0A1B2C3D", "7.0a1b2c3d.", "")

    assert b"tag" not in before_tags
    assert broadcast_name_in(notice_callback_data(new.name)) == new.name == "7.0a1b2c3d"
    assert broadcast_name_in(notice_callback_data(old.name)) == old.name == "7"
    assert len(notice_callback_data("999999999.0a1b2c3d")) <= 64
    assert {broadcast_name_in(f"bc:{other}") for other in others} == {None}


@pytest.mark.parametrize("action", ["ask.resend", "edit", "stop"])
def test_the_button_of_a_report_fits_and_names_action_and_broadcast(action: str) -> None:
    data = Signer(TOKEN).sign(UserId(10**10), Lang("en"), f"{PREFIX}{action}.99999.0a1b2c3d", 4e9)

    assert len(data) <= 64
    assert parse_action(f"{PREFIX}{action}.99999.0a1b2c3d") == (action, "99999.0a1b2c3d")
    assert parse_action(f"{PREFIX}{action}.7") == (action, "7")
    assert parse_action(f"{PREFIX}{action}") == (action, "")
