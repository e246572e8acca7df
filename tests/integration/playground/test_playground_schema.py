"""Everything the box sends and takes, held against the Bot API; and that nothing a bot sends breaks it."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.errors import Mistake, Refused
from playground.messages import sample_messages
from playground.messages.sample_messages import KINDS
from playground.methods.support.registry import METHODS, Call, Method
from playground.settings import Settings
from playground.web import simulator_api
from playground.world.state import State
from tests.support.playground import bot_api_schema
from tests.support.playground.bot_api_schema import check_call, check_object, method_parameters, return_types
from tests.support.playground.client import EMMA, GROUP, MARYAM, Hands, Json, hands, keyboard

BUTTONS = keyboard(
    {"text": "a", "callback_data": "a", "style": "danger"},
    {"text": "b", "switch_inline_query_chosen_chat": {"query": "q", "allow_group_chats": True}},
    {"text": "c", "copy_text": {"text": "c"}},
)
CAPTION_OF_A_PERSON = {"caption": "so", "entities": [{"type": "bold", "offset": 0, "length": 2}]}
ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "One",
    "input_message_content": {"message_text": "One"},
    "reply_markup": BUTTONS,
}


@pytest.fixture(params=["schema", "library"])
def judge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of checking, so that the one for other people's checkouts is not forgotten."""
    if request.param == "schema" and not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not beside this checkout.")
    if request.param == "library":
        monkeypatch.setattr(bot_api_schema, "schema", dict)
    return str(request.param)


async def everything(place: Hands) -> list[Json]:
    """All sorts of updates, each caused once."""
    place.box.state.bots[place.bot].inline_feedback = True
    await place.start()
    said = await place.result("sendMessage", chat_id=EMMA, text="x", reply_markup=BUTTONS)
    for kind in KINDS:
        await place.post(f"chats/{place.bot}/send", person=EMMA, kind=kind)
    await place.post(f"chats/{place.bot}/send", person=EMMA, kind="album", has_spoiler=True, **CAPTION_OF_A_PERSON)
    await place.say("/help https://example.org @somebody", chat=GROUP)
    for blocked in (True, False):
        await place.post(f"chats/{place.bot}/block", person=EMMA, blocked=blocked)
    pressing = asyncio.create_task(press(place, place.bot, said["message_id"]))
    asking = asyncio.create_task(place.post("inline", person=EMMA, bot=place.bot, chat=GROUP, query="q"))
    waiting = await until(place, 2 + len(KINDS) + len(sample_messages.ALBUM) + 4)
    query = next(update["inline_query"]["id"] for update in waiting if "inline_query" in update)
    await place.result("answerInlineQuery", inline_query_id=query, results=[ARTICLE])
    listed = await asking
    card = await place.post("inline/choose", person=EMMA, chat=GROUP, id=listed["id"], result_id="1")
    pressing_card = asyncio.create_task(press(place, GROUP, card["message_id"]))
    waiting = await until(place, len(waiting) + 3)
    pressing.cancel()
    pressing_card.cancel()
    return waiting


async def press(place: Hands, chat: int, message: int) -> None:
    await place.post(f"chats/{chat}/press", person=EMMA, message_id=message, row=0, column=0)


async def until(place: Hands, number: int) -> list[Json]:
    async with asyncio.timeout(60):
        while len(waiting := await place.waiting()) < number:
            await place.result("getMe")
    return waiting


async def test_every_update_is_one_of_telegrams(judge: str) -> None:
    async with hands() as place:
        updates = await everything(place)
        kinds = {name for update in updates for name in update} - {"update_id"}

        assert kinds == {"message", "callback_query", "inline_query", "my_chat_member", "chosen_inline_result"}
        assert [problem for update in updates for problem in check_object("Update", update)] == []


GOOD_CALLS: list[tuple[str, Json]] = [
    ("getMe", {}),
    ("getChat", {"chat_id": EMMA}),
    ("getChat", {"chat_id": GROUP}),
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
    kind: sample_messages.sample(kind)[0] for kind in ("photo", "video", "animation", "document", "voice", "audio")
}
# With the ids of files and messages that the test sends first: {photo}, {said}, ...
GOOD_MEDIA_CALLS: list[tuple[str, Json]] = [
    *[
        (f"send{kind.capitalize()}", {"chat_id": chat, kind: f"{{{kind}}}", "reply_markup": BUTTONS} | CAPTION)
        for kind in FILES
        for chat in (EMMA, 50_000)
    ],
    ("sendPhoto", {"chat_id": EMMA, "photo": "{photo}", "has_spoiler": True, "show_caption_above_media": True}),
    ("sendPoll", {"chat_id": EMMA, "question": "Now?", "options": [{"text": "Yes"}, {"text": "No"}]}),
    ("getFile", {"file_id": "{voice}"}),
    ("editMessageCaption", {"chat_id": EMMA, "message_id": "{said}", "caption": "other", "reply_markup": BUTTONS}),
    ("editMessageMedia", {"chat_id": EMMA, "message_id": "{said}", "media": {"type": "video", "media": "{video}"}}),
    ("editMessageCaption", {"chat_id": 50_000, "message_id": "{quiet}", "caption": "other"}),
    (
        "editMessageMedia",
        {"chat_id": 50_000, "message_id": "{quiet}", "media": {"type": "photo", "media": "{photo}"}},
    ),
    ("editMessageReplyMarkup", {"chat_id": 50_000, "message_id": "{quiet}"}),
    ("copyMessage", {"chat_id": 50_000, "from_chat_id": EMMA, "message_id": "{said}", "allow_paid_broadcast": True}),
    ("copyMessage", {"chat_id": GROUP, "from_chat_id": EMMA, "message_id": "{said}", "caption": "A copy"}),
    ("forwardMessage", {"chat_id": EMMA, "from_chat_id": EMMA, "message_id": 1}),
    ("forwardMessage", {"chat_id": 50_000, "from_chat_id": EMMA, "message_id": "{said}"}),
]


async def media_calls(place: Hands) -> list[tuple[str, Json]]:
    """The calls above with real ids in them."""
    ids: Json = {}
    for kind, file in FILES.items():
        method = f"send{kind.capitalize()}"
        told = await place.upload(method, {kind: (file.name, file.data, file.mime)}, chat_id=EMMA)
        carried = told["result"][kind]
        ids[f"{{{kind}}}"] = (carried[-1] if kind == "photo" else carried)["file_id"]
    for name, chat in (("{said}", EMMA), ("{quiet}", 50_000)):
        ids[name] = (await place.result("sendPhoto", chat_id=chat, photo=ids["{photo}"]))["message_id"]
    return [(name, _filled(params, ids)) for name, params in GOOD_MEDIA_CALLS]


def _filled(given: Any, ids: Json) -> Any:
    if isinstance(given, dict):
        return {name: _filled(value, ids) for name, value in given.items()}
    return ids.get(given, given) if isinstance(given, str) else given


async def test_every_answer_is_one_of_telegrams(judge: str) -> None:
    problems: list[str] = []
    async with hands(quiet_people=1, first_id=50_000, unpaced=True) as place:
        await place.start()
        await place.call("sendMessage", chat_id=EMMA, text="the message that is edited and deleted")
        for name, params in GOOD_CALLS + await media_calls(place):
            problems += check_call(name, params)
            result = await place.result(name, **params)
            fits = [check_object(kind, result) for kind in return_types(name)]
            problems += [] if [] in fits or not fits else fits[0]

    assert problems == []


def test_every_method_of_the_box_is_called_above_or_needs_a_question() -> None:
    needs_a_question = {"getUpdates", "answerCallbackQuery", "answerInlineQuery", "setWebhook"}

    assert {method.name for method in METHODS.values()} == {
        name for name, _ in GOOD_CALLS + GOOD_MEDIA_CALLS
    } | needs_a_question


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: str(method.name))
def test_the_box_heeds_only_parameters_that_the_bot_api_has(judge: str, method: Method) -> None:
    assert set(method.parameters) <= method_parameters(method.name)


async def test_the_people_see_bot_api_messages_with_three_fields_more(judge: str) -> None:
    async with hands() as place:
        await place.start()
        message = await place.result("sendMessage", chat_id=EMMA, text="x", reply_markup=BUTTONS)
        await place.result("editMessageText", chat_id=EMMA, message_id=message["message_id"], text="y")
        seen = await place.messages()
        more = [one.keys() & {"out", "edited"} for one in seen]
        plain = [{name: value for name, value in one.items() if name not in {"out", "edited"}} for one in seen]

        assert more == [{"out"}, {"edited"}]
        assert [problem for one in plain for problem in check_object("Message", one)] == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"id": 1, "is_bot": False, "first_name": "A", "age": 5}, "User.age is unknown"),
        ({"id": 1, "is_bot": False}, "User.first_name is missing"),
        ({"id": "1", "is_bot": False, "first_name": "A"}, "User.id is no Integer: '1'"),
    ],
)
def test_the_checker_finds_planted_mistakes(data: Json, problem: str) -> None:
    if not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not beside this checkout.")

    assert check_object("User", data) == [problem]


def test_the_library_stands_in_for_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_api_schema, "schema", dict)
    chat = {"id": 1, "type": "private", "colour": "red"}

    assert check_object("Message", {"message_id": 1, "date": 1, "chat": chat}) == ["Message.chat.colour is unknown"]
    assert check_object("User", {"id": 1}) != []
    assert check_call("sendMessage", {"chat_id": 1, "text": "x", "texture": "y"}) == [
        "sendMessage.texture is unknown"
    ]
    assert check_call("sendTelepathy", {}) == ["sendTelepathy is no method"]


def test_the_checker_reads_calls_as_forms_carry_them() -> None:
    if not bot_api_schema.schema():
        pytest.skip(f"{bot_api_schema.SCHEMA.name} is not beside this checkout.")

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


def lively() -> State:
    """A world in which there is something to find."""
    state = State(Settings(unpaced=True, quiet_people=1, first_id=50_000))
    chat = state.private(next(iter(state.bots.values())), state.people[EMMA])
    chat.started = True
    return state


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(set(METHODS) - {"getupdates"})), data=st.data())
def test_whatever_a_bot_sends_is_answered_or_refused_in_telegrams_way(name: str, data: st.DataObject) -> None:
    method, state = METHODS[name], lively()
    bot = next(iter(state.bots.values()))
    for _ in range(3):
        params: dict[str, Any] = {
            parameter: data.draw(JUNK, parameter) for parameter in method.parameters if data.draw(st.booleans())
        }
        with suppress(Refused):
            method.run(Call(state, bot, params))


ROUTES = sorted(key for key in simulator_api.ROUTES if key not in {("POST", "inline"), ("POST", "chats/CHAT/press")})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(route=st.sampled_from(ROUTES), chat=NUMBERS, data=st.data())
def test_whatever_is_asked_of_the_box_is_done_or_told(route: tuple[str, str], chat: Any, data: st.DataObject) -> None:
    names = "person bot chat text kind payload message_id row column blocked query offset id result_id first_name "
    names += "language_code faults since from to reply_to caption entities content file_name mime_type has_spoiler"
    given = data.draw(st.dictionaries(st.sampled_from(names.split()), JUNK, max_size=6)) | {"person": EMMA}
    with suppress(Mistake):
        simulator_api.ROUTES[route](simulator_api.Ask(lively(), given, chat))
