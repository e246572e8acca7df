"""A broadcast on its way as its admins live it, as transcripts: paused, stopped, in doubt, refused, held."""

import asyncio
from pathlib import Path
from typing import Any

from content.model import Lang
from tests.support.announcement_admins import Office, closed_office, count, office
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.broadcast_sender import FIRST_CHAT
from tests.support.person import Json, Person, labels

PEOPLE = 60
SLOWLY = "10"  # messages a second: six seconds in which to press something


async def test_a_pause_holds_it_for_all_and_resumed_everybody_gets_it_once(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, SLOWLY, language="fa") as one:
        await one.begin()
        await one.writer.press_under("Is being sent.", "Pause")
        await one.writer.sees("Paused by an admin.")
        await one.other.sees(one.word("progress.paused_admin"))
        while_paused = await standing_still(one)
        await one.other.press_under(one.word("progress.paused_admin"), one.word("button.resume"))
        await one.writer.sees("Is being sent.")
        mine, other = await ended(one)

        assert 0 < while_paused[1] < PEOPLE
        assert one.got() == {1: PEOPLE}
        assert count(mine, "Sent") == count(mine, "Together") == PEOPLE
        assert one.word("progress.total", amount=number(one, PEOPLE)) in other["text"]


async def test_a_stop_asks_first_and_its_report_adds_up_to_all_it_was_meant_for(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, SLOWLY, language="fa") as one:
        await one.begin()
        await one.other.press_under(one.word("progress.sending"), one.word("button.stop_sending"))
        await one.other.press_under(one.word("progress.sure_stop", number=1), one.word("button.back"))
        before = one.got()
        await asyncio.sleep(0.5)
        assert one.got() != before, "it was stopped before anybody was sure"
        await one.other.press_under(one.word("progress.sending"), one.word("button.stop_sending"))
        await one.other.press_under(one.word("progress.sure_stop", number=1), one.word("button.sure_stop"))
        mine, other = await ended(one, "stopped")
        reached = (await standing_still(one))[1]

        assert 0 < reached < PEOPLE
        assert count(mine, "Sent") == reached
        figures = ("Sent", "Refused", "Unknown, may have arrived", "Left meanwhile", "Not sent")
        not_reached = count(mine, "Not reached, as it ended early")
        assert sum(count(mine, name) for name in figures) + not_reached == PEOPLE
        assert one.word("progress.not_reached", amount=number(one, not_reached)) in other["text"]


async def test_only_one_message_shows_how_it_goes_and_the_others_say_so(tmp_path: Path) -> None:
    async with office(tmp_path, 10) as one:
        before = await one.send()
        await one.writer.press_under("Sending has ended", "Take it back")
        asked = await one.writer.sees("in every chat? What was read")
        await one.writer.press_under("in every chat? What was read", "Yes, delete it everywhere")
        after = await one.writer.sees("Done: 10")
        shown = [said["text"] for said in await one.writer.messages() if said["message_id"] == before["message_id"]]

    assert after["message_id"] == asked["message_id"]
    assert shown == ["How announcement no. 1 goes is shown in another message of this chat."]


async def test_who_was_refused_for_now_is_tried_again_and_gets_it(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE) as one:
        gone = one.place.box.state.quiet.gone
        gone |= {FIRST_CHAT + number: "Forbidden: bot is not allowed to write here today" for number in (3, 30, 50)}
        report = await one.send()

        assert (count(report, "Sent"), count(report, "Refused")) == (PEOPLE - 3, 3)
        assert count(report, "Of the refused, only for now") == 3

        gone.clear()
        await one.writer.press_under("only for now: 3", "Try those refused for now again")
        report = await one.writer.sees(f"Sent: {PEOPLE}")

        assert count(report, "Refused") == 0
        assert one.got() == {1: PEOPLE}


async def test_unknown_ones_get_it_again_only_when_an_admin_is_sure_and_some_twice(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, SLOWLY) as one:
        await one.begin()
        await both(one, "Is being sent.")
        faults = [("lost", 3), ("502", 2)]  # the first three got it, the others did not
        one.place.box.state.faults.replace(
            [{"kind": kind, "methods": ["sendMessage"], "times": times} for kind, times in faults]
        )
        await both(one, "Sending has ended")
        await one.writer.sees("Unknown, may have arrived: 5")
        await one.writer.press_under("Unknown, may have arrived: 5", "Send again to the unknown")
        await one.writer.sees("Some may get it twice.")
        assert one.got() == {0: 2, 1: PEOPLE - 2}
        await one.writer.press_under("Some may get it twice.", "Yes, send it again")
        report = await one.writer.sees(f"Sent: {PEOPLE}")

        assert count(report, "Unknown, may have arrived") == 0
        assert one.got() == {1: PEOPLE - 3, 2: 3}


async def test_after_a_long_silence_admins_hear_that_it_is_held_and_one_releases_it(tmp_path: Path) -> None:
    async with closed_office(tmp_path, PEOPLE, SLOWLY, language="fa") as one:
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.begin()
            await both(one, "Is being sent.", one.word("progress.sending"))
            await asyncio.sleep(1)
        before = one.got()
        newest = {person.id: (await person.messages())[-1]["message_id"] for person in (one.writer, one.other)}
        one.clock.ahead += 16 * 60
        async with one.at_work():
            silent = one.word("progress.held_silence", age="\0", moment="M", zone="Z", amount="A").partition("\0")[0]
            await heard(one.writer, newest, "Held: the bot was silent for about 1")
            await heard(one.other, newest, silent)
            assert await standing_still(one) == before
            report = await one.other.screen()
            assert {one.word("button.do_not_send"), one.word("button.send_held")} < set(labels(report))
            await one.other.press_under(silent, one.word("button.send_held"))
            sure = one.word("progress.sure_send", number=1)
            await one.other.press_under(sure, one.word("button.sure_send"))
            mine, _ = await ended(one)

    assert 0 < before[1] < PEOPLE
    assert count(mine, "Sent") == PEOPLE
    assert one.got() == {1: PEOPLE}


async def heard(admin: Person, newest: dict[int, int], text: str) -> None:
    """It came as a message of its own, and not without a sound."""
    shown = await admin.sees(text)

    assert shown["message_id"] > newest[admin.id], "an edit is not heard"
    assert not shown.get("silent")


async def standing_still(one: Office) -> dict[int, int]:
    """Whom it has come to when nothing is in flight any more, looked at for a second."""
    await asyncio.sleep(0.5)
    before = one.got()
    await asyncio.sleep(1)
    assert one.got() == before, "it was sent on"
    return before


async def both(one: Office, text: str, other: str = "") -> None:
    await one.writer.sees(text)
    await one.other.sees(other or text)


async def ended(one: Office, how: str = "ended") -> tuple[Json, Json]:
    """The last report of either."""
    say: Any = CAMPAIGN.phrasebooks[CAMPAIGN.original].say
    key = f"progress.{how}"
    return await one.writer.sees(f"{say(key)}\n"), await one.other.sees(f"{one.word(key)}\n")


def number(one: Office, figure: int) -> str:
    return CAMPAIGN.languages[Lang(one.language)].number(figure)
