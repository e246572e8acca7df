"""A text that an admin's app splits into several messages is refused, and its rest is not answered."""

import asyncio
from pathlib import Path

import pytest

from bot.broadcast.authoring.draft import Draft, Source
from bot.broadcast.authoring.incoming import split_messages
from bot.model.announcement import Media, Piece
from tests.integration.broadcast.authoring.test_admin_message_edited import settled
from tests.support.announcement_admins import SEND, TwoAdmins, only_admin, open_check_page
from tests.support.person import Json, labels

TOO_LONG = "Your text is too long for one message: Telegram allows 4,096 characters"


async def at_text(admins: TwoAdmins) -> None:
    await admins.writer.say("/broadcast")
    await admins.writer.press_under("Announcement", "English")
    await admins.writer.sees("Now send what")


async def send(admins: TwoAdmins, **message: object) -> None:
    await admins.writer.post(f"chats/{admins.writer.chat}/send", **message)


def parts(words: str, *lengths: int) -> list[str]:
    """Return texts of these lengths, split at spaces, as an app does it."""
    return [(words * (length // len(words) + 1))[:length].strip() for length in lengths]


@pytest.mark.parametrize("lengths", [(4096, 1904), (2100, 2100), (4096, 4096, 800), (3000, 2000, 1500, 3000)])
async def test_a_split_text_is_refused_and_no_part_is_answered_as_a_question(
    tmp_path: Path, lengths: tuple[int, ...]
) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await at_text(admins)
        before = len(await admins.writer.messages())
        for text in parts("women and work ", *lengths):
            await send(admins, text=text)
        refusal = await admins.writer.sees(TOO_LONG)
        answers = [message for message in (await settled(admins.writer))[before:] if not message.get("out")]
        await admins.writer.press_under(TOO_LONG, "Back")
        checked = await open_check_page(admins.writer)
        screen = await admins.writer.sees("Recipients")

        assert len(answers) == 2  # the panel after the first part, and the refusal
        assert "Please send a shorter text." in refusal["text"]
        assert "✗ In English: the text is only the beginning of what you wrote." in checked
        assert not any(label.startswith(SEND) for label in labels(screen))


async def test_a_shorter_text_is_accepted_afterwards(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await at_text(admins)
        for text in parts("women and work ", 4096, 1904):
            await send(admins, text=text)
        await admins.writer.sees(TOO_LONG)
        await asyncio.sleep(3.0)  # nobody writes sooner, and Telegram dates messages by the second
        await admins.writer.say("Tomorrow at noon")
        await open_check_page(admins.writer)
        screen = await admins.writer.sees("Recipients")

        assert "Tomorrow at noon" in screen["text"]
        assert any(label.startswith(SEND) for label in labels(screen))


async def test_a_caption_that_continues_in_a_text_is_recognized(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await at_text(admins)
        caption, rest = parts("women and work ", 1024, 700)
        await send(admins, kind="photo", caption=caption)
        await send(admins, text=rest)

        await admins.writer.sees("Telegram allows 1,024 characters")


async def test_a_command_after_a_short_text_is_answered_as_a_command(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await at_text(admins)
        await admins.writer.say("Tomorrow at noon")
        answer = await admins.writer.say("/help")
        assert "Tomorrow" not in answer["text"]
        assert TOO_LONG not in answer["text"]

        assert "For English: a text, " in (await admins.writer.say("/broadcast"))["text"]


LONG = Draft("en", "en", {"en": Piece("a" * 4090)}, sources={"text.en": Source(7, 1000)})


@pytest.mark.parametrize(
    ("draft", "number", "message", "part"),
    [
        (LONG, 8, {"text": "b" * 50, "date": 1000}, "text.en"),
        (LONG, 8, {"text": "b" * 50, "date": 1002}, "text.en"),
        (LONG, 8, {"text": "b" * 50, "date": 1003}, ""),
        (LONG, 6, {"text": "b" * 50, "date": 1000}, ""),
        (LONG, 8, {"text": "/broadcast", "date": 1000}, ""),
        (LONG, 8, {"text": "/broadcast is a word", "date": 1000}, "text.en"),
        (LONG, 8, {"photo": [], "date": 1000}, ""),
        (Draft("en", "en", {"en": Piece("a" * 500)}, sources=LONG.sources), 8, {"text": "b", "date": 1000}, ""),
        (Draft("en", "en", {"en": Piece("a" * 1000, (), Media.PHOTO, "x")}, sources=LONG.sources), 8,
         {"text": "b" * 50, "date": 1000}, "text.en"),
        (Draft("en", "en", {"en": Piece("a")}, sources={"text.en": Source(7, 1000, is_cut=True)}), 9,
         {"text": "b", "date": 1001}, "text.en"),
        (LONG, 8, {"text": "b" * 50}, ""),
        (LONG, 8, {"text": "b" * 50, "date": "x"}, ""),
        (Draft("en", "en"), 8, {"text": "b" * 5000, "date": 1000}, ""),
    ],
)  # fmt: skip
def test_messages_continue_a_text_only_if_sent_at_once_and_too_long_together(
    draft: Draft, number: int, message: Json, part: str
) -> None:
    assert split_messages.continued_part(draft, number, message) == part
