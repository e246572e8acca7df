"""Photos, videos, files and voice messages: uploads, file ids, captions, copies and downloads; bulk users."""

import base64
import struct
import zlib
from typing import Any

import pytest

from playground.messages import sample_messages
from playground.messages.images import ImageInfo, image_info
from tests.support.playground.client import (
    EMMA,
    GROUP,
    MARYAM,
    Clock,
    Json,
    PlaygroundClient,
    SimulatorErrorResponse,
    keyboard,
    playground_client,
)

OTHER = "42:secret@other_bot"
PHOTO, VOICE = sample_messages.sample_file("photo")[0], sample_messages.sample_file("voice")[0]
BUTTON = keyboard({"text": "Read", "callback_data": "read"})
MEDIA_KINDS = ["photo", "video", "animation", "document", "voice", "audio"]
WRONG_FILE = "Bad Request: wrong file identifier/HTTP URL specified"


def png(width: int, height: int) -> bytes:
    """Return a white PNG image."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def sent(client: PlaygroundClient, kind: str = "photo", person: int = EMMA, **params: Any) -> Json:
    """Upload a sample file to a person who has started the bot; return the message."""
    await client.start(person)
    file = sample_messages.sample_file(kind)[0]
    body = await client.upload(
        f"send{kind.capitalize()}", {kind: (file.name, file.data, file.mime)}, chat_id=person, **params
    )
    assert body["ok"], body
    message: Json = body["result"]
    return message


def file_of(message: Json, kind: str = "photo") -> Json:
    """Return the file fields of a message, for a photo those of its largest size."""
    media: Json = message[kind][-1] if kind == "photo" else message[kind]
    return media


async def download(client: PlaygroundClient, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """GET a path; return the status, body and headers of the response."""
    async with client.session.get(client.server.url + path, headers=headers) as response:
        return response.status, await response.read(), dict(response.headers)


@pytest.mark.parametrize("kind", MEDIA_KINDS)
async def test_an_uploaded_file_can_be_sent_by_its_id_and_downloaded(kind: str) -> None:
    async with playground_client() as client:
        first = file_of(await sent(client, kind, caption="one"), kind)
        again = await client.result(f"send{kind.capitalize()}", chat_id=EMMA, **{kind: first["file_id"]})
        file = await client.result("getFile", file_id=first["file_id"])
        status, data, _ = await download(client, f"/file/bot{client.server.token}/{file['file_path']}")

        assert file_of(again, kind) == first
        assert "caption" not in again
        assert (status, data) == (200, sample_messages.sample_file(kind)[0].data)
        assert file["file_size"] == first["file_size"] == len(data)


async def test_each_bot_has_its_own_file_ids_and_all_the_same_file_unique_id() -> None:
    async with playground_client(bots=("7000001:secret@first_bot", OTHER)) as client:
        uploaded = file_of(await sent(client))
        await client.post(f"chats/{GROUP}/send", person=EMMA, kind="photo", caption="@first_bot @other_bot look")
        seen = {bot.id: client.server.state.messages(GROUP, bot)[-1] for bot in client.server.state.bots.values()}
        ids = {bot: file_of(message)["file_id"] for bot, message in seen.items()}

        assert ids[7000001] == uploaded["file_id"] != ids[42]
        assert {file_of(message)["file_unique_id"] for message in seen.values()} == {uploaded["file_unique_id"]}
        assert await client.error("sendPhoto", chat_id=EMMA, photo=ids[42]) == WRONG_FILE
        assert await client.error("getFile", file_id=ids[42]) == "Bad Request: invalid file_id"


@pytest.mark.parametrize(
    ("method", "params", "description"),
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
async def test_invalid_files_captions_and_sources_are_refused(method: str, params: Json, description: str) -> None:
    async with playground_client() as client:
        ids = {f"{{{kind}}}": file_of(await sent(client, kind), kind)["file_id"] for kind in ("photo", "voice")}
        filled = {name: ids.get(value, value) if isinstance(value, str) else value for name, value in params.items()}

        assert (await client.error(method, chat_id=EMMA, **filled)).startswith(f"Bad Request: {description}")


@pytest.mark.parametrize(
    ("kind", "data", "code", "description"),
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
async def test_files_that_telegram_does_not_accept_are_refused(
    kind: str, data: bytes, code: int, description: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.messages.uploads.MAX_PHOTO", 1000)
    monkeypatch.setattr("playground.messages.uploads.MAX_FILE", 2000)
    async with playground_client() as client:
        await client.start()
        body = await client.upload(f"send{kind.capitalize()}", {kind: ("a.png", data, "image/png")}, chat_id=EMMA)

        assert (body["error_code"], body["description"]) == (code, description)
        assert len(await client.messages()) == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(7, 5), ImageInfo("image/png", 7, 5)),
        (PHOTO.data, ImageInfo("image/jpeg", 640, 480)),
        (sample_messages.sample_file("sticker")[0].data, ImageInfo("image/webp", 512, 512)),
        (b"GIF89a" + struct.pack("<HH", 3, 4), ImageInfo("image/gif", 3, 4)),
        (b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 9, 8), ImageInfo("image/webp", 9, 8)),
        (b"RIFF....WEBPVP8L" + bytes(5) + struct.pack("<I", 8 | 6 << 14) + bytes(9), ImageInfo("image/webp", 9, 7)),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff\xd8" + bytes(50), None),
        (b"<svg>", None),
    ],
)
def test_the_type_and_size_of_an_image_are_read_from_its_first_bytes(data: bytes, expected: ImageInfo | None) -> None:
    assert image_info(data) == expected


async def test_an_upload_can_be_attached_under_another_name() -> None:
    async with playground_client() as client:
        await client.start()
        part = {"part": ("نامه.txt", b"words", "text/plain")}
        body = await client.upload("sendDocument", part, chat_id=EMMA, document="attach://part")

        assert body["result"]["document"]["file_name"] == "نامه.txt"
        assert body["result"]["document"]["mime_type"] == "text/plain"


async def test_a_caption_is_trimmed_has_detected_entities_and_is_counted_in_utf16_units() -> None:
    async with playground_client() as client:
        bold = [{"type": "bold", "offset": 1, "length": 1}]
        message = await sent(
            client, caption=" 𝄞 /go  ", caption_entities=[{"type": "bold", "offset": 1, "length": 2}]
        )
        by_mode = await sent(client, caption="x<b>y</b>", parse_mode="HTML")
        longest = await sent(client, caption="𝄞" * 512)

        assert message["caption"] == "𝄞 /go"
        assert [entity["type"] for entity in message["caption_entities"]] == ["bold", "bot_command"]
        assert (by_mode["caption"], by_mode["caption_entities"]) == ("xy", bold)
        assert len(longest["caption"]) == 512


async def test_spoiler_protection_and_silence_of_a_message_are_kept() -> None:
    async with playground_client() as client:
        options: Json = {"has_spoiler": True, "show_caption_above_media": True, "protect_content": True}
        message = await sent(client, caption="x", disable_notification=True, reply_markup=BUTTON, **options)
        seen = (await client.messages())[-1]

        assert message["has_media_spoiler"] is message["show_caption_above_media"] is True
        assert (message["has_protected_content"], message["reply_markup"]) == (True, BUTTON)
        assert ("silent" in message, seen["silent"]) == (False, True)


async def test_captions_and_media_are_edited_but_a_photo_does_not_become_a_text() -> None:
    async with playground_client() as client:
        first, voice = await sent(client, caption="one", has_spoiler=True), await sent(client, "voice")
        own = {"chat_id": EMMA, "message_id": first["message_id"]}
        edited = await client.result("editMessageCaption", **own, caption="two", reply_markup=BUTTON)
        text = await client.result("sendMessage", chat_id=EMMA, text="x")

        assert (edited["caption"], edited["photo"], edited["has_media_spoiler"]) == ("two", first["photo"], True)
        assert "is not modified" in await client.error(
            "editMessageCaption", **own, caption="two", reply_markup=BUTTON
        )
        assert await client.error("editMessageText", **own, text="x") == (
            "Bad Request: there is no text in the message to edit"
        )
        assert await client.error("editMessageCaption", **own | {"message_id": text["message_id"]}, caption="x") == (
            "Bad Request: there is no caption in the message to edit"
        )
        media = {"type": "document", "media": "attach://new", "caption": "three"}
        body = await client.upload(
            "editMessageMedia", {"new": ("a.pdf", b"%PDF", "application/pdf")}, **own, media=media
        )
        assert (body["result"]["document"]["file_name"], "photo" in body["result"]) == ("a.pdf", False)
        assert await client.error(
            "editMessageMedia",
            chat_id=EMMA,
            message_id=voice["message_id"],
            media={"type": "photo", "media": file_of(first)["file_id"]},
        ) == ("Bad Request: message can't be edited")


async def test_a_copy_does_not_name_its_source_and_may_have_another_caption() -> None:
    async with playground_client() as client:
        await client.start(MARYAM)
        original = await client.post(f"chats/{client.bot}/send", person=EMMA, kind="photo", caption="by Emma")
        source = {"chat_id": MARYAM, "from_chat_id": EMMA, "message_id": original["message_id"]}
        copy = await client.result("copyMessage", **source)
        await client.result("copyMessage", **source, caption="by us", reply_markup=BUTTON)
        await client.result("copyMessage", **source, caption="")
        forwarded = await client.result("forwardMessage", **source)
        unchanged, changed, bare, _ = (await client.messages(MARYAM))[-4:]

        assert copy == {"message_id": unchanged["message_id"]}
        assert [message.get("caption") for message in (unchanged, changed, bare)] == ["by Emma", "by us", None]
        assert (unchanged["from"]["is_bot"], changed["reply_markup"]) == (True, BUTTON)
        assert "forward_origin" not in unchanged
        assert forwarded["forward_origin"]["sender_user"]["id"] == EMMA


async def test_a_protected_message_is_neither_copied_nor_forwarded() -> None:
    async with playground_client() as client:
        message = await sent(client, protect_content=True)
        source = {"chat_id": EMMA, "from_chat_id": EMMA, "message_id": message["message_id"]}

        assert await client.error("copyMessage", **source) == "Bad Request: message can't be copied"
        assert await client.error("forwardMessage", **source) == "Bad Request: message can't be forwarded"


async def test_the_oldest_bytes_are_dropped_above_the_limit_and_their_ids_still_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("playground.messages.files.MAX_STORED_BYTES", 6000)
    async with playground_client() as client:
        old = file_of(await sent(client))
        await client.post(f"chats/{client.bot}/send", person=EMMA, kind="album")

        assert await client.error("getFile", file_id=old["file_id"]) == (
            "Bad Request: wrong file_id or the file is temporarily unavailable"
        )
        assert (await download(client, f"/box/files/{old['file_unique_id']}"))[0] == 404
        assert await client.result("sendPhoto", chat_id=EMMA, photo=old["file_id"])
        assert client.server.state.files._stored_bytes <= 6000


async def test_a_file_that_is_too_large_to_download_is_still_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.methods.media.MAX_DOWNLOAD", 500)
    async with playground_client() as client:
        message = await sent(client, "document")

        assert await client.error("getFile", file_id=file_of(message, "document")["file_id"]) == (
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
async def test_unknown_files_are_not_served(path: str, code: int) -> None:
    async with playground_client() as client:
        assert (await download(client, path.format(token=client.server.token)))[0] == code


async def test_the_web_chat_shows_images_and_saves_any_other_file() -> None:
    async with playground_client() as client:
        photo, voice = file_of(await sent(client)), file_of(await sent(client, "voice"), "voice")
        part = {"document": ("نامه.html", b"<script>alert(1)</script>", "text/html")}
        body = await client.upload("sendDocument", part, chat_id=EMMA)
        page = body["result"]["document"]
        _, _, shown = await download(client, f"/box/files/{photo['file_unique_id']}")
        _, _, saved = await download(client, f"/box/files/{page['file_unique_id']}")
        status, data, headers = await download(client, f"/box/files/{voice['file_unique_id']}", Range="bytes=4-7")

        assert (shown["Content-Type"], "Content-Disposition" in shown) == ("image/jpeg", False)
        assert saved["Content-Type"] == "application/octet-stream"
        assert saved["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D9")
        assert "sandbox" in saved["Content-Security-Policy"]
        assert (status, data) == (206, VOICE.data[4:8])
        assert headers["Content-Range"] == f"bytes 4-7/{len(VOICE.data)}"
        assert (await download(client, f"/box/files/{voice['file_unique_id']}", Range="bytes=9999-"))[0] == 416


async def test_people_send_their_own_files_with_formatted_captions() -> None:
    async with playground_client() as client:
        bold = [{"type": "bold", "offset": 0, "length": 4}]
        chat, content = f"chats/{client.bot}/send", base64.b64encode(png(7, 5)).decode()
        await client.post(chat, person=EMMA, kind="photo", content=content, caption="Look", entities=bold)
        await client.send_text("Bold words", entities=bold)
        await client.post(chat, person=EMMA, kind="document", content=content, file_name="a.png")
        photo, text, document = (update["message"] for update in await client.updates())

        assert (photo["photo"][0]["width"], photo["caption_entities"]) == (7, bold)
        assert text["entities"] == bold
        assert (document["document"]["file_name"], document["document"]["mime_type"]) == ("a.png", "image/png")


async def test_an_album_is_three_messages_of_one_group_with_one_caption() -> None:
    async with playground_client() as client:
        first = await client.post(f"chats/{client.bot}/send", person=EMMA, kind="album", caption="Three")
        messages = [update["message"] for update in await client.updates()]

        assert first["caption"] == "Three"
        assert len({message["media_group_id"] for message in messages}) == 1
        assert [message.get("caption") for message in messages] == ["Three", None, None]
        assert len({file_of(message)["file_unique_id"] for message in messages}) == 3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "location", "caption": "x"}, "A location has no caption: only album, animation,"),
        ({"kind": "sticker", "content": ""}, "A sticker has no content: only animation, audio,"),
        ({"kind": "photo", "content": "!"}, '"content" must be base64.'),
        ({"kind": "photo", "content": "YQ=="}, "The photo 'file' cannot be sent (Bad Request: IMAGE_PROCESS_FAILED)"),
        ({"kind": "photo", "caption": "a" * 1025}, "This caption cannot be sent (message caption is too long)"),
        ({"text": "a", "entities": [5]}, "This text cannot be sent (can't parse MessageEntity: Expected an Object)"),
    ],
)
async def test_a_message_that_people_cannot_send_gets_an_error_in_a_sentence(values: Json, message: str) -> None:
    async with playground_client() as client:
        with pytest.raises(SimulatorErrorResponse) as error:
            await client.post(f"chats/{client.bot}/send", person=EMMA, **values)

        assert message in str(error.value)


async def test_files_are_kept_after_a_reset() -> None:
    async with playground_client() as client:
        old = file_of(await sent(client))
        await client.post("reset")
        await client.start()

        assert await client.result("sendPhoto", chat_id=EMMA, photo=old["file_id"])


BULK_USER = 50_000


async def test_bulk_users_accept_media_and_copies() -> None:
    async with playground_client(bulk_users=10, first_bulk_user_id=BULK_USER, has_flood_limits=False) as client:
        source = await sent(client, caption="x")
        by_id = await client.result(
            "sendPhoto", chat_id=BULK_USER, photo=file_of(source)["file_id"], reply_markup=BUTTON
        )
        await client.result("copyMessage", chat_id=BULK_USER, from_chat_id=EMMA, message_id=source["message_id"])

        assert (file_of(by_id), by_id["reply_markup"]) == (file_of(source), BUTTON)
        assert client.server.state.received(BULK_USER) == 2


async def test_edits_and_deletions_for_bulk_users_are_checked_and_counted() -> None:
    async with playground_client(bulk_users=10, first_bulk_user_id=BULK_USER, has_flood_limits=False) as client:
        message = await client.result("sendMessage", chat_id=BULK_USER, text="x")
        own = {"chat_id": BULK_USER, "message_id": message["message_id"]}
        edited = await client.result("editMessageText", **own, text="y")
        other = own | {"chat_id": BULK_USER + 1}

        assert (edited["text"], "edit_date" in edited) == ("y", True)
        assert await client.error("editMessageText", **other, text="y") == "Bad Request: message to edit not found"
        assert await client.error("deleteMessage", **other) == "Bad Request: message to delete not found"
        assert await client.error("editMessageCaption", **own, caption="y") == (
            "Bad Request: there is no caption in the message to edit"
        )
        assert (
            await client.result("deleteMessages", chat_id=BULK_USER, message_ids=[message["message_id"], 999]) is True
        )
        assert await client.error("deleteMessage", **own) == "Bad Request: message to delete not found"
        assert await client.error("editMessageText", **own, text="z") == "Bad Request: message to edit not found"
        assert await client.get("received", **{"from": BULK_USER, "to": BULK_USER}) == {
            "people": 1,
            "total": 1,
            "counts": {},
            "edited": {str(BULK_USER): 1},
            "deleted": {str(BULK_USER): 1},
        }


async def test_photos_for_bulk_users_have_captions_and_no_texts() -> None:
    async with playground_client(bulk_users=1, first_bulk_user_id=BULK_USER, has_flood_limits=False) as client:
        photo = file_of(await sent(client))["file_id"]
        message = await client.result("sendPhoto", chat_id=BULK_USER, photo=photo, caption="x")
        own = {"chat_id": BULK_USER, "message_id": message["message_id"]}

        assert (await client.result("editMessageCaption", **own, caption="y"))["caption"] == "y"
        assert await client.error("editMessageText", **own, text="y") == (
            "Bad Request: there is no text in the message to edit"
        )


async def test_messages_to_bulk_users_cannot_be_deleted_after_48_hours() -> None:
    clock = Clock()
    async with playground_client(
        bulk_users=1, first_bulk_user_id=BULK_USER, has_flood_limits=False, clock=clock
    ) as client:
        old = await client.result("sendMessage", chat_id=BULK_USER, text="x")
        clock.now += 47 * 3600
        recent = await client.result("sendMessage", chat_id=BULK_USER, text="x")
        clock.now += 3601

        assert await client.error("deleteMessage", chat_id=BULK_USER, message_id=old["message_id"]) == (
            "Bad Request: message can't be deleted for everyone"
        )
        assert await client.result("editMessageText", chat_id=BULK_USER, message_id=old["message_id"], text="y")
        assert await client.result("deleteMessage", chat_id=BULK_USER, message_id=recent["message_id"]) is True


async def test_bulk_users_refuse_messages_after_a_request_to_the_simulator() -> None:
    async with playground_client(bulk_users=2, first_bulk_user_id=BULK_USER, has_flood_limits=False) as client:
        await client.post("refusals", people=[BULK_USER], reason="bot was blocked by the user")

        assert (await client.call("sendMessage", chat_id=BULK_USER, text="x"))["description"] == (
            "Forbidden: bot was blocked by the user"
        )
        assert (await client.call("sendMessage", chat_id=BULK_USER + 1, text="x"))["ok"]


async def test_a_bulk_user_who_blocked_the_bot_refuses_edits() -> None:
    async with playground_client(bulk_users=1, first_bulk_user_id=BULK_USER, has_flood_limits=False) as client:
        message = await client.result("sendMessage", chat_id=BULK_USER, text="x")
        client.server.state.bulk_users.refusals[BULK_USER] = "bot was blocked by the user"

        assert await client.error(
            "editMessageText", chat_id=BULK_USER, message_id=message["message_id"], text="y"
        ) == ("Forbidden: bot was blocked by the user")


async def test_paid_messages_exceed_the_free_rate_and_cost_stars() -> None:
    clock = Clock()
    async with playground_client(bulk_users=100, first_bulk_user_id=BULK_USER, clock=clock) as client:
        before = await client.result("getMyStarBalance")
        for person in range(15):
            await client.result("sendMessage", chat_id=BULK_USER + person, text="free", allow_paid_broadcast=True)
        unpaid = await client.error("sendMessage", chat_id=BULK_USER + 15, text="x")
        for person in range(16, 31):
            await client.result("sendMessage", chat_id=BULK_USER + person, text="paid", allow_paid_broadcast=True)

        assert before == {"amount": 100_000}
        assert unpaid == "Too Many Requests: retry after 1"
        assert await client.result("getMyStarBalance") == {"amount": 99_998, "nanostar_amount": 500_000_000}
