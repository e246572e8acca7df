"""A broadcast on its way as its admins live it, as transcripts: paused, stopped, in doubt, refused, held."""

import asyncio
from pathlib import Path

from content.model import Lang
from tests.announcing import Office, count, office
from tests.person import Json
from tests.town import CAMPAIGN

PEOPLE = 60
SLOWLY = "10"  # messages a second: six seconds in which to press something


async def standing_still(one: Office) -> dict[int, int]:
    """Whom it has come to when nothing is in flight any more, looked at for a second."""
    await asyncio.sleep(0.5)
    before = one.got()
    await asyncio.sleep(1)
    assert one.got() == before, "it was sent on"
    return before


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


async def ended(one: Office) -> tuple[Json, Json]:
    """The last report of either."""
    return await one.writer.sees("Sending has ended"), await one.other.sees(one.word("progress.ended"))


def number(one: Office, figure: int) -> str:
    return CAMPAIGN.languages[Lang(one.language)].number(figure)
