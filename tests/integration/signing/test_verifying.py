"""People get signed copies of announcements, and learn from /verify which messages are genuine."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.signing import signature
from content.model import Lang
from storage.sealing.signing_key import SigningKey
from tests.support.announcement_admins import (
    NOON,
    SEND,
    open_check_page,
    wait_until_gone,
    write_draft,
)
from tests.support.bot_and_playground import MATCHER
from tests.support.person import Json, Person, labels
from tests.support.signing import KEY, OTHER_KEY, SIGNING_CAMPAIGN, signed
from tests.support.signing_bot import BOLD, LINK, TEXT, SigningBot, signing_bot

BOOK = SIGNING_CAMPAIGN.phrasebooks[Lang("en")]


@pytest.fixture
async def signing(tmp_path: Path) -> AsyncIterator[SigningBot]:
    async with signing_bot(tmp_path) as running:
        yield running


async def verify(person: Person, text: str, **more: Any) -> str:
    """Send /verify, then a message; return the verdict."""
    await person.say("/verify")
    return str((await person.send_formatted(text, **more))["text"])


def says(key: str) -> str:
    """Return the beginning of a sentence of the bot, up to its date."""
    return BOOK.say(f"signing.{key}", day="|").partition("|")[0]


def forwarded(message: Json, **changes: Any) -> Json:
    """Return what a person sends who forwards `message` to the bot."""
    origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}
    content = {"text": message["text"], "entities": message.get("entities", []), "extra": {"forward_origin": origin}}
    return {**content, **changes}


async def test_an_announcement_is_genuine_forwarded_copied_and_as_a_signed_copy(signing: SigningBot) -> None:
    announced = await signing.announce()
    strangers = [await signing.admins.place.newcomer() for _ in range(4)]  # one alone would be asked to slow down
    stranger = strangers[0]

    assert labels(announced) == [BOOK.say("button.signed_copy"), BOOK.say("button.settings")]
    await stranger.say("/latest")
    assert labels(await stranger.sees(TEXT)) == [BOOK.say("button.signed_copy")]
    assert (await verify(stranger, **forwarded(announced))).startswith(says("genuine"))
    assert (await verify(stranger, announced["text"])).startswith(says("genuine"))

    await signing.reader.press_under(TEXT, BOOK.say("button.signed_copy"))
    await signing.reader.sees(BOOK.say("signing.copy"))
    copy = await signing.reader.sees("(https://example.org/place)")
    body, code = signature.split(copy["text"])
    assert signature.is_valid(code, body, SIGNING_CAMPAIGN)
    assert (await verify(strangers[3], **forwarded(copy))).startswith(says("genuine"))

    assert (await verify(strangers[1], copy["text"].replace("noon", "moon"))).startswith(says("bad_code"))
    other_link = [{**entity, "url": "https://example.net/"} if "url" in entity else entity for entity in (LINK, BOLD)]
    assert (await verify(strangers[1], **forwarded(announced, entities=other_link))).startswith(says("altered"))
    button = {"reply_markup": {"inline_keyboard": [[{"text": "Join", "url": "https://t.me/clone_bot"}]]}}
    assert (await verify(strangers[2], **forwarded(announced, extra=button))).startswith(says("altered"))
    assert (await verify(strangers[2], "Come to the new bot")).startswith(says("unknown"))


async def test_people_with_discreet_delivery_can_delete_what_they_asked_for(signing: SigningBot) -> None:
    hide = BOOK.say("button.hide")
    await signing.reader.press(BOOK.say("button.discreet"))
    await signing.admins.send()

    await signing.reader.say("/latest")
    shown = await signing.reader.sees(NOON)
    assert labels(shown) == [BOOK.say("button.signed_copy"), BOOK.say("button.settings"), hide]
    await signing.reader.press_under(NOON, BOOK.say("button.signed_copy"))
    await signing.reader.sees(BOOK.say("signing.copy"))
    copy = await signing.reader.sees(NOON)
    assert copy["message_id"] != shown["message_id"]
    assert labels(copy) == [hide]

    for message in (copy, shown):
        await signing.reader.press_at(message["message_id"], labels(message).index(hide) and 1, 0)
    await wait_until_gone(signing.reader, NOON)


async def test_an_edit_has_a_signature_of_its_own_and_a_withdrawn_text_is_called_withdrawn(
    signing: SigningBot,
) -> None:
    announced = await signing.announce()
    writer, other = signing.admins.writer, signing.admins.other
    await signing.reader.press_under(TEXT, BOOK.say("button.signed_copy"))
    copy = await signing.reader.sees("(https://example.org/place)")

    await writer.press_under("Sending has ended", "Edit the text")
    await writer.press_under("This changes announcement no. 1", "✓ English")
    await writer.sees("The text so far (tap it to copy):")
    await writer.say("Meet us at one.")
    await writer.press_under("This changes announcement no. 1", "Review and send")
    await writer.press_under("has to confirm", SEND)
    await other.press_under("is struck through", "Approve: change for everyone")
    edited = await signing.reader.sees("Meet us at one.")
    strangers = [await signing.admins.place.newcomer() for _ in range(2)]

    assert labels(edited) == labels(announced)
    assert (await verify(strangers[0], edited["text"])).startswith(says("genuine"))
    assert (await verify(strangers[0], copy["text"])).startswith(says("signed"))

    await writer.press_under("Changes in every chat:", "Delete for everyone")
    await writer.press_under("in every chat? Some people", "Yes, delete it everywhere")
    await wait_until_gone(signing.reader, "Meet us at one.")
    assert (await verify(strangers[1], edited["text"])).startswith(says("withdrawn"))


async def test_after_verify_the_next_message_alone_is_verified_and_a_command_gives_up(signing: SigningBot) -> None:
    first, second, third = [await signing.admins.place.newcomer() for _ in range(3)]

    assert (await verify(first, "women and education")).startswith(says("unknown"))
    assert not (await first.say("women"))["text"].startswith("✗")

    await second.say("/verify")
    await second.say("/clause 4")
    assert not (await second.say("women"))["text"].startswith("✗")

    await third.say("/verify")
    assert (await third.send("photo"))["text"] == BOOK.say("signing.no_text")
    assert (await third.say("delete my data"))["text"].startswith(BOOK.say("mydata.nothing"))


async def test_a_text_that_is_not_sent_yet_is_unknown(signing: SigningBot) -> None:
    await write_draft(signing.admins.writer, TEXT)
    await open_check_page(signing.admins.writer)

    assert (await verify(signing.reader, TEXT)).startswith(says("unknown"))


@pytest.mark.parametrize("key", [None, OTHER_KEY], ids=["missing", "wrong"])
async def test_without_a_fitting_key_admins_are_told_and_announcements_have_no_button(
    tmp_path: Path, key: SigningKey | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with signing_bot(tmp_path, key) as running:
        assert "Announcements are not signed. " in caplog.text
        assert KEY.secret.hex() not in caplog.text
        await write_draft(running.admins.writer, TEXT)
        assert BOOK.say("lint.unsigned") in await open_check_page(running.admins.writer)
        await running.admins.writer.press_under("Recipients", ("Ask for approval",))
        await running.admins.confirm()
        announced = await running.reader.sees(TEXT)

    assert labels(announced) == [BOOK.say("button.settings")]


async def test_a_campaign_without_a_key_is_as_before(tmp_path: Path) -> None:
    async with signing_bot(tmp_path, None, MATCHER) as running:
        announced = await running.announce()
        assert labels(announced) == [BOOK.say("button.settings")]
        assert BOOK.say("signing.key") not in (await running.reader.say("/help"))["text"]
        assert (await verify(running.reader, **forwarded(announced))).startswith(says("genuine"))


async def test_the_public_key_stands_in_the_help(signing: SigningBot) -> None:
    assert SIGNING_CAMPAIGN.public_key in (await signing.reader.say("/help"))["text"]


async def test_a_draft_whose_code_does_not_fit_cannot_be_sent(signing: SigningBot) -> None:
    await write_draft(signing.admins.writer, signed("Our new bot: @standby_bot").replace("standby", "clone"))

    page = await open_check_page(signing.admins.writer)
    assert BOOK.say("lint.wrong_signature", language="English") in page
