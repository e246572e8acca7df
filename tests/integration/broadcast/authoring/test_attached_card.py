"""An admin attaches the card of a clause to an announcement, and subscribers receive it above the text."""

import asyncio
from pathlib import Path

import pytest

from bot.broadcast.authoring.cards import card_choice
from bot.cards.card_renderer import CardRenderer
from bot.cards.card_text import CardText
from bot.chart.drawing_process import DrawingFailed
from tests.support.announcement_admins import NOON, SEND, new_subscriber, open_check_page, two_admins, write_draft
from tests.support.person import Json, Person, labels

BUTTON, CHOICE = "Attach a clause or a demand", "Choose a clause, or what is asked"


async def choose(writer: Person, part: str, language: str = "English") -> None:
    """Choose a card on the page of a language, from the main screen of the draft."""
    panel = await writer.screen()
    await writer.press_under("Announcement", next(label for label in labels(panel) if language in label))
    await writer.press_under("Now send what those who read", BUTTON)
    await writer.press_under(CHOICE, part)


def pictures(messages: list[Json]) -> list[Json]:
    return [message for message in messages if message.get("photo") and not message.get("out")]


async def test_a_subscriber_receives_the_card_with_the_text_as_its_caption(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await write_draft(admins.writer)
        await choose(admins.writer, "Clause 4")
        panel = await admins.writer.sees("For English: a photo, 16 characters")
        preview = pictures(await admins.writer.messages())
        await admins.writer.press_under("The picture above is attached", "Back")
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.confirm()
        received = await reader.sees(NOON)

    assert panel["text"].startswith("Announcement\n\nThe picture above is attached for those who read English.")
    assert [picture["caption"].partition("\n")[0] for picture in preview] == ["Clause 4"]
    assert received["caption"] == NOON
    assert received["photo"][-1]["file_unique_id"] == preview[0]["photo"][-1]["file_unique_id"]


async def test_a_text_that_is_sent_after_the_card_becomes_its_caption(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await admins.writer.say("/broadcast")
        await choose(admins.writer, "Demand: The United Nations", "دری")
        await admins.writer.sees("The picture above is attached for those who read Dari")
        panel = await admins.writer.say("فردا")
        preview = pictures(await admins.writer.messages())

    assert "For Dari: a photo, 4 characters" in panel["text"]
    assert preview[0]["caption"] == "خواست‌ها از این مخاطب\nسازمان ملل متحد"


async def test_a_text_that_needs_several_cards_is_not_attached(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await choose(admins.writer, "Preamble")
        page = await admins.writer.sees("This text cannot be attached: it needs 2 pictures")
        await admins.writer.press_under(CHOICE, "Back")
        panel = await admins.writer.sees("For English: a text, 16 characters")

    assert "Clause 4" in " ".join(labels(page))
    assert BUTTON in labels(panel)


@pytest.mark.parametrize("failure", [DrawingFailed("no drawing"), None])
async def test_without_a_picture_the_draft_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception | None
) -> None:
    async def render(self: CardRenderer, card: CardText) -> tuple[bytes, ...]:
        if failure:
            raise failure
        await asyncio.sleep(60)
        return ()

    monkeypatch.setattr(CardRenderer, "render", render)
    monkeypatch.setattr(card_choice, "_DEADLINE", 0.1)
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await choose(admins.writer, "Clause 4")
        await admins.writer.sees("The picture could not be drawn or uploaded")
        await admins.writer.press_under(CHOICE, "Back")
        await admins.writer.sees("For English: a text, 16 characters")
        messages = await admins.writer.messages()

    assert pictures(messages) == []


async def test_the_picture_of_a_sent_announcement_cannot_be_replaced_by_a_card(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await admins.send()
        await admins.writer.press_under("Sending has ended", "Edit")
        await admins.writer.sees("For English: a text")
        panel = await admins.writer.screen()
        await admins.writer.press_under("Announcement", next(x for x in labels(panel) if "English" in x))
        page = await admins.writer.sees("Now send what those who read English")

    assert BUTTON not in labels(page)
