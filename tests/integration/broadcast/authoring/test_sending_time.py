"""When an announcement is sent, as transcripts: usual times, typed times, and one panel with live buttons."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.flows import time_format
from content.model import Lang
from content.screens.reader import Reader
from tests.support.announcement_admins import TwoAdmins, two_admins, two_admins_stopped, write_draft
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.person import Json, labels

KABUL = ZoneInfo("Asia/Kabul")


async def test_a_usual_time_takes_two_taps(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await admins.writer.press_under("When: at once", "When")
        times = await admins.writer.sees("Choose a time, or write one")
        await admins.writer.press_under("Choose a time, or write one", "Tomorrow 09:00")
        chosen = await admins.writer.sees("For English: a text")
        tomorrow = datetime.fromtimestamp(admins.clock(), KABUL) + timedelta(days=1)

    assert labels(times)[:2] == ["✓ Now", "In 1 hour"]
    assert f"When: {tomorrow:%A, %Y-%m-%d} 09:00 (Kabul)" in chosen["text"]
    assert chosen["message_id"] == times["message_id"]


async def test_a_typed_time_is_shown_back_with_its_date_and_zone(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await open_times(admins)
        shown = await admins.writer.say("tomorrow 6pm")
        tomorrow = datetime.fromtimestamp(admins.clock(), KABUL) + timedelta(days=1)

    assert f"When: {tomorrow:%A, %Y-%m-%d} 18:00 (Kabul)" in shown["text"]


async def test_unreadable_times_edit_the_panel_and_send_no_message(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        panel = await open_times(admins)
        for typed, sentence in (
            ("at dusk", "“at dusk” is not a time that I can read."),
            ("soon", "“soon” is not a time that I can read."),
            ("2020-01-01 10:00", "This time has passed."),
        ):
            await admins.writer.say(typed)
            refused = await admins.writer.sees(sentence)
            assert refused["message_id"] == panel["message_id"]
        last = (await admins.writer.messages())[-1]
        accepted = await admins.writer.say("18:00")
        closed = await closed_panel(admins, panel["message_id"])

    assert last["out"], "the bot sent a message for a time that it refused"
    assert accepted["message_id"] > panel["message_id"]
    assert labels(closed) == [], "a panel that another one replaced has live buttons"


async def test_only_the_newest_panel_has_buttons(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await admins.writer.sees("For English: a text")
        for _ in range(3):
            await admins.writer.say("/broadcast")
        async with asyncio.timeout(30):
            while len(await panels_with_buttons(admins)) != 1 or not labels((await admins.writer.messages())[-1]):
                await asyncio.sleep(0.05)
        newest = (await admins.writer.messages())[-1]

        assert [shown["message_id"] for shown in await panels_with_buttons(admins)] == [newest["message_id"]]


async def test_a_panel_loses_its_buttons_although_the_bot_was_restarted(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await write_draft(admins.writer)
            old = await admins.writer.sees("For English: a text")
        async with admins.running_bot():
            newest = await admins.writer.say("/broadcast")
            async with asyncio.timeout(30):
                while labels(await message(admins, old["message_id"])):
                    await asyncio.sleep(0.05)
            shown = await panels_with_buttons(admins)

    assert labels(old)
    assert [panel["message_id"] for panel in shown] == [newest["message_id"]]


async def panels_with_buttons(admins: TwoAdmins) -> list[Json]:
    """Return the panels of the writer's chat that have buttons."""
    messages = await admins.writer.messages()
    return [shown for shown in messages if "Announcement\n" in shown.get("text", "") and labels(shown)]


async def test_a_dari_admin_types_in_dari(tmp_path: Path) -> None:
    async with two_admins(tmp_path, language="fa") as admins:
        reader = Reader(CAMPAIGN, Lang("fa"))
        await admins.other.say("/broadcast")
        await admins.other.press("دری")
        await admins.other.sees(admins.phrase("broadcast.send_text", language="دری"))
        await admins.other.say("فردا جلسه داریم")
        await admins.other.press_under(admins.phrase("broadcast.when_now"), admins.phrase("button.moment"))
        page = await admins.other.sees("وقت محلی: کابل")
        shown = await admins.other.say("فردا ساعت ۹")
        tomorrow = datetime.fromtimestamp(admins.clock(), KABUL) + timedelta(days=1)
        at = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0).timestamp()

    assert time_format.format_moment(reader, at, zone=0) in shown["text"]
    digits_only = [line for line in page["text"].splitlines() if line and not any(map(str.isalpha, line))]
    assert len(digits_only) == 2
    assert all(line.startswith("\u200f") for line in digits_only)


async def open_times(admins: TwoAdmins) -> Json:
    """Open the screen of times; return it."""
    await admins.writer.press_under("When: at once", "When")
    return await admins.writer.sees("Choose a time, or write one")


async def closed_panel(admins: TwoAdmins, number: int) -> Json:
    """Return a message of the writer's chat once it has no buttons, or as it is after two seconds."""
    for _ in range(100):
        if not labels(shown := await message(admins, number)):
            break
        await asyncio.sleep(0.02)
    return shown


async def message(admins: TwoAdmins, number: int) -> Json:
    """Return a message of the writer's chat by its id."""
    return next(shown for shown in await admins.writer.messages() if shown["message_id"] == number)


async def test_words_about_the_bot_are_not_read_as_a_time(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await open_times(admins)
        await admins.writer.say("help")
        await admins.writer.sees("For admins")
        await admins.writer.say("every Friday")
        await admins.writer.sees("“every Friday” is not a time that I can read.")
        await admins.writer.say("لغو")
        given_up = await admins.writer.sees("Nothing was changed.")
        await open_times(admins)
        await admins.writer.say("/cancel")
        await admins.writer.sees("Nothing was changed.")
        await open_times(admins)
        await admins.writer.say("speak Dari")
        await admins.writer.sees(CAMPAIGN.editions[Lang("fa")].title)
        chosen = await admins.writer.say("۱۸:۰۰")

    assert "For English: a text" in given_up["text"]
    assert "۱۸:۰۰" in chosen["text"] or "18:00" in chosen["text"], "the draft is not as it was"
    assert CAMPAIGN.phrasebooks[Lang("fa")].say("broadcast.title") in chosen["text"]
