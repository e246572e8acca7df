"""What an admin sends is what people get: every kind, every flag, every entity, in samples, deliveries and edits."""

import asyncio
import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.authoring import draft
from bot.broadcast.authoring import message_import as capturing
from bot.broadcast.authoring.draft import Draft, Source, Stage
from bot.broadcast.authoring.message_import import Captured, Lost, captured
from bot.broadcast.delivery.requests import RequestTemplates
from bot.model import announcement
from bot.model.announcement import Announcement, LinkButton, LinkPreview, Media, Piece
from bot.telegram_api.sending import message_parameters
from storage.subscriptions.subscriber import Subscriber
from tests.support.announcement_admins import Office, at_check, lone_admin, office, subscriber
from tests.support.person import Json, Person
from tests.support.playground import bot_api_schema

OWN = {"message_id", "from", "chat", "date", "out", "edited", "edit_date", "silent", "reply_markup"}
WORDS = "abc https://example.org/page 😀 #tag @name"
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code")
ENTITIES: list[list[Json]] = [
    *([{"type": style, "offset": 0, "length": 3}] for style in STYLES),
    [{"type": "pre", "offset": 0, "length": 3, "language": "python"}],
    [{"type": "text_link", "offset": 0, "length": 3, "url": "https://example.org/"}],
    [{"type": "date_time", "offset": 0, "length": 3, "unix_time": 1_800_000_000, "date_time_format": "wDT"}],
    [
        {"type": "blockquote", "offset": 0, "length": 12},
        {"type": "bold", "offset": 0, "length": 10},
        {"type": "italic", "offset": 1, "length": 2},
    ],
]
PREVIEWS: list[Json] = [
    {},
    {"is_disabled": True},
    {"url": "https://example.org/page"},
    {"prefer_small_media": True},
    {"prefer_large_media": True, "show_above_text": True},
]
COVERABLE = ("photo", "video", "animation")

# Every field of a message in the Bot API, and what becomes of it. A field that is in no list fails the test.
CARRIED = {
    *("text", "entities", "link_preview_options", "caption", "caption_entities", "has_media_spoiler"),
    *("show_caption_above_media", "photo", "video", "animation", "document", "audio", "voice"),
}
TOLD = {*capturing.LOST, "reply_to_message", "forward_origin"}
ABOUT_THE_MESSAGE = {
    *("message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count"),
    *("sender_business_bot", "sender_tag", "date", "guest_query_id", "business_connection_id", "chat"),
    *("is_topic_message", "is_automatic_forward", "via_bot", "guest_bot_caller_user", "guest_bot_caller_chat"),
    *("edit_date", "has_protected_content", "is_from_offline", "is_paid_post", "author_signature"),
    *("paid_star_count", "suggested_post_info", "reply_to_checklist_task_id", "reply_to_poll_option_id"),
}
SERVICE = {  # what Telegram writes itself: nobody can send it, and the bot answers none of it
    *("new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title"),
    *("new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created"),
    *("channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id"),
    *("pinned_message", "successful_payment", "refunded_payment", "users_shared", "chat_shared"),
    *("gift_upgrade_sent", "connected_website", "write_access_allowed", "passport_data"),
    *("proximity_alert_triggered", "boost_added", "chat_background_set", "checklist_tasks_done"),
    *("checklist_tasks_added", "direct_message_price_changed", "forum_topic_created", "forum_topic_edited"),
    *("forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden"),
    *("giveaway_created", "giveaway_completed", "managed_bot_created", "paid_message_price_changed"),
    *("poll_option_added", "poll_option_deleted", "suggested_post_approved", "suggested_post_approval_failed"),
    *("suggested_post_declined", "suggested_post_paid", "suggested_post_refunded", "video_chat_scheduled"),
    *("video_chat_started", "video_chat_ended", "video_chat_participants_invited", "web_app_data"),
}
IN_THE_FILE = {"file_id", "file_unique_id", "width", "height", "duration", "thumbnail", "file_name", "mime_type"} | {
    *("file_size", "performer", "title", "qualities"),
}


def fields(kind: str) -> set[str]:
    if not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not beside this checkout.")
    return {field["name"] for field in bot_api_schema.schema()["types"][kind]["fields"]}


def test_every_field_of_a_message_is_carried_told_refused_or_no_part_of_what_it_says() -> None:
    lists = [CARRIED, TOLD, set(capturing.REFUSED), ABOUT_THE_MESSAGE, SERVICE]
    known = set().union(*lists)

    assert fields("Message") == known
    assert sum(map(len, lists)) == len(known)


def test_every_field_of_formatting_and_of_files_is_accounted_for() -> None:
    assert fields("MessageEntity") - set(capturing.FIELDS) == {"user", "custom_emoji_id"}
    assert fields("LinkPreviewOptions") == set().union(*PREVIEWS)
    assert fields("Video") - IN_THE_FILE == {"cover", "start_timestamp"}
    for kind in ("Animation", "Audio", "Document", "Voice", "PhotoSize"):
        assert fields(kind) <= IN_THE_FILE


@pytest.mark.parametrize("name", capturing.LOST)
def test_what_is_not_carried_is_noted(name: str) -> None:
    got = captured({"text": "abc", name: {}})

    assert isinstance(got, Captured)
    assert got.lost == (capturing.LOST[name],)


def test_a_reply_to_another_message_is_noted_and_one_to_the_bot_is_not() -> None:
    to_a_person = captured({"text": "a", "reply_to_message": {"from": {"is_bot": False}}})
    to_the_bot = captured({"text": "a", "reply_to_message": {"from": {"is_bot": True}}})

    assert isinstance(to_a_person, Captured)
    assert isinstance(to_the_bot, Captured)
    assert to_a_person.lost == (Lost.REPLY,)
    assert to_the_bot.lost == ()


def test_pieces_of_earlier_versions_are_read() -> None:
    piece: Json = {"text": "a", "entities": [], "media": None, "file_id": None, "buttons": [], "preview": False}
    audience = {"topics": None, "languages": None}
    old = {"default": "en", "audience": audience, "notices": {}, "paid": False, "pieces": {"en": piece}}

    assert announcement.decode(json.dumps(old).encode()) == Announcement("en", {"en": Piece("a")})


def test_a_piece_with_every_flag_is_kept_as_it_is() -> None:
    text = Piece("a", preview=LinkPreview("https://example.org", small=True, above_text=True))
    video = Piece("a", (), Media.VIDEO, "v", spoiler=True, caption_above=True, cover="c", starts_at=7)
    said = Announcement("en", {"en": text, "fa": video}, sources={"text.en": 7})

    assert announcement.decode(announcement.encode(said)) == said


def test_a_draft_remembers_its_messages_and_those_of_earlier_versions_have_none() -> None:
    source = Source(7, 1_800_000_000, ("reply", "effect"), is_cut=True)
    one = Draft("en", "en", {"en": Piece("a")}, sources={"text.en": source, "time": Source(8)})
    old = json.loads(draft.encoded(one))
    del old["sources"]

    assert draft.decoded(draft.encoded(one)) == one
    assert draft.decoded(json.dumps(old).encode()) == replace(one, sources={})
    assert draft.announcement(one, {}).sources == {"text.en": 7, "time": 8}
    assert one.without("en").sources == {"time": Source(8)}


def test_the_button_of_a_check_page_names_all_that_it_shows() -> None:
    one = Draft("en", "en", {"en": Piece("a")})
    others = [
        replace(one, pieces={"en": Piece("b")}),
        replace(one, pieces={"en": Piece("a", preview=LinkPreview())}),
        replace(one, links={"en": (LinkButton("a", "https://example.org"),)}),
        replace(one, at=7.0),
        replace(one, stars=7),
        replace(one, edits=7),
    ]
    same = replace(one, waits="text.en", panel=7, nonce="n", stage=Stage.ASKED, until=7.0, lang="fa")

    assert len({draft.state(some) for some in [one, *others]}) == len(others) + 1
    assert draft.state(same) == draft.state(one)


def test_who_chose_text_only_gets_no_picture_not_even_that_of_a_link() -> None:
    said = Announcement("en", {"en": Piece("https://example.org", preview=LinkPreview())})
    form = RequestTemplates(said, 1).for_subscriber(Subscriber(7, "en", text_only=True))

    assert form is not None
    assert b'"link_preview_options": {"is_disabled": true}' in form.json_after_chat


def test_every_call_is_one_of_the_bot_api() -> None:
    flags: Json = {"spoiler": True, "caption_above": True, "cover": "c", "starts_at": 7}
    for media in Media:
        call = message_parameters.new_message(Piece("a", (), media, "id", **flags))
        assert bot_api_schema.check_call(call.method, {"chat_id": 1, **call.parameters}) == []
    edit = message_parameters.caption_parameters(Piece("a", (), Media.PHOTO, "id", **flags))
    assert bot_api_schema.check_call("editMessageCaption", edit) == []
    for preview in (None, LinkPreview(), LinkPreview("https://example.org", large=True)):
        text = message_parameters.text_parameters(Piece("a", preview=preview))
        assert bot_api_schema.check_call("editMessageText", text) == []
        assert bot_api_schema.check_call("sendMessage", {"chat_id": 1, **text}) == []


# In the chat


def said(message: Json) -> Json:
    return {name: value for name, value in message.items() if name not in OWN}


async def compose(admin: Person, **message: Any) -> Json:
    """A draft made from this message; the message as its sender sees it."""
    await admin.say("/broadcast")
    await admin.press_under("Announcement", "✓ English" if await has_text(admin) else "English")
    await admin.sees("Now send what those who read English")
    sent: Json = await admin.post(f"chats/{admin.chat}/send", **message)
    await admin.sees("For English:")
    return sent


async def has_text(admin: Person) -> bool:
    return "✓ English" in str((await admin.screen()).get("reply_markup"))


async def received(reader: Person, known: set[int]) -> Json:
    """The next message that the reader gets."""
    for _ in range(500):
        new = [one for one in await reader.messages() if one["message_id"] not in known and not one.get("out")]
        if new:
            return new[0]
        await asyncio.sleep(0.02)
    raise AssertionError("nothing arrived")


async def announced(one: Office, reader: Person, **message: Any) -> tuple[Json, Json, Json]:
    """What the admin sent, what the sample showed, and what the reader got."""
    known = {one["message_id"] for one in await reader.messages()}
    sent = await compose(one.writer, **message)
    await one.writer.press_under("When: ", "Preview")
    await one.writer.sees("There is something new to read.")
    await at_check(one.writer)
    await one.writer.press_under("Recipients", "Send now")
    await one.confirm()
    got = await received(reader, known)
    await one.writer.sees("Sending has ended")
    shown = [said(one) for one in await one.writer.messages() if not one.get("out")]
    sample = next((one for one in shown if one == said(got)), {})
    return said(sent), sample, said(got)


@pytest.mark.parametrize("options", PREVIEWS)
async def test_a_text_arrives_with_its_link_preview_as_it_was(tmp_path: Path, options: Json) -> None:
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        sent, sample, got = await announced(one, reader, text=WORDS, link_preview_options=options)

    assert got == sample == sent
    assert got.get("link_preview_options", {}) == options


async def test_every_entity_arrives_alone_and_nested(tmp_path: Path) -> None:
    everything = [entity | {"offset": at * 4} for at, (entity,) in enumerate(ENTITIES[:-1])]
    text = "abc " * len(everything) + WORDS
    nested = ENTITIES[-1]
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        for entities, words in ((everything, text), (nested, WORDS)):
            sent, sample, got = await announced(one, reader, text=words, entities=entities)
            assert got == sample == sent
            assert [entity for entity in entities if entity not in got["entities"]] == []


@pytest.mark.parametrize("kind", list(Media))
async def test_media_arrive_with_their_cover_and_their_caption_where_it_was(tmp_path: Path, kind: Media) -> None:
    flags = list(product((False, True), repeat=2)) if kind in COVERABLE else [(False, False)]
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        for spoiler, above in flags:
            more: Json = {"has_spoiler": spoiler, "show_caption_above_media": above}
            if kind is Media.VIDEO and spoiler:
                more |= {"cover": True, "start_timestamp": 7}
            sent, sample, got = await announced(
                one, reader, kind=kind.value, caption=WORDS, entities=ENTITIES[0], **more
            )
            assert got == sample == sent
            assert ("has_media_spoiler" in got, "show_caption_above_media" in got) == (spoiler, above)


async def test_an_edit_leaves_the_caption_above_and_the_preview_as_they_are(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        more = {"has_spoiler": True, "show_caption_above_media": True}
        _, _, got = await announced(one, reader, kind="photo", caption="Tomorrow at noon", **more)
        await change(one, kind="photo", caption="Tomorrow at one", **more)
        after = said(await reader.sees("Tomorrow at one"))
        assert after == got | {"caption": "Tomorrow at one"}


async def test_an_edit_leaves_the_preview_of_a_text_as_it_is(tmp_path: Path) -> None:
    options = {"prefer_large_media": True, "show_above_text": True}
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        await announced(one, reader, text="Tomorrow https://example.org", link_preview_options=options)
        await change(one, text="Later https://example.org", link_preview_options=options)
        after = await reader.sees("Later")

    assert after["link_preview_options"] == options


async def change(one: Office, **message: Any) -> None:
    await one.writer.press_under("Sending has ended", "Change the text")
    await one.writer.press_under("This changes announcement no. 1", "✓ English")
    await one.writer.sees("Now send what those who read English")
    await one.writer.post(f"chats/{one.writer.chat}/send", **message)
    await one.writer.press_under("This changes announcement no. 1", "Check and send")
    await one.writer.press_under("has to confirm", "Change it everywhere")
    await one.other.press_under("into the one above", "Confirm")


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"entities": [{"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "7"}]}, "custom emoji"),
        ({"extra": {"effect_id": "5104841245755180586"}}, "without its animated effect"),
        ({"extra": {"quote": {"text": "x", "position": 0}}}, "answers or quotes another"),
        ({"extra": {"reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.org"}]]}}}, "the buttons"),
    ],
)
async def test_what_is_lost_is_told_when_it_is_taken_and_before_it_is_sent(
    tmp_path: Path, message: Json, why: str
) -> None:
    async with lone_admin(tmp_path) as (one, _):
        await compose(one.writer, text="😀 Tomorrow", **message)
        panel = await one.writer.sees(why)
        checked = await at_check(one.writer)

    assert "For English: a text of its own" in panel["text"]
    assert "• In English: " in checked
    assert why in checked


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("poll", "votes would expose people"),
        ("album", "could not be taken back as one"),
        ("sticker", "holds no words"),
        ("video_note", "holds no words"),
        ("dice", "holds no words"),
        ("contact", "would expose a person"),
        ("location", "write the address"),
        ("venue", "write the address"),
        ("paid_media", "should not have to pay"),
        ("invoice", "should not have to pay"),
        ("story", "lets no bot send"),
        ("checklist", "lets no bot send"),
        ("game", "lets no bot send"),
        ("giveaway", "lets no bot send"),
    ],
)
async def test_what_cannot_be_announced_is_refused_with_the_reason(tmp_path: Path, kind: str, why: str) -> None:
    async with lone_admin(tmp_path) as (one, _):
        await one.writer.say("/broadcast")
        await one.writer.press_under("Announcement", "English")
        await one.writer.sees("Now send what")
        answer = await one.writer.send(kind)

    assert why in answer["text"]
