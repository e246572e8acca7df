"""Progress screens as transcripts: admins pause, stop, resend, retry and release broadcasts."""

import asyncio
from pathlib import Path
from typing import Any

from content.model import Lang
from tests.support.announcement_admins import TwoAdmins, count_in, two_admins, two_admins_stopped
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.broadcast_sender import FIRST_CHAT
from tests.support.person import Json, Person, labels

PEOPLE = 60
SLOWLY = "10"  # messages a second: six seconds in which to press something


async def test_after_a_pause_and_resume_everybody_receives_it_once(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, SLOWLY, language="fa") as admins:
        await admins.begin_sending()
        await admins.writer.press_under("Is being sent.", "Pause")
        await admins.writer.sees("Paused by an admin.")
        await admins.other.sees(admins.phrase("progress.paused_admin"))
        while_paused = await check_nothing_is_sent(admins)
        await admins.other.press_under(admins.phrase("progress.paused_admin"), admins.phrase("button.resume"))
        await admins.writer.sees("Is being sent.")
        mine, other = await ended(admins)

        assert 0 < while_paused[1] < PEOPLE
        assert admins.received_counts() == {1: PEOPLE}
        assert count_in(mine, "Sent") == count_in(mine, "Total") == PEOPLE
        assert admins.phrase("progress.total", amount=number(admins, PEOPLE)) in other["text"]


async def test_stopping_asks_first_and_the_report_adds_up_to_all_recipients(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, SLOWLY, language="fa") as admins:
        await admins.begin_sending()
        await admins.other.press_under(admins.phrase("progress.sending"), admins.phrase("button.stop_sending"))
        await admins.other.press_under(admins.phrase("progress.sure_stop", number=1), admins.phrase("button.back"))
        before = admins.received_counts()
        await asyncio.sleep(0.5)
        assert admins.received_counts() != before, "it was stopped before anybody was sure"
        await admins.other.press_under(admins.phrase("progress.sending"), admins.phrase("button.stop_sending"))
        await admins.other.press_under(
            admins.phrase("progress.sure_stop", number=1), admins.phrase("button.sure_stop")
        )
        mine, other = await ended(admins, "stopped")
        reached = (await check_nothing_is_sent(admins))[1]

        assert 0 < reached < PEOPLE
        assert count_in(mine, "Sent") == reached
        figures = ("Sent", "Refused by Telegram", "Uncertain, may have arrived", "Unsubscribed meanwhile", "Not sent")
        not_reached = count_in(mine, "Not reached, as it ended early (estimate)")
        assert sum(count_in(mine, name) for name in figures) + not_reached == PEOPLE
        assert admins.phrase("progress.not_reached", amount=number(admins, not_reached)) in other["text"]


async def test_only_one_message_shows_the_progress(tmp_path: Path) -> None:
    async with two_admins(tmp_path, 10) as admins:
        before = await admins.send()
        await admins.writer.press_under("Sending has ended", "Delete for everyone")
        asked = await admins.writer.sees("in every chat? Some people")
        await admins.writer.press_under("in every chat? Some people", "Yes, delete it everywhere")
        after = await admins.writer.sees("Done: 10")
        shown = [message["message_id"] for message in await admins.writer.messages()]

    assert after["message_id"] == asked["message_id"]
    assert before["message_id"] not in shown


async def test_recipients_refused_for_now_receive_it_on_a_retry(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE) as admins:
        gone = admins.place.playground.state.bulk_users.refusals
        gone |= {FIRST_CHAT + number: "Forbidden: bot is not allowed to write here today" for number in (3, 30, 50)}
        report = await admins.send()

        assert (count_in(report, "Sent"), count_in(report, "Refused by Telegram")) == (PEOPLE - 3, 3)
        assert count_in(report, "Of the refused, temporarily") == 3

        gone.clear()
        await admins.writer.press_under("temporarily: 3", "Retry temporary failures")
        report = await admins.writer.sees(f"Sent: {PEOPLE}")

        assert count_in(report, "Refused by Telegram") == 0
        assert admins.received_counts() == {1: PEOPLE}


async def test_resending_to_unknown_recipients_asks_first_and_some_receive_it_twice(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, SLOWLY) as admins:
        await admins.begin_sending()
        await both(admins, "Is being sent.")
        faults = [("lost", 3), ("502", 2)]  # the first three got it, the others did not
        admins.place.playground.state.faults.replace(
            [{"kind": kind, "methods": ["sendMessage"], "times": times} for kind, times in faults]
        )
        await both(admins, "Sending has ended")
        await admins.writer.sees("Uncertain, may have arrived: 5")
        await admins.writer.press_under("Uncertain, may have arrived: 5", "Resend where delivery is uncertain")
        await admins.writer.sees("Some may get it twice.")
        assert admins.received_counts() == {0: 2, 1: PEOPLE - 2}
        await admins.writer.press_under("Some may get it twice.", "Yes, send it again")
        report = await admins.writer.sees(f"Sent: {PEOPLE}")

        assert count_in(report, "Uncertain, may have arrived") == 0
        assert admins.received_counts() == {1: PEOPLE - 3, 2: 3}


async def test_after_a_long_downtime_admins_are_notified_of_the_hold_and_can_release_it(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, PEOPLE, SLOWLY, language="fa") as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.begin_sending()
            await both(admins, "Is being sent.", admins.phrase("progress.sending"))
            await asyncio.sleep(1)
        before = admins.received_counts()
        newest = {person.id: (await person.messages())[-1]["message_id"] for person in (admins.writer, admins.other)}
        admins.clock.ahead += 16 * 60
        async with admins.running_bot():
            silent = admins.phrase("progress.held_silence", age="\0", moment="M", zone="Z", amount="A").partition(
                "\0"
            )[0]
            await check_new_message(admins.writer, newest, "On hold: the bot was silent for about 1")
            await check_new_message(admins.other, newest, silent)
            assert await check_nothing_is_sent(admins) == before
            report = await admins.other.screen()
            assert {admins.phrase("button.do_not_send"), admins.phrase("button.send_held")} < set(labels(report))
            await admins.other.press_under(silent, admins.phrase("button.send_held"))
            sure = admins.phrase("progress.sure_send", number=1)
            await admins.other.press_under(sure, admins.phrase("button.sure_send"))
            mine, _ = await ended(admins)

    assert 0 < before[1] < PEOPLE
    assert count_in(mine, "Sent") == PEOPLE
    assert admins.received_counts() == {1: PEOPLE}


async def check_new_message(admin: Person, newest: dict[int, int], text: str) -> None:
    """Check that `text` arrived in a new message that makes a sound."""
    shown = await admin.sees(text)

    assert shown["message_id"] > newest[admin.id], "an edit is not heard"
    assert not shown.get("silent")


async def check_nothing_is_sent(admins: TwoAdmins) -> dict[int, int]:
    """Return who has received it, after checking for a second that nothing more is sent."""
    await asyncio.sleep(0.5)
    before = admins.received_counts()
    await asyncio.sleep(1)
    assert admins.received_counts() == before, "it was sent on"
    return before


async def both(admins: TwoAdmins, text: str, other: str = "") -> None:
    await admins.writer.sees(text)
    await admins.other.sees(other or text)


async def ended(admins: TwoAdmins, how: str = "ended") -> tuple[Json, Json]:
    """Return the last progress screens of both admins."""
    say: Any = CAMPAIGN.phrasebooks[CAMPAIGN.original].say
    key = f"progress.{how}"
    return await admins.writer.sees(f"{say(key)}\n"), await admins.other.sees(f"{admins.phrase(key)}\n")


def number(admins: TwoAdmins, figure: int) -> str:
    return CAMPAIGN.languages[Lang(admins.language)].number(figure)
