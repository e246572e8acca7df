"""The end of a broadcast as its admins are told it, as transcripts: a chart or the words alone, and once."""

import asyncio
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.store import opened
from tests.support.announcement_admins import Office, closed_office, office
from tests.support.broadcast_sender import ANNOUNCEMENT, sender_on
from tests.support.person import Json, Person, labels

PEOPLE, RATE = 90, "30"  # three seconds


async def endings(admin: Person) -> list[Json]:
    """All messages that say how it went, oldest first."""
    titles = ("how it went", "نتیجهٔ فرستادن")
    told = [one for one in await admin.messages() if not one.get("out")]
    return [one for one in told if any(title in str(one.get("caption") or one.get("text")) for title in titles)]


async def test_when_it_has_ended_both_admins_get_the_chart_in_their_language(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, RATE, language="fa") as one:
        report = await one.send()
        mine, others = await one.writer.sees("how it went"), await one.other.sees("نتیجهٔ فرستادن")

        assert mine["photo"]
        assert others["photo"]
        assert mine["message_id"] > report["message_id"]
        assert "Sent: 90\nRefused: 0\n" in mine["caption"]
        assert "Together: 90" in mine["caption"]
        assert any(f"Took: {seconds} seconds" in mine["caption"] for seconds in (2, 3, 4))
        assert "a second" in mine["caption"]
        assert "(Kabul)" in mine["caption"]
        assert "فرستاده شد: ۹۰" in others["caption"]
        assert "(کابل)" in others["caption"]

        assert "Chart" in labels(await one.writer.sees("Sending has ended"))
        await one.writer.press_under("Sending has ended", "Chart")
        async with asyncio.timeout(60):
            while len(await endings(one.writer)) < 2:
                await asyncio.sleep(0.02)
        first, again = await endings(one.writer)
        assert again["photo"]
        assert again["caption"] == first["caption"]
        assert len(await endings(one.other)) == 1


async def test_what_took_but_a_moment_is_told_in_words_and_once(tmp_path: Path) -> None:
    """In the report itself, where that is a new message: it comes before or after the end, as chance will have it."""
    async with office(tmp_path, people=5) as one:
        report = await one.send()
        await asyncio.sleep(1)
        told = await endings(one.writer)

        assert "Sent: 5" in report["text"]
        assert "Chart" not in labels(report)
        assert len(told) == ("edit_date" in report)
        for words in told:
            assert "photo" not in words
            assert "Took: a moment" in words["text"]


async def test_where_nothing_can_be_drawn_the_words_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(stat.S_IRWXU)
    async with office(tmp_path, PEOPLE, RATE) as one:
        monkeypatch.setattr(sys, "executable", str(program))
        await one.send()
        told = await one.other.sees("how it went")

    assert "Sent: 90" in told["text"]
    assert "About" in told["text"]


async def sent_without_a_word(one: Office) -> None:
    """As after a crash between the end and the telling: all is in the database, and nobody was told."""
    place, api = one.place.settings(), f"{one.place.box.url}/bot{one.place.box.token}"
    async with (
        opened(place.database, place.keys, datetime.now(UTC).date(), one.place.bot_id) as store,
        sender_on(store, api, float(RATE)) as sender,
    ):
        await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))


async def test_an_end_of_which_a_crash_kept_the_news_is_told_once(tmp_path: Path) -> None:
    async with closed_office(tmp_path, PEOPLE, language="fa") as one:
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
        await sent_without_a_word(one)
        async with one.at_work():
            await one.writer.sees("how it went")
            await one.other.sees("نتیجهٔ فرستادن")
            await asyncio.sleep(0.5)  # until it is noted that they know: cut off before, they are told once more
        async with one.at_work():
            await asyncio.sleep(1)
            await one.writer.say("/help")

            told = await endings(one.writer) + await endings(one.other)
            assert [bool(ending.get("photo")) for ending in told] == [True, True]


async def test_who_cannot_be_told_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, RATE) as one:
        await one.begin()
        await one.writer.post(f"chats/{one.writer.chat}/block", blocked=True)
        await one.other.sees("how it went")
