"""Pictures, files and voices in the box: uploads, ids, captions, copies, downloads, and people who send them."""

import base64
import struct
import zlib
from typing import Any

import pytest

from playground.messages import sample_messages
from playground.messages.images import Picture, picture
from tests.support.playground.client import EMMA, GROUP, MARYAM, Clock, Hands, Json, Told, hands, keyboard

OTHER = "42:secret@other_bot"
PHOTO, VOICE = sample_messages.sample("photo")[0], sample_messages.sample("voice")[0]
BUTTON = keyboard({"text": "Read", "callback_data": "read"})
MEDIA_KINDS = ["photo", "video", "animation", "document", "voice", "audio"]
WRONG_FILE = "Bad Request: wrong file identifier/HTTP URL specified"


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def sent(place: Hands, kind: str = "photo", person: int = EMMA, **params: Any) -> Json:
    """A made-up file, uploaded to a person who has started the bot."""
    await place.start(person)
    file = sample_messages.sample(kind)[0]
    told = await place.upload(
        f"send{kind.capitalize()}", {kind: (file.name, file.data, file.mime)}, chat_id=person, **params
    )
    assert told["ok"], told
    message: Json = told["result"]
    return message


def file_of(message: Json, kind: str = "photo") -> Json:
    carried: Json = message[kind][-1] if kind == "photo" else message[kind]
    return carried


async def fetched(place: Hands, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with place.session.get(place.box.url + path, headers=headers) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


@pytest.mark.parametrize("kind", MEDIA_KINDS)
async def test_what_is_uploaded_can_be_sent_again_by_its_id_and_fetched(kind: str) -> None:
    async with hands() as place:
        first = file_of(await sent(place, kind, caption="one"), kind)
        again = await place.result(f"send{kind.capitalize()}", chat_id=EMMA, **{kind: first["file_id"]})
        told = await place.result("getFile", file_id=first["file_id"])
        status, data, _ = await fetched(place, f"/file/bot{place.box.token}/{told['file_path']}")

        assert file_of(again, kind) == first
        assert "caption" not in again
        assert (status, data) == (200, sample_messages.sample(kind)[0].data)
        assert told["file_size"] == first["file_size"] == len(data)


async def test_a_bots_ids_are_its_own_and_the_bytes_are_the_same_for_all() -> None:
    async with hands(bots=("7000001:secret@first_bot", OTHER)) as place:
        mine = file_of(await sent(place))
        await place.post(f"chats/{GROUP}/send", person=EMMA, kind="photo", caption="@first_bot @other_bot look")
        seen = {bot.id: place.box.state.messages(GROUP, bot)[-1] for bot in place.box.state.bots.values()}
        ids = {bot: file_of(message)["file_id"] for bot, message in seen.items()}

        assert ids[7000001] == mine["file_id"] != ids[42]
        assert {file_of(message)["file_unique_id"] for message in seen.values()} == {mine["file_unique_id"]}
        assert await place.refusal("sendPhoto", chat_id=EMMA, photo=ids[42]) == WRONG_FILE
        assert await place.refusal("getFile", file_id=ids[42]) == "Bad Request: invalid file_id"


@pytest.mark.parametrize(
    ("method", "params", "sentence"),
    [
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "attach://nothing"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "https://example.org/a.png"}, "failed to get HTTP URL content"),
        ("sendPhoto", {"photo": "{voice}"}, "type of file mismatch"),
        ("sendVoice", {"voice": "{photo}"}, "type of file mismatch"),
        ("sendPhoto", {"photo": "{photo}", "caption": "a" * 1025}, "message caption is too long"),
        (
            "sendPhoto",
            {"photo": "{photo}", "caption": "a", "caption_entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
        ("getFile", {"file_id": ""}, "file_id not specified"),
        ("copyMessage", {"from_chat_id": 5, "message_id": 1}, "chat not found"),
        ("copyMessage", {"from_chat_id": EMMA, "message_id": 999}, "message to copy not found"),
        ("forwardMessage", {"from_chat_id": EMMA, "message_id": 999}, "message to forward not found"),
        ("editMessageCaption", {"message_id": 1, "caption": "x"}, "message can't be edited"),
        ("editMessageMedia", {"message_id": 1, "media": {"type": "gas", "media": "x"}}, "can't parse InputMedia"),
        ("sendPoll", {"question": "", "options": [{"text": "a"}]}, "poll question must be non-empty"),
        ("sendPoll", {"question": "a", "options": [{"text": "a"}] * 13}, "poll can't have more than 12 options"),
    ],
)
async def test_wrong_files_captions_and_sources_are_refused(method: str, params: Json, sentence: str) -> None:
    async with hands() as place:
        ids = {f"{{{kind}}}": file_of(await sent(place, kind), kind)["file_id"] for kind in ("photo", "voice")}
        filled = {name: ids.get(value, value) if isinstance(value, str) else value for name, value in params.items()}

        assert (await place.refusal(method, chat_id=EMMA, **filled)).startswith(f"Bad Request: {sentence}")


@pytest.mark.parametrize(
    ("kind", "data", "code", "sentence"),
    [
        ("photo", b"", 400, "Bad Request: file must be non-empty"),
        ("photo", b"no picture", 400, "Bad Request: IMAGE_PROCESS_FAILED"),
        ("photo", png(21, 1), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ("photo", b"GIF89a" + struct.pack("<HH", 6000, 4001), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (
            "photo",
            bytes(1001),
            400,
            "Bad Request: file of size 1001 bytes is too big for a photo; the maximum size is 1000 bytes",
        ),
        ("document", bytes(2001), 413, "Request Entity Too Large"),
        ("document", bytes(2 << 20), 413, "Request Entity Too Large"),
    ],
    ids=["empty", "no picture", "narrow", "huge", "heavy", "heavier", "heaviest"],
)
async def test_files_that_telegram_does_not_take(
    kind: str, data: bytes, code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.messages.uploads.MOST_PHOTO", 1000)
    monkeypatch.setattr("playground.messages.uploads.MOST", 2000)
    async with hands() as place:
        await place.start()
        told = await place.upload(f"send{kind.capitalize()}", {kind: ("a.png", data, "image/png")}, chat_id=EMMA)

        assert (told["error_code"], told["description"]) == (code, sentence)
        assert len(await place.messages()) == 1


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (png(7, 5), Picture("image/png", 7, 5)),
        (PHOTO.data, Picture("image/jpeg", 640, 480)),
        (sample_messages.sample("sticker")[0].data, Picture("image/webp", 512, 512)),
        (b"GIF89a" + struct.pack("<HH", 3, 4), Picture("image/gif", 3, 4)),
        (b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 9, 8), Picture("image/webp", 9, 8)),
        (b"RIFF....WEBPVP8L" + bytes(5) + struct.pack("<I", 8 | 6 << 14) + bytes(9), Picture("image/webp", 9, 7)),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff\xd8" + bytes(50), None),
        (b"<svg>", None),
    ],
)
def test_a_pictures_size_is_read_from_its_first_bytes(data: bytes, seen: Picture | None) -> None:
    assert picture(data) == seen


async def test_an_upload_may_be_attached_under_another_name() -> None:
    async with hands() as place:
        await place.start()
        part = {"part": ("نامه.txt", b"words", "text/plain")}
        told = await place.upload("sendDocument", part, chat_id=EMMA, document="attach://part")

        assert told["result"]["document"]["file_name"] == "نامه.txt"
        assert told["result"]["document"]["mime_type"] == "text/plain"


async def test_a_caption_is_trimmed_marked_and_counted_in_utf16_units() -> None:
    async with hands() as place:
        bold = [{"type": "bold", "offset": 1, "length": 1}]
        message = await sent(place, caption=" 𝄞 /go  ", caption_entities=[{"type": "bold", "offset": 1, "length": 2}])
        by_mode = await sent(place, caption="x<b>y</b>", parse_mode="HTML")
        longest = await sent(place, caption="𝄞" * 512)

        assert message["caption"] == "𝄞 /go"
        assert [one["type"] for one in message["caption_entities"]] == ["bold", "bot_command"]
        assert (by_mode["caption"], by_mode["caption_entities"]) == ("xy", bold)
        assert len(longest["caption"]) == 512


async def test_how_a_message_comes_is_kept_and_shown() -> None:
    async with hands() as place:
        more: Json = {"has_spoiler": True, "show_caption_above_media": True, "protect_content": True}
        message = await sent(place, caption="x", disable_notification=True, reply_markup=BUTTON, **more)
        shown = (await place.messages())[-1]

        assert message["has_media_spoiler"] is message["show_caption_above_media"] is True
        assert (message["has_protected_content"], message["reply_markup"]) == (True, BUTTON)
        assert ("silent" in message, shown["silent"]) == (False, True)


async def test_captions_and_media_are_edited_and_what_is_no_text_stays_none() -> None:
    async with hands() as place:
        first, voice = await sent(place, caption="one", has_spoiler=True), await sent(place, "voice")
        mine = {"chat_id": EMMA, "message_id": first["message_id"]}
        edited = await place.result("editMessageCaption", **mine, caption="two", reply_markup=BUTTON)
        text = await place.result("sendMessage", chat_id=EMMA, text="x")

        assert (edited["caption"], edited["photo"], edited["has_media_spoiler"]) == ("two", first["photo"], True)
        assert "is not modified" in await place.refusal(
            "editMessageCaption", **mine, caption="two", reply_markup=BUTTON
        )
        assert await place.refusal("editMessageText", **mine, text="x") == (
            "Bad Request: there is no text in the message to edit"
        )
        assert await place.refusal(
            "editMessageCaption", **mine | {"message_id": text["message_id"]}, caption="x"
        ) == ("Bad Request: there is no caption in the message to edit")
        media = {"type": "document", "media": "attach://new", "caption": "three"}
        told = await place.upload(
            "editMessageMedia", {"new": ("a.pdf", b"%PDF", "application/pdf")}, **mine, media=media
        )
        assert (told["result"]["document"]["file_name"], "photo" in told["result"]) == ("a.pdf", False)
        assert await place.refusal(
            "editMessageMedia",
            chat_id=EMMA,
            message_id=voice["message_id"],
            media={"type": "photo", "media": file_of(first)["file_id"]},
        ) == ("Bad Request: message can't be edited")


async def test_a_copy_has_no_link_and_may_have_another_caption() -> None:
    async with hands() as place:
        await place.start(MARYAM)
        theirs = await place.post(f"chats/{place.bot}/send", person=EMMA, kind="photo", caption="by Emma")
        source = {"chat_id": MARYAM, "from_chat_id": EMMA, "message_id": theirs["message_id"]}
        told = await place.result("copyMessage", **source)
        await place.result("copyMessage", **source, caption="by us", reply_markup=BUTTON)
        await place.result("copyMessage", **source, caption="")
        forwarded = await place.result("forwardMessage", **source)
        as_is, changed, bare, _ = (await place.messages(MARYAM))[-4:]

        assert told == {"message_id": as_is["message_id"]}
        assert [one.get("caption") for one in (as_is, changed, bare)] == ["by Emma", "by us", None]
        assert (as_is["from"]["is_bot"], changed["reply_markup"]) == (True, BUTTON)
        assert "forward_origin" not in as_is
        assert forwarded["forward_origin"]["sender_user"]["id"] == EMMA


async def test_what_is_protected_is_neither_copied_nor_forwarded() -> None:
    async with hands() as place:
        message = await sent(place, protect_content=True)
        source = {"chat_id": EMMA, "from_chat_id": EMMA, "message_id": message["message_id"]}

        assert await place.refusal("copyMessage", **source) == "Bad Request: message can't be copied"
        assert await place.refusal("forwardMessage", **source) == "Bad Request: message can't be forwarded"


async def test_the_oldest_bytes_go_when_there_are_too_many_and_their_ids_still_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("playground.messages.files.MOST_BYTES", 6000)
    async with hands() as place:
        old = file_of(await sent(place))
        await place.post(f"chats/{place.bot}/send", person=EMMA, kind="album")

        assert await place.refusal("getFile", file_id=old["file_id"]) == (
            "Bad Request: wrong file_id or the file is temporarily unavailable"
        )
        assert (await fetched(place, f"/box/files/{old['file_unique_id']}"))[0] == 404
        assert await place.result("sendPhoto", chat_id=EMMA, photo=old["file_id"])
        assert place.box.state.files._held <= 6000


async def test_a_file_that_is_too_large_to_fetch_is_sent_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.methods.media.MOST_DOWNLOAD", 500)
    async with hands() as place:
        message = await sent(place, "document")

        assert await place.refusal("getFile", file_id=file_of(message, "document")["file_id"]) == (
            "Bad Request: file is too big"
        )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/file/bot1:wrong/photos/file_x.jpg", 401),
        ("/file/bot{token}/photos/file_x.jpg", 404),
        ("/file/bot{token}/../../etc/passwd", 404),
        ("/file/bot{token}", 404),
        ("/box/files/nothing", 404),
    ],
)
async def test_files_that_nobody_gave_are_not_served(path: str, code: int) -> None:
    async with hands() as place:
        assert (await fetched(place, path.format(token=place.box.token)))[0] == code


async def test_a_page_shows_pictures_and_saves_everything_else() -> None:
    async with hands() as place:
        photo, voice = file_of(await sent(place)), file_of(await sent(place, "voice"), "voice")
        part = {"document": ("نامه.html", b"<script>alert(1)</script>", "text/html")}
        told = await place.upload("sendDocument", part, chat_id=EMMA)
        page = told["result"]["document"]
        _, _, shown = await fetched(place, f"/box/files/{photo['file_unique_id']}")
        _, _, saved = await fetched(place, f"/box/files/{page['file_unique_id']}")
        status, part_of_it, heard = await fetched(place, f"/box/files/{voice['file_unique_id']}", Range="bytes=4-7")

        assert (shown["Content-Type"], "Content-Disposition" in shown) == ("image/jpeg", False)
        assert saved["Content-Type"] == "application/octet-stream"
        assert saved["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D9")
        assert "sandbox" in saved["Content-Security-Policy"]
        assert (status, part_of_it) == (206, VOICE.data[4:8])
        assert heard["Content-Range"] == f"bytes 4-7/{len(VOICE.data)}"
        assert (await fetched(place, f"/box/files/{voice['file_unique_id']}", Range="bytes=9999-"))[0] == 416


async def test_people_send_real_files_with_captions_and_formatted_words() -> None:
    async with hands() as place:
        bold = [{"type": "bold", "offset": 0, "length": 4}]
        chat, content = f"chats/{place.bot}/send", base64.b64encode(png(7, 5)).decode()
        await place.post(chat, person=EMMA, kind="photo", content=content, caption="Look", entities=bold)
        await place.say("Bold words", entities=bold)
        await place.post(chat, person=EMMA, kind="document", content=content, file_name="a.png")
        photo, words, document = (update["message"] for update in await place.updates())

        assert (photo["photo"][0]["width"], photo["caption_entities"]) == (7, bold)
        assert words["entities"] == bold
        assert (document["document"]["file_name"], document["document"]["mime_type"]) == ("a.png", "image/png")


async def test_an_album_comes_as_messages_of_one_group_with_one_caption() -> None:
    async with hands() as place:
        first = await place.post(f"chats/{place.bot}/send", person=EMMA, kind="album", caption="Three")
        messages = [update["message"] for update in await place.updates()]

        assert first["caption"] == "Three"
        assert len({message["media_group_id"] for message in messages}) == 1
        assert [message.get("caption") for message in messages] == ["Three", None, None]
        assert len({file_of(message)["file_unique_id"] for message in messages}) == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kind": "location", "caption": "x"}, "A location takes no caption: only album, animation,"),
        ({"kind": "sticker", "content": ""}, "A sticker takes no content: only animation, audio,"),
        ({"kind": "photo", "content": "!"}, '"content" is to be base64.'),
        ({"kind": "photo", "content": "YQ=="}, "The photo 'file' cannot be sent (Bad Request: IMAGE_PROCESS_FAILED)"),
        ({"kind": "photo", "caption": "a" * 1025}, "This caption cannot be sent (message caption is too long)"),
        ({"text": "a", "entities": [5]}, "This cannot be sent (can't parse MessageEntity: Expected an Object)"),
    ],
)
async def test_what_people_cannot_send_is_told_in_a_sentence(given: Json, sentence: str) -> None:
    async with hands() as place:
        with pytest.raises(Told) as told:
            await place.post(f"chats/{place.bot}/send", person=EMMA, **given)

        assert sentence in str(told.value)


async def test_files_outlive_a_reset() -> None:
    async with hands() as place:
        old = file_of(await sent(place))
        await place.post("reset")
        await place.start()

        assert await place.result("sendPhoto", chat_id=EMMA, photo=old["file_id"])


QUIET = 50_000


async def test_quiet_people_take_media_and_copies_as_they_take_words() -> None:
    async with hands(quiet_people=10, first_id=QUIET, unpaced=True) as place:
        source = await sent(place, caption="x")
        by_id = await place.result("sendPhoto", chat_id=QUIET, photo=file_of(source)["file_id"], reply_markup=BUTTON)
        await place.result("copyMessage", chat_id=QUIET, from_chat_id=EMMA, message_id=source["message_id"])

        assert (file_of(by_id), by_id["reply_markup"]) == (file_of(source), BUTTON)
        assert place.box.state.received(QUIET) == 2


async def test_edits_and_deletions_of_quiet_people_are_counted_and_honest() -> None:
    async with hands(quiet_people=10, first_id=QUIET, unpaced=True) as place:
        words = await place.result("sendMessage", chat_id=QUIET, text="x")
        mine = {"chat_id": QUIET, "message_id": words["message_id"]}
        edited = await place.result("editMessageText", **mine, text="y")
        theirs = mine | {"chat_id": QUIET + 1}

        assert (edited["text"], "edit_date" in edited) == ("y", True)
        assert await place.refusal("editMessageText", **theirs, text="y") == "Bad Request: message to edit not found"
        assert await place.refusal("deleteMessage", **theirs) == "Bad Request: message to delete not found"
        assert await place.refusal("editMessageCaption", **mine, caption="y") == (
            "Bad Request: there is no caption in the message to edit"
        )
        assert await place.result("deleteMessages", chat_id=QUIET, message_ids=[words["message_id"], 999]) is True
        assert await place.refusal("deleteMessage", **mine) == "Bad Request: message to delete not found"
        assert await place.refusal("editMessageText", **mine, text="z") == "Bad Request: message to edit not found"
        assert await place.get("received", **{"from": QUIET, "to": QUIET}) == {
            "people": 1,
            "total": 1,
            "counts": {},
            "edited": {str(QUIET): 1},
            "deleted": {str(QUIET): 1},
        }


async def test_quiet_peoples_pictures_have_captions_and_no_texts() -> None:
    async with hands(quiet_people=1, first_id=QUIET, unpaced=True) as place:
        photo = file_of(await sent(place))["file_id"]
        message = await place.result("sendPhoto", chat_id=QUIET, photo=photo, caption="x")
        mine = {"chat_id": QUIET, "message_id": message["message_id"]}

        assert (await place.result("editMessageCaption", **mine, caption="y"))["caption"] == "y"
        assert await place.refusal("editMessageText", **mine, text="y") == (
            "Bad Request: there is no text in the message to edit"
        )


async def test_quiet_peoples_messages_cannot_be_deleted_after_48_hours() -> None:
    clock = Clock()
    async with hands(quiet_people=1, first_id=QUIET, unpaced=True, clock=clock) as place:
        old = await place.result("sendMessage", chat_id=QUIET, text="x")
        clock.now += 47 * 3600
        young = await place.result("sendMessage", chat_id=QUIET, text="x")
        clock.now += 3601

        assert await place.refusal("deleteMessage", chat_id=QUIET, message_id=old["message_id"]) == (
            "Bad Request: message can't be deleted for everyone"
        )
        assert await place.result("editMessageText", chat_id=QUIET, message_id=old["message_id"], text="y")
        assert await place.result("deleteMessage", chat_id=QUIET, message_id=young["message_id"]) is True


async def test_who_has_gone_refuses_edits_too() -> None:
    async with hands(quiet_people=1, first_id=QUIET, unpaced=True) as place:
        message = await place.result("sendMessage", chat_id=QUIET, text="x")
        place.box.state.quiet.gone[QUIET] = "bot was blocked by the user"

        assert await place.refusal("editMessageText", chat_id=QUIET, message_id=message["message_id"], text="y") == (
            "Forbidden: bot was blocked by the user"
        )


async def test_a_paid_broadcast_passes_the_free_rate_and_costs_stars() -> None:
    clock = Clock()
    async with hands(quiet_people=100, first_id=QUIET, clock=clock) as place:
        before = await place.result("getMyStarBalance")
        for person in range(15):
            await place.result("sendMessage", chat_id=QUIET + person, text="free", allow_paid_broadcast=True)
        unpaid = await place.refusal("sendMessage", chat_id=QUIET + 15, text="x")
        for person in range(16, 31):
            await place.result("sendMessage", chat_id=QUIET + person, text="paid", allow_paid_broadcast=True)

        assert before == {"amount": 100_000}
        assert unpaid == "Too Many Requests: retry after 1"
        assert await place.result("getMyStarBalance") == {"amount": 99_998, "nanostar_amount": 500_000_000}
