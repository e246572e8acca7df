"""After more than 24 hours without contact with Telegram, admins read that requests to leave may be lost."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.admins import Admins, MessageSender
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.broadcast.progress.notices.downtime_notice import DowntimeNotice
from bot.team.membership import Team
from storage.store import opened
from tests.support.announcement_admins import TwoAdmins, new_subscriber, two_admins_stopped
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import place_in

HOUR = 3600.0
NOW = 1_790_000_000.0
ADMIN = 5_000_000_001
NOTICE = "out of contact with Telegram for "
NOTICE_LOG = "requests to leave may be lost"


async def start_once(team: TwoAdmins) -> None:
    """Let the admins press Start in a running bot, which then stops."""
    async with team.running_bot():
        await team.writer.start()
        await team.other.start()


async def notices(team: TwoAdmins) -> list[str]:
    """Run the bot until it has certainly sent its notices; return those about the downtime, of both admins."""
    async with team.running_bot():
        for admin in (team.writer, team.other):
            await admin.say("/privacy")
        await asyncio.sleep(0.3)
        shown = [message.get("text", "") for admin in (team.writer, team.other) for message in await admin.messages()]
    return [text for text in shown if NOTICE in text]


async def test_both_admins_are_notified_once_and_readers_see_what_is_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with two_admins_stopped(tmp_path) as team:
        await start_once(team)
        async with team.running_bot():
            reader = await new_subscriber(team.place)
        team.clock.ahead += 72 * HOUR
        async with team.running_bot():
            for admin in (team.writer, team.other):
                assert "for about 72 hours, since " in (await admin.sees(NOTICE))["text"]
            stored = await reader.say("/mydata")
        again = await notices(team)

    assert len(again) == 2, "the notice came a second time"
    assert "English" in str(stored)
    assert caplog.text.count(NOTICE_LOG) == 1


async def test_a_notice_that_a_restart_cuts_off_arrives_after_it_and_then_never_again(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await store.contact.write(NOW, (NOW - 72 * HOUR, NOW))  # as the process did that was killed then

        class Silent:
            """Telegram, which takes all messages."""

            def __init__(self) -> None:
                self.notified = list[int]()

            async def notify(self, person: int, replies: object, /) -> bool:
                self.notified.append(person)
                return True

        trail = AuditTrail(store, lambda: NOW)
        team = Team((ADMIN,), store, trail, key=b"", now=lambda: NOW)
        sender = Silent()
        admins = Admins(team, CAMPAIGN, store, DraftStore(store, trail), cast(MessageSender, sender))
        for _ in range(2):
            notices = AdminNotices(admins, "en")
            watch = DowntimeNotice(store.contact, notices, lambda: NOW, NOW, record_every=0.01)
            loops = [asyncio.create_task(notices.run()), asyncio.create_task(watch.run(lambda: 0.0, _no_date))]
            async with asyncio.timeout(10):
                while await store.contact.downtime():
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.2)
            for loop in loops:
                loop.cancel()

        assert sender.notified == [ADMIN]
        assert await store.contact.downtime() is None


async def _no_date() -> None:
    return None


async def test_a_day_without_contact_loses_nothing(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as team:
        await start_once(team)
        team.clock.ahead += 23 * HOUR

        assert await notices(team) == []


@pytest.mark.parametrize("jump", [72 * HOUR, -72 * HOUR])
async def test_a_wrong_clock_is_no_downtime(tmp_path: Path, jump: float) -> None:
    async with two_admins_stopped(tmp_path) as team:
        await start_once(team)
        team.clock.wrong = jump

        assert await notices(team) == []


async def test_a_downtime_is_noticed_although_the_clock_was_set_back(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as team:
        await start_once(team)
        team.clock.ahead, team.clock.wrong = 72 * HOUR, -90 * HOUR

        assert len(await notices(team)) == 2


async def test_a_database_of_an_earlier_version_has_only_a_heartbeat(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as team:
        await start_once(team)
        team.place.data = tmp_path / "older"
        older, yesterday = team.place.settings(), datetime.fromtimestamp(team.clock() - 50 * HOUR, UTC)
        async with opened(older.database, older.keys, yesterday.date(), team.place.bot_id) as store:
            await store.broadcasts.write_heartbeat(yesterday.timestamp())

        assert len(await notices(team)) == 2


async def test_a_running_bot_without_a_network_for_a_day_notices_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now, answered_ago = 1_790_000_000.0, 0.0

    async def no_date() -> None:
        return None

    async with place_in(tmp_path).opened() as store:
        drafts, team = (
            DraftStore(store, AuditTrail(store, lambda: now)),
            Team((), store, AuditTrail(store, lambda: now), key=b"", now=lambda: now),
        )
        admins = Admins(team, CAMPAIGN, store, drafts, cast(MessageSender, None))
        watch = DowntimeNotice(store.contact, AdminNotices(admins, "en"), lambda: now, None, record_every=0.01)
        running = asyncio.create_task(watch.run(lambda: answered_ago, no_date))
        await asyncio.sleep(0.1)
        answered_ago = 26 * HOUR
        await asyncio.sleep(0.1)
        now += 26 * HOUR
        await asyncio.sleep(0.1)
        assert NOTICE_LOG not in caplog.text
        answered_ago = 0.0
        async with asyncio.timeout(10):
            while NOTICE_LOG not in caplog.text:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        running.cancel()
        last = await store.contact.last()

    assert caplog.text.count(NOTICE_LOG) == 1
    assert last == now
