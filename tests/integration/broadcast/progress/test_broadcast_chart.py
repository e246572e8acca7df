"""Final reports as transcripts: every admin receives one, once, with a chart if there is one."""

import asyncio
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.store import opened
from tests.support.announcement_admins import TwoAdmins, two_admins, two_admins_stopped
from tests.support.broadcast_sender import ANNOUNCEMENT, sender_on
from tests.support.person import Json, Person, labels

PEOPLE, RATE = 90, "30"  # three seconds


async def endings(admin: Person) -> list[Json]:
    """Return all final reports in a chat, oldest first."""
    titles = ("how it went", "نتیجهٔ فرستادن")
    messages = [message for message in await admin.messages() if not message.get("out")]
    return [
        message
        for message in messages
        if any(title in str(message.get("caption") or message.get("text")) for title in titles)
    ]


async def test_both_admins_receive_the_final_chart_in_their_language(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, RATE, language="fa") as admins:
        report = await admins.send()
        mine, others = await admins.writer.sees("how it went"), await admins.other.sees("نتیجهٔ فرستادن")

        assert mine["photo"]
        assert others["photo"]
        assert mine["message_id"] > report["message_id"]
        assert "Sent: 90" not in mine["caption"], "the caption repeats the picture"
        assert "Recipients by language:\nEnglish: 45\nDari: 45" in mine["caption"]
        assert any(f"Duration: {seconds} seconds" in mine["caption"] for seconds in (2, 3, 4))
        assert "a second" in mine["caption"]
        assert "(Kabul)" in mine["caption"]
        assert "دری: ۴۵" in others["caption"]
        assert "(کابل)" in others["caption"]

        assert "Chart" in labels(await admins.writer.sees("Sending has ended"))
        await admins.writer.press_under("Sending has ended", "Chart")
        async with asyncio.timeout(60):
            while len(await endings(admins.writer)) < 2:
                await asyncio.sleep(0.02)
        first, again = await endings(admins.writer)
        assert again["photo"]
        assert again["caption"] == first["caption"]
        assert len(await endings(admins.other)) == 1


async def test_a_very_short_broadcast_is_reported_once_and_without_a_chart(tmp_path: Path) -> None:
    """The progress screen reports the end if it is a new message; chance decides whether it is."""
    async with two_admins(tmp_path, people=5) as admins:
        report = await admins.send()
        await asyncio.sleep(1)
        reports = await endings(admins.writer)

        assert "Sent: 5" in report["text"]
        assert "Chart" not in labels(report)
        assert len(reports) == ("edit_date" in report)
        for words in reports:
            assert "photo" not in words
            assert "Duration: a moment" in words["text"]


async def test_the_summary_is_sent_when_the_chart_cannot_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(stat.S_IRWXU)
    async with two_admins(tmp_path, PEOPLE, RATE) as admins:
        monkeypatch.setattr(sys, "executable", str(program))
        await admins.send()
        report = await admins.other.sees("how it went")

    assert "Sent: 90" in report["text"]
    assert "About" in report["text"]


async def send_without_report(admins: TwoAdmins) -> None:
    """Send an announcement without reporting it, as if the bot had crashed between its end and the report."""
    place, api = admins.place.settings(), f"{admins.place.playground.url}/bot{admins.place.playground.token}"
    async with (
        opened(place.database, place.keys, datetime.now(UTC).date(), admins.place.bot_id) as store,
        sender_on(store, api, float(RATE)) as sender,
    ):
        await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))


async def test_a_report_that_a_crash_prevented_is_sent_once_after_the_restart(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, PEOPLE, language="fa") as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
        await send_without_report(admins)
        async with admins.running_bot():
            await admins.writer.sees("how it went")
            await admins.other.sees("نتیجهٔ فرستادن")
            await asyncio.sleep(0.5)  # until it is stored that they received it; otherwise they receive it again
        async with admins.running_bot():
            await asyncio.sleep(1)
            await admins.writer.say("/help")

            reports = await endings(admins.writer) + await endings(admins.other)
            assert [bool(ending.get("photo")) for ending in reports] == [True, True]


async def test_an_admin_who_cannot_be_reached_does_not_keep_others_from_the_report(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, RATE) as admins:
        await admins.begin_sending()
        await admins.writer.post(f"chats/{admins.writer.chat}/block", blocked=True)
        await admins.other.sees("how it went")
