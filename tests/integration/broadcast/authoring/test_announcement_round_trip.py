"""Announcements arrive as the admin sent them: every kind, flag and entity, in samples, deliveries and edits."""

import asyncio
import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.authoring import draft
from bot.broadcast.authoring.draft import Draft, Source, Stage
from bot.broadcast.authoring.incoming import message_import
from bot.broadcast.authoring.incoming.message_import import ImportedMessage, Lost, import_message
from bot.broadcast.delivery.requests import RequestTemplates
from bot.model import announcement
from bot.model.announcement import Announcement, LinkButton, LinkPreview, Media, Piece
from bot.telegram_api.sending import message_parameters
from storage.subscriptions.subscriber import Subscriber
from tests.support.announcement_admins import SEND, TwoAdmins, new_subscriber, only_admin, open_check_page, two_admins
from tests.support.person import Json, Person
from tests.support.playground import bot_api_schema, newer_bot_api

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
WARNED_OF = {*message_import.LOST_FIELDS, "reply_to_message", "forward_origin"}
NEWER = {field["name"] for field in newer_bot_api.TYPE_FIELDS["Message"]}  # than the schema file and the library
ABOUT_THE_MESSAGE = {
    *NEWER,
    *("message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count"),
    *("sender_business_bot", "sender_tag", "date", "guest_query_id", "business_connection_id", "chat"),
    *("is_topic_message", "is_automatic_forward", "via_bot", "guest_bot_caller_user", "guest_bot_caller_chat"),
    *("edit_date", "has_protected_content", "is_from_offline", "is_paid_post", "author_signature"),
    *("paid_star_count", "suggested_post_info", "reply_to_checklist_task_id", "reply_to_poll_option_id"),
}
SERVICE = {  # Telegram itself writes these: nobody can send them, and the bot does not answer them
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


def test_every_field_of_a_message_is_carried_warned_of_refused_or_not_content() -> None:
    lists = [CARRIED, WARNED_OF, set(message_import.REFUSED_FIELDS), ABOUT_THE_MESSAGE, SERVICE]
    known = set().union(*lists)

    assert fields("Message") | NEWER == known
    assert sum(map(len, lists)) == len(known)


def test_every_field_of_entities_and_files_is_accounted_for() -> None:
    assert fields("MessageEntity") - set(message_import.ENTITY_FIELDS) == {"user", "custom_emoji_id"}
    assert fields("LinkPreviewOptions") == set().union(*PREVIEWS)
    assert fields("Video") - IN_THE_FILE == {"cover", "start_timestamp"}
    for kind in ("Animation", "Audio", "Document", "Voice", "PhotoSize"):
        assert fields(kind) <= IN_THE_FILE


@pytest.mark.parametrize("name", message_import.LOST_FIELDS)
def test_what_cannot_be_sent_on_is_noted(name: str) -> None:
    imported = import_message({"text": "abc", name: {}})

    assert isinstance(imported, ImportedMessage)
    assert imported.lost == (message_import.LOST_FIELDS[name],)


def test_a_reply_to_a_person_is_noted_and_a_reply_to_the_bot_is_not() -> None:
    to_a_person = import_message({"text": "a", "reply_to_message": {"from": {"is_bot": False}}})
    to_the_bot = import_message({"text": "a", "reply_to_message": {"from": {"is_bot": True}}})

    assert isinstance(to_a_person, ImportedMessage)
    assert isinstance(to_the_bot, ImportedMessage)
    assert to_a_person.lost == (Lost.REPLY,)
    assert to_the_bot.lost == ()


def test_pieces_stored_by_earlier_versions_can_be_decoded() -> None:
    piece: Json = {"text": "a", "entities": [], "media": None, "file_id": None, "buttons": [], "preview": False}
    audience = {"topics": None, "languages": None}
    old = {"default": "en", "audience": audience, "notices": {}, "paid": False, "pieces": {"en": piece}}

    assert announcement.decode(json.dumps(old).encode()) == Announcement("en", {"en": Piece("a")})


def test_a_piece_with_every_flag_survives_encoding() -> None:
    text = Piece("a", preview=LinkPreview("https://example.org", small=True, above_text=True))
    video = Piece("a", (), Media.VIDEO, "v", spoiler=True, caption_above=True, cover="c", starts_at=7)
    original = Announcement("en", {"en": text, "fa": video}, sources={"text.en": 7})

    assert announcement.decode(announcement.encode(original)) == original


def test_a_draft_remembers_the_messages_it_was_made_from() -> None:
    source = Source(7, 1_800_000_000, ("reply", "effect"), is_cut=True)
    original = Draft("en", "en", {"en": Piece("a")}, sources={"text.en": source, "time": Source(8)})
    old = json.loads(draft.encode(original))
    del old["sources"]

    assert draft.decode(draft.encode(original)) == original
    assert draft.decode(json.dumps(old).encode()) == replace(original, sources={})
    assert draft.to_announcement(original, {}).sources == {"text.en": 7, "time": 8}
    assert original.without_language("en").sources == {"time": Source(8)}


def test_the_code_of_the_send_button_covers_all_that_the_page_shows() -> None:
    original = Draft("en", "en", {"en": Piece("a")})
    others = [
        replace(original, pieces={"en": Piece("b")}),
        replace(original, pieces={"en": Piece("a", preview=LinkPreview())}),
        replace(original, links={"en": (LinkButton("a", "https://example.org"),)}),
        replace(original, send_at=7.0),
        replace(original, stars=7),
        replace(original, edited_broadcast=7),
    ]
    same = replace(
        original,
        admin_language="fa",
        awaiting="text.en",
        stage=Stage.ASKED,
        deadline=7.0,
        nonce="n",
        status_message=7,
    )

    assert len({draft.content_code(some) for some in [original, *others]}) == len(others) + 1
    assert draft.content_code(same) == draft.content_code(original)


def test_text_only_subscribers_receive_no_link_preview() -> None:
    previewed = Announcement("en", {"en": Piece("https://example.org", preview=LinkPreview())})
    template = RequestTemplates(previewed, 1).for_subscriber(Subscriber(7, "en", text_only=True))

    assert template is not None
    assert b'"link_preview_options": {"is_disabled": true}' in template.json_after_chat


def test_every_call_fits_the_bot_api() -> None:
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


def content_of(message: Json) -> Json:
    """Return a message without what its chat adds to it."""
    return {name: value for name, value in message.items() if name not in OWN}


async def compose(admin: Person, **message: Any) -> Json:
    """Write a draft that consists of this message; return the message as its sender sees it."""
    await admin.say("/broadcast")
    await admin.press_under("Announcement", "✓ English" if await has_text(admin) else "English")
    await admin.sees("Now send what those who read English")
    sent: Json = await admin.post(f"chats/{admin.chat}/send", **message)
    await admin.sees("For English:")
    return sent


async def has_text(admin: Person) -> bool:
    return "✓ English" in str((await admin.screen()).get("reply_markup"))


async def received(reader: Person, known: set[int]) -> Json:
    """Return the next message that the reader receives."""
    for _ in range(500):
        new = [
            message
            for message in await reader.messages()
            if message["message_id"] not in known and not message.get("out")
        ]
        if new:
            return new[0]
        await asyncio.sleep(0.02)
    raise AssertionError("nothing arrived")


async def announced(admins: TwoAdmins, reader: Person, **message: Any) -> tuple[Json, Json, Json]:
    """Announce a message; return what the admin sent, what the sample showed and what the reader received."""
    known = {message["message_id"] for message in await reader.messages()}
    sent = await compose(admins.writer, **message)
    await admins.writer.press_under("When: ", "Preview")
    await admins.writer.sees("There is something new to read.")
    await open_check_page(admins.writer)
    await admins.writer.press_under("Recipients", SEND)
    await admins.confirm()
    delivered = await received(reader, known)
    await admins.writer.sees("Sending has ended")
    shown = [content_of(message) for message in await admins.writer.messages() if not message.get("out")]
    sample = next((message for message in shown if message == content_of(delivered)), {})
    return content_of(sent), sample, content_of(delivered)


@pytest.mark.parametrize("options", PREVIEWS)
async def test_a_text_arrives_with_its_link_preview(tmp_path: Path, options: Json) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        sent, sample, delivered = await announced(admins, reader, text=WORDS, link_preview_options=options)

    assert delivered == sample == sent
    assert delivered.get("link_preview_options", {}) == options


async def test_every_entity_arrives_alone_and_nested(tmp_path: Path) -> None:
    everything = [entity | {"offset": at * 4} for at, (entity,) in enumerate(ENTITIES[:-1])]
    text = "abc " * len(everything) + WORDS
    nested = ENTITIES[-1]
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        for entities, words in ((everything, text), (nested, WORDS)):
            sent, sample, delivered = await announced(admins, reader, text=words, entities=entities)
            assert delivered == sample == sent
            assert [entity for entity in entities if entity not in delivered["entities"]] == []


@pytest.mark.parametrize("kind", list(Media))
async def test_media_arrive_with_their_cover_and_caption_position(tmp_path: Path, kind: Media) -> None:
    flags = list(product((False, True), repeat=2)) if kind in COVERABLE else [(False, False)]
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        for spoiler, above in flags:
            more: Json = {"has_spoiler": spoiler, "show_caption_above_media": above}
            if kind is Media.VIDEO and spoiler:
                more |= {"cover": True, "start_timestamp": 7}
            sent, sample, delivered = await announced(
                admins, reader, kind=kind.value, caption=WORDS, entities=ENTITIES[0], **more
            )
            assert delivered == sample == sent
            assert ("has_media_spoiler" in delivered, "show_caption_above_media" in delivered) == (spoiler, above)


async def test_an_edit_keeps_the_caption_above(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        more = {"has_spoiler": True, "show_caption_above_media": True}
        _, _, delivered = await announced(admins, reader, kind="photo", caption="Tomorrow at noon", **more)
        await change(admins, kind="photo", caption="Tomorrow at one", **more)
        after = content_of(await reader.sees("Tomorrow at one"))
        assert after == delivered | {"caption": "Tomorrow at one"}


async def test_an_edit_keeps_the_link_preview(tmp_path: Path) -> None:
    options = {"prefer_large_media": True, "show_above_text": True}
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await announced(admins, reader, text="Tomorrow https://example.org", link_preview_options=options)
        await change(admins, text="Later https://example.org", link_preview_options=options)
        after = await reader.sees("Later")

    assert after["link_preview_options"] == options


async def change(admins: TwoAdmins, **message: Any) -> None:
    await admins.writer.press_under("Sending has ended", "Edit the text")
    await admins.writer.press_under("This changes announcement no. 1", "✓ English")
    await admins.writer.sees("Now send what those who read English")
    await admins.writer.post(f"chats/{admins.writer.chat}/send", **message)
    await admins.writer.press_under("This changes announcement no. 1", "Review and send")
    await admins.writer.press_under("has to confirm", SEND)
    await admins.other.press_under("with the one above", "Approve")


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"entities": [{"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "7"}]}, "custom emoji"),
        ({"extra": {"effect_id": "5104841245755180586"}}, "without its animated effect"),
        ({"extra": {"quote": {"text": "x", "position": 0}}}, "replies to another one or quotes it"),
        ({"extra": {"reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.org"}]]}}}, "the buttons"),
    ],
)
async def test_admins_are_warned_of_what_cannot_be_sent_on(tmp_path: Path, message: Json, why: str) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await compose(admins.writer, text="😀 Tomorrow", **message)
        panel = await admins.writer.sees(why)
        checked = await open_check_page(admins.writer)

    assert "For English: a text, " in panel["text"]
    assert "• In English: " in checked
    assert why in checked


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("poll", "votes would expose people"),
        ("album", "could not be deleted as a whole"),
        ("sticker", "contain no text"),
        ("video_note", "contain no text"),
        ("dice", "contain no text"),
        ("contact", "would expose a person"),
        ("location", "write the address"),
        ("venue", "write the address"),
        ("paid_media", "should not have to pay"),
        ("invoice", "should not have to pay"),
        ("story", "does not let a bot pass them on"),
        ("checklist", "does not let a bot pass them on"),
        ("game", "does not let a bot pass them on"),
        ("giveaway", "does not let a bot pass them on"),
    ],
)
async def test_every_refused_kind_of_message_is_refused_with_a_reason(tmp_path: Path, kind: str, why: str) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await admins.writer.say("/broadcast")
        await admins.writer.press_under("Announcement", "English")
        await admins.writer.sees("Now send what")
        answer = await admins.writer.send(kind)

    assert why in answer["text"]
