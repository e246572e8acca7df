"""Check the playground's updates, results and parameters against the Bot API, and try random requests."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.errors import BotApiError, SimulatorError
from playground.messages import sample_messages
from playground.messages.sample_messages import SAMPLE_KINDS
from playground.methods.support.registry import METHODS, Method, MethodCall
from playground.settings import PlaygroundSettings
from playground.web import simulator_api
from playground.web.simulator_request import SimulatorRequest
from playground.world.state import PlaygroundState
from tests.support.playground import bot_api_schema
from tests.support.playground.bot_api_schema import check_call, check_object, method_parameters, return_types
from tests.support.playground.client import EMMA, GROUP, MARYAM, Json, PlaygroundClient, keyboard, playground_client

BUTTONS = keyboard(
    {"text": "a", "callback_data": "a", "style": "danger"},
    {"text": "b", "switch_inline_query_chosen_chat": {"query": "q", "allow_group_chats": True}},
    {"text": "c", "copy_text": {"text": "c"}},
)
PERSONS_CAPTION = {"caption": "so", "entities": [{"type": "bold", "offset": 0, "length": 2}]}
ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "One",
    "input_message_content": {"message_text": "One"},
    "reply_markup": BUTTONS,
}


@pytest.fixture(params=["schema", "library"])
def checker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test twice: with the schema of the Bot API, and with python-telegram-bot, its substitute."""
    if request.param == "schema" and not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not next to this checkout.")
    if request.param == "library":
        monkeypatch.setattr(bot_api_schema, "schema", dict)
    return str(request.param)


async def cause_all_updates(client: PlaygroundClient) -> list[Json]:
    """Cause an update of every type; return all of them."""
    client.server.state.bots[client.bot].has_inline_feedback = True
    await client.start()
    message = await client.result("sendMessage", chat_id=EMMA, text="x", reply_markup=BUTTONS)
    for kind in SAMPLE_KINDS:
        await client.post(f"chats/{client.bot}/send", person=EMMA, kind=kind)
    await client.post(f"chats/{client.bot}/send", person=EMMA, kind="album", has_spoiler=True, **PERSONS_CAPTION)
    await client.send_text("/help https://example.org @somebody", chat=GROUP)
    for blocked in (True, False):
        await client.post(f"chats/{client.bot}/block", person=EMMA, blocked=blocked)
    pressing = asyncio.create_task(press(client, client.bot, message["message_id"]))
    asking = asyncio.create_task(client.post("inline", person=EMMA, bot=client.bot, chat=GROUP, query="q"))
    pending = await wait_for_updates(client, 2 + len(SAMPLE_KINDS) + len(sample_messages.ALBUM_FILES) + 4)
    query = next(update["inline_query"]["id"] for update in pending if "inline_query" in update)
    await client.result("answerInlineQuery", inline_query_id=query, results=[ARTICLE])
    inline_list = await asking
    inline_message = await client.post("inline/choose", person=EMMA, chat=GROUP, id=inline_list["id"], result_id="1")
    pressing_inline = asyncio.create_task(press(client, GROUP, inline_message["message_id"]))
    pending = await wait_for_updates(client, len(pending) + 3)
    pressing.cancel()
    pressing_inline.cancel()
    return pending


async def press(client: PlaygroundClient, chat: int, message: int) -> None:
    await client.post(f"chats/{chat}/press", person=EMMA, message_id=message, row=0, column=0)


async def wait_for_updates(client: PlaygroundClient, number: int) -> list[Json]:
    """Wait until at least `number` updates are pending, and return the pending updates."""
    async with asyncio.timeout(5):
        while len(pending := await client.pending_updates()) < number:
            await client.result("getMe")
    return pending


async def test_every_update_is_valid_in_the_bot_api(checker: str) -> None:
    async with playground_client() as client:
        updates = await cause_all_updates(client)
        types = {name for update in updates for name in update} - {"update_id"}

        assert types == {"message", "callback_query", "inline_query", "my_chat_member", "chosen_inline_result"}
        assert [problem for update in updates for problem in check_object("Update", update)] == []


VALID_CALLS: list[tuple[str, Json]] = [
    ("getMe", {}),
    ("getChat", {"chat_id": EMMA}),
    ("getChat", {"chat_id": GROUP}),
    ("getChat", {"chat_id": "@campaign_channel"}),
    ("getChatMember", {"chat_id": -1002778, "user_id": 7000001}),
    ("sendMessage", {"chat_id": -1002778, "text": "x"}),
    ("getChat", {"chat_id": 50_000}),
    ("getWebhookInfo", {}),
    ("deleteWebhook", {"drop_pending_updates": False}),
    ("sendMessage", {"chat_id": EMMA, "text": "x", "reply_markup": BUTTONS, "protect_content": True}),
    ("sendMessage", {"chat_id": EMMA, "text": "x", "reply_parameters": {"message_id": 2}}),
    ("sendMessage", {"chat_id": GROUP, "text": "x", "link_preview_options": {"is_disabled": True}}),
    ("sendMessage", {"chat_id": 50_000, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1}]}),
    ("editMessageText", {"chat_id": EMMA, "message_id": 2, "text": "y"}),
    ("editMessageReplyMarkup", {"chat_id": EMMA, "message_id": 2, "reply_markup": BUTTONS}),
    ("deleteMessage", {"chat_id": EMMA, "message_id": 2}),
    ("deleteMessages", {"chat_id": EMMA, "message_ids": [3]}),
    ("sendChatAction", {"chat_id": EMMA, "action": "typing"}),
    ("setMyCommands", {"commands": [{"command": "a", "description": "a"}], "scope": {"type": "all_private_chats"}}),
    ("getMyCommands", {"scope": {"type": "all_private_chats"}}),
    ("deleteMyCommands", {"language_code": "fa"}),
    ("setMyName", {"name": "n"}),
    ("getMyName", {}),
    ("setMyDescription", {"description": "d", "language_code": "fa"}),
    ("getMyDescription", {"language_code": "fa"}),
    ("setMyShortDescription", {"short_description": "d"}),
    ("getMyShortDescription", {}),
    ("setChatMenuButton", {"menu_button": {"type": "commands"}}),
    ("getChatMenuButton", {"chat_id": EMMA}),
    ("getMyStarBalance", {}),
    ("logOut", {}),
    ("close", {}),
]
CAPTION = {"caption": "A bold word", "caption_entities": [{"type": "bold", "offset": 2, "length": 4}]}
FILES = {
    kind: sample_messages.sample_file(kind)[0]
    for kind in ("photo", "video", "animation", "document", "voice", "audio")
}
# {photo}, {message}, … stand for the ids of files and messages that the test sends first.
VALID_MEDIA_CALLS: list[tuple[str, Json]] = [
    *[
        (f"send{kind.capitalize()}", {"chat_id": chat, kind: f"{{{kind}}}", "reply_markup": BUTTONS} | CAPTION)
        for kind in FILES
        for chat in (EMMA, 50_000)
    ],
    ("sendPhoto", {"chat_id": EMMA, "photo": "{photo}", "has_spoiler": True, "show_caption_above_media": True}),
    ("sendPoll", {"chat_id": EMMA, "question": "Now?", "options": [{"text": "Yes"}, {"text": "No"}]}),
    ("getFile", {"file_id": "{voice}"}),
    ("editMessageCaption", {"chat_id": EMMA, "message_id": "{message}", "caption": "other", "reply_markup": BUTTONS}),
    (
        "editMessageMedia",
        {"chat_id": EMMA, "message_id": "{message}", "media": {"type": "video", "media": "{video}"}},
    ),
    ("editMessageCaption", {"chat_id": 50_000, "message_id": "{bulk_message}", "caption": "other"}),
    (
        "editMessageMedia",
        {"chat_id": 50_000, "message_id": "{bulk_message}", "media": {"type": "photo", "media": "{photo}"}},
    ),
    ("editMessageReplyMarkup", {"chat_id": 50_000, "message_id": "{bulk_message}"}),
    (
        "copyMessage",
        {"chat_id": 50_000, "from_chat_id": EMMA, "message_id": "{message}", "allow_paid_broadcast": True},
    ),
    ("copyMessage", {"chat_id": GROUP, "from_chat_id": EMMA, "message_id": "{message}", "caption": "A copy"}),
    ("forwardMessage", {"chat_id": EMMA, "from_chat_id": EMMA, "message_id": 1}),
    ("forwardMessage", {"chat_id": 50_000, "from_chat_id": EMMA, "message_id": "{message}"}),
]


async def media_calls(client: PlaygroundClient) -> list[tuple[str, Json]]:
    """Return VALID_MEDIA_CALLS with real ids."""
    ids: Json = {}
    for kind, file in FILES.items():
        method = f"send{kind.capitalize()}"
        body = await client.upload(method, {kind: (file.name, file.data, file.mime)}, chat_id=EMMA)
        media = body["result"][kind]
        ids[f"{{{kind}}}"] = (media[-1] if kind == "photo" else media)["file_id"]
    for name, chat in (("{message}", EMMA), ("{bulk_message}", 50_000)):
        ids[name] = (await client.result("sendPhoto", chat_id=chat, photo=ids["{photo}"]))["message_id"]
    return [(name, _filled(params, ids)) for name, params in VALID_MEDIA_CALLS]


def _filled(value: Any, ids: Json) -> Any:
    if isinstance(value, dict):
        return {name: _filled(element, ids) for name, element in value.items()}
    return ids.get(value, value) if isinstance(value, str) else value


async def test_every_result_is_valid_in_the_bot_api(checker: str) -> None:
    problems: list[str] = []
    async with playground_client(bulk_users=1, first_bulk_user_id=50_000, has_flood_limits=False) as client:
        await client.start()
        await client.call("sendMessage", chat_id=EMMA, text="the message that is edited and deleted")
        for name, params in VALID_CALLS + await media_calls(client):
            problems += check_call(name, params)
            result = await client.result(name, **params)
            by_type = [check_object(type_name, result) for type_name in return_types(name)]
            problems += [] if [] in by_type or not by_type else by_type[0]

    assert problems == []


def test_every_method_is_called_above_or_needs_an_update_first() -> None:
    needs_update = {"getUpdates", "answerCallbackQuery", "answerInlineQuery", "setWebhook"}
    needs_update |= {"answerGuestQuery", "editEphemeralMessageText"}  # see test_playground_groups.py

    assert {method.name for method in METHODS.values()} == {
        name for name, _ in VALID_CALLS + VALID_MEDIA_CALLS
    } | needs_update


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: str(method.name))
def test_methods_read_only_parameters_that_the_bot_api_has(checker: str, method: Method) -> None:
    assert set(method.parameters) <= method_parameters(method.name)


async def test_people_see_bot_api_messages_with_additional_fields(checker: str) -> None:
    async with playground_client() as client:
        await client.start()
        message = await client.result("sendMessage", chat_id=EMMA, text="x", reply_markup=BUTTONS)
        await client.result("editMessageText", chat_id=EMMA, message_id=message["message_id"], text="y")
        seen = await client.messages()
        added = [message.keys() & {"out", "edited"} for message in seen]
        plain = [{name: message[name] for name in message.keys() - {"out", "edited"}} for message in seen]

        assert added == [{"out"}, {"edited"}]
        assert [problem for message in plain for problem in check_object("Message", message)] == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"id": 1, "is_bot": False, "first_name": "A", "age": 5}, "User.age is unknown"),
        ({"id": 1, "is_bot": False}, "User.first_name is missing"),
        ({"id": "1", "is_bot": False, "first_name": "A"}, "User.id is no Integer: '1'"),
    ],
)
def test_the_checker_finds_planted_errors(data: Json, problem: str) -> None:
    if not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not next to this checkout.")

    assert check_object("User", data) == [problem]


def test_the_library_replaces_a_missing_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_api_schema, "schema", dict)
    chat = {"id": 1, "type": "private", "colour": "red"}

    assert check_object("Message", {"message_id": 1, "date": 1, "chat": chat}) == ["Message.chat.colour is unknown"]
    assert check_object("User", {"id": 1}) != []
    assert check_call("sendMessage", {"chat_id": 1, "text": "x", "texture": "y"}) == [
        "sendMessage.texture is unknown"
    ]
    assert check_call("sendTelepathy", {}) == ["sendTelepathy is no method"]


def test_the_checker_accepts_calls_as_forms_carry_them() -> None:
    if not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not next to this checkout.")

    assert check_call("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": []}'}) == []
    assert check_call("sendMessage", {"text": "x", "entities": "[5]"}) == [
        "sendMessage.chat_id is missing",
        "sendMessage.entities[0] is no MessageEntity: 5",
    ]


NUMBERS = st.sampled_from([EMMA, MARYAM, GROUP, 7_000_001, 50_000, 1, 2, 0, -1, 2**63, 1.5])
TEXTS = st.sampled_from(
    [
        "",
        "x",
        " ",
        "default",
        "chat",
        "article",
        "photo",
        "attach://x",
        "album",
        "bold",
        "\ud800",
        "1",
        "{",
        "[[",
        "a" * 300,
    ]
)
# fmt: off
NAMES = st.sampled_from([
    "type", "id", "title", "text", "offset", "length", "url", "callback_data", "style", "inline_keyboard", "command",
    "message_id", "chat_id", "user_id", "description", "input_message_content", "message_text", "entities",
    "copy_text", "reply_markup", "media", "caption", "caption_entities", "photo",
])
# fmt: on
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def started_state() -> PlaygroundState:
    """Return a state with a bulk user and a started chat."""
    state = PlaygroundState(PlaygroundSettings(has_flood_limits=False, bulk_users=1, first_bulk_user_id=50_000))
    chat = state.private_chat(next(iter(state.bots.values())), state.people[EMMA])
    chat.is_started = True
    return state


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(set(METHODS) - {"getupdates"})), data=st.data())
def test_any_call_of_a_bot_succeeds_or_gets_an_error_of_the_bot_api(name: str, data: st.DataObject) -> None:
    method, state = METHODS[name], started_state()
    bot = next(iter(state.bots.values()))
    for _ in range(3):
        params: dict[str, Any] = {
            parameter: data.draw(JUNK, parameter) for parameter in method.parameters if data.draw(st.booleans())
        }
        with suppress(BotApiError):
            method.function(MethodCall(state, bot, params))


ROUTES = sorted(key for key in simulator_api.ROUTES if key not in {("POST", "inline"), ("POST", "chats/CHAT/press")})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(route=st.sampled_from(ROUTES), chat=NUMBERS, data=st.data())
def test_any_request_to_the_simulator_api_succeeds_or_gets_an_error(
    route: tuple[str, str], chat: Any, data: st.DataObject
) -> None:
    names = "person bot chat text kind payload message_id row column blocked query offset id result_id first_name "
    names += "language_code faults since from to reply_to caption entities content file_name mime_type has_spoiler"
    values = data.draw(st.dictionaries(st.sampled_from(names.split()), JUNK, max_size=6)) | {"person": EMMA}
    with suppress(SimulatorError):
        simulator_api.ROUTES[route](SimulatorRequest(started_state(), values, chat))
