"""The Bot API's methods: what they do, and Telegram's own sentences when they do not."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from playground.world.update_queue import INLINE_SECONDS
from tests.support.playground.client import ADMIN, EMMA, GROUP, MARYAM, ZARGHUNA, Clock, Hands, hands, keyboard

DAY = 24 * 3600
BUTTON = {"text": "Read", "callback_data": "read:1"}


async def said(place: Hands, person: int = EMMA, **more: Any) -> dict[str, Any]:
    await place.start(person)
    message: dict[str, Any] = await place.result("sendMessage", **({"chat_id": person, "text": "one"} | more))
    return message


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart", "capitals"])
async def test_parameters_come_in_any_form(way: str) -> None:
    async with hands() as place:
        await place.start()
        url, markup = f"{place.box.url}/bot{place.box.token}/sendMessage", keyboard(BUTTON)
        params = {"chat_id": str(EMMA), "text": "سلام & +1", "reply_markup": json.dumps(markup)}
        form = aiohttp.FormData(params, default_to_multipart=way == "multipart")
        if way == "query":
            request = place.session.get(url, params=params)
        elif way == "json":
            request = place.session.post(url, json={"chat_id": EMMA, "text": "سلام & +1", "reply_markup": markup})
        else:
            request = place.session.post(url.replace("sendM", "SENDm") if way == "capitals" else url, data=form)
        async with request as answer:
            message = (await answer.json())["result"]

        assert message["text"] == "سلام & +1"
        assert message["reply_markup"] == markup


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/bot/getMe", 404, "Not Found"),
        ("/bottoken/getMe", 404, "Not Found"),
        ("/bot{token}/sendTelepathy", 404, "Not Found: method not found"),
        ("/bot{token}", 404, "Not Found: method not found"),
    ],
)
async def test_wrong_addresses_get_telegrams_answers(path: str, code: int, description: str) -> None:
    async with hands() as place, place.session.get(place.box.url + path.format(token=place.box.token)) as answer:
        assert answer.status == code
        assert await answer.json() == {"ok": False, "error_code": code, "description": description}


async def test_who_has_not_started_cannot_be_written_to_and_who_blocked_neither() -> None:
    async with hands() as place:
        unstarted = await place.refusal("sendMessage", chat_id=EMMA, text="x")
        await place.start()
        await place.post(f"chats/{place.bot}/block", person=EMMA, blocked=True)
        blocked = await place.refusal("sendMessage", chat_id=EMMA, text="x")
        await place.start()
        place.box.state.people[EMMA].deactivated = True

        assert unstarted == "Forbidden: bot can't initiate conversation with a user"
        assert blocked == "Forbidden: bot was blocked by the user"
        assert await place.refusal("sendMessage", chat_id=EMMA, text="x") == "Forbidden: user is deactivated"


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"chat_id": 424242, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": EMMA}, "message text is empty"),
        ({"chat_id": EMMA, "text": "a" * 4097}, "message is too long"),
        ({"chat_id": EMMA, "text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        (
            {"chat_id": EMMA, "text": "x", "reply_markup": {"keyboard": []}},
            "the box has no reply keyboards yet, only inline_keyboard",
        ),
        ({"chat_id": EMMA, "text": "x", "reply_markup": "{"}, "can't parse reply_markup: it is no JSON"),
    ],
)
async def test_wrong_messages_are_refused(params: dict[str, Any], sentence: str) -> None:
    async with hands() as place:
        await place.start()

        assert await place.refusal("sendMessage", **params) == f"Bad Request: {sentence}"


async def test_a_bot_cannot_write_to_bots() -> None:
    async with hands() as place:
        assert (
            await place.refusal("sendMessage", chat_id=place.bot, text="x")
            == "Forbidden: bot can't send messages to bots"
        )


async def test_protection_preview_and_reply_are_kept() -> None:
    async with hands() as place:
        first = await said(place)
        message = await place.result(
            "sendMessage",
            chat_id=EMMA,
            text="two https://example.org",
            protect_content=True,
            link_preview_options={"is_disabled": True},
            reply_parameters={"message_id": first["message_id"]},
        )

        assert message["has_protected_content"] is True
        assert message["link_preview_options"] == {"is_disabled": True}
        assert message["reply_to_message"]["message_id"] == first["message_id"]
        assert message["entities"] == [{"type": "url", "offset": 4, "length": 19}]


async def test_too_many_messages_get_429_with_retry_after() -> None:
    clock = Clock()
    async with hands(clock=clock) as place:
        await place.start()
        told = [await place.call("sendMessage", chat_id=EMMA, text="x") for _ in range(11)]
        clock.now += 1

        assert [one["ok"] for one in told] == [True] * 10 + [False]
        assert told[-1] == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert (await place.call("sendMessage", chat_id=EMMA, text="x"))["ok"]


async def test_an_edit_changes_the_message_on_both_sides() -> None:
    async with hands() as place:
        message = await said(place, reply_markup=keyboard(BUTTON))
        edited = await place.result("editMessageText", chat_id=EMMA, message_id=message["message_id"], text="two")
        shown = (await place.messages())[-1]

        assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("two", False, True)
        assert (shown["text"], shown["edited"]) == ("two", True)


async def test_edits_that_change_nothing_or_nobodys_message_are_refused() -> None:
    async with hands() as place:
        message = await said(place, reply_markup=keyboard(BUTTON))
        mine = {"chat_id": EMMA, "message_id": message["message_id"]}
        theirs = {"chat_id": EMMA, "message_id": (await place.messages())[0]["message_id"]}

        assert await place.refusal("editMessageText", **mine, text=" one ", reply_markup=keyboard(BUTTON)) == (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
            "same as a current content and reply markup of the message"
        )
        assert "is not modified" in await place.refusal(
            "editMessageReplyMarkup", **mine, reply_markup=keyboard(BUTTON)
        )
        assert await place.refusal("editMessageText", chat_id=EMMA, message_id=99, text="x") == (
            "Bad Request: message to edit not found"
        )
        assert await place.refusal("editMessageText", **theirs, text="x") == "Bad Request: message can't be edited"
        assert await place.refusal("editMessageText", **mine, text="x" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
        assert await place.refusal("editMessageText", inline_message_id="none", text="x") == (
            "Bad Request: MESSAGE_ID_INVALID"
        )
        assert await place.result("editMessageReplyMarkup", **mine)


async def test_deleting_takes_own_and_incoming_messages_within_48_hours() -> None:
    clock = Clock()
    async with hands(clock=clock) as place:
        message = await said(place)
        old = await place.result("sendMessage", chat_id=EMMA, text="old")
        incoming = (await place.messages())[0]
        await place.result("deleteMessage", chat_id=EMMA, message_id=message["message_id"])
        await place.result("deleteMessages", chat_id=EMMA, message_ids=[incoming["message_id"], 999])
        clock.now += 2 * DAY + 1

        assert [one["text"] for one in await place.messages()] == ["old"]
        assert await place.refusal("deleteMessage", chat_id=EMMA, message_id=message["message_id"]) == (
            "Bad Request: message to delete not found"
        )
        assert await place.refusal("deleteMessage", chat_id=EMMA, message_id=old["message_id"]) == (
            "Bad Request: message can't be deleted for everyone"
        )
        assert await place.refusal("deleteMessages", chat_id=EMMA, message_ids=list(range(101))) == (
            "Bad Request: too many message identifiers specified"
        )


async def test_in_groups_a_bot_deletes_its_own_only() -> None:
    async with hands() as place:
        theirs = await place.say("mine", chat=GROUP)
        assert await place.refusal("deleteMessage", chat_id=GROUP, message_id=theirs["message_id"]) == (
            "Bad Request: message can't be deleted for everyone"
        )


async def pressed(place: Hands, message: dict[str, Any]) -> tuple[asyncio.Task[Any], dict[str, Any]]:
    where = {"person": EMMA, "message_id": message["message_id"], "row": 0, "column": 0}
    press = asyncio.create_task(place.post(f"chats/{place.bot}/press", **where))
    updates = await place.updates(timeout=5, allowed_updates=["callback_query"])
    return press, updates[-1]["callback_query"]


async def test_a_press_waits_for_its_answer_and_an_answer_counts_once() -> None:
    async with hands() as place:
        message = await said(place, reply_markup=keyboard(BUTTON))
        await place.updates()
        press, query = await pressed(place, message)
        answer = {"callback_query_id": query["id"], "text": "Done", "show_alert": True}
        await place.result("answerCallbackQuery", **answer)

        assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("read:1", EMMA, "one")
        assert query["chat_instance"]
        assert await press == {"answer": {"text": "Done", "show_alert": True, "url": ""}}
        assert await place.refusal("answerCallbackQuery", **answer) == (
            "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )


async def test_answers_to_presses_have_limits_and_a_deadline() -> None:
    clock = Clock()
    async with hands(clock=clock) as place:
        message = await said(place, reply_markup=keyboard(BUTTON))
        await place.updates()
        press, query = await pressed(place, message)

        assert await place.refusal("answerCallbackQuery", callback_query_id=query["id"], text="a" * 201) == (
            "Bad Request: MESSAGE_TOO_LONG"
        )
        assert await place.refusal("answerCallbackQuery", callback_query_id=query["id"], url="https://a.org") == (
            "Bad Request: URL_INVALID"
        )
        clock.now += 150
        assert "query is too old" in await place.refusal("answerCallbackQuery", callback_query_id=query["id"])
        press.cancel()


def article(number: str = "1", **more: Any) -> dict[str, Any]:
    content = {"message_text": f"Clause {number}", "entities": [{"type": "bold", "offset": 0, "length": 6}]}
    return {"type": "article", "id": number, "title": f"Title {number}", "input_message_content": content} | more


async def asked(place: Hands, query: str = "peace", person: int = EMMA, chat: int = GROUP) -> asyncio.Task[Any]:
    return asyncio.create_task(place.post("inline", person=person, bot=place.bot, chat=chat, query=query))


async def inline_query(place: Hands) -> dict[str, Any]:
    query: dict[str, Any] = (await place.updates(timeout=5, allowed_updates=["inline_query", "message"]))[-1][
        "inline_query"
    ]
    return query


async def test_an_inline_card_is_asked_for_chosen_pressed_and_edited() -> None:
    async with hands() as place:
        asking = await asked(place)
        query = await inline_query(place)
        more = {"next_offset": "20", "button": {"text": "Open", "start_parameter": "inline"}}
        results = [article(reply_markup=keyboard(BUTTON), description="d")]
        await place.result("answerInlineQuery", inline_query_id=query["id"], results=results, **more)
        listed = await asking
        card = await place.post("inline/choose", person=EMMA, chat=GROUP, id=listed["id"], result_id="1")
        [told] = await place.updates()
        where = {"person": MARYAM, "message_id": card["message_id"], "row": 0, "column": 0}
        press = asyncio.create_task(place.post(f"chats/{GROUP}/press", **where))
        updates = await place.updates(timeout=5, allowed_updates=["callback_query"])
        pressed_on = updates[-1]["callback_query"]
        edit = {"inline_message_id": pressed_on["inline_message_id"], "text": "changed"}
        await place.result("answerCallbackQuery", callback_query_id=pressed_on["id"])

        assert (query["query"], query["chat_type"], query["from"]["language_code"]) == ("peace", "group", "en")
        assert listed["button"] == more["button"]
        assert listed["next_offset"] == "20"
        assert (card["text"], card["via_bot"]["id"], card["out"]) == ("Clause 1", place.bot, True)
        assert told["message"]["via_bot"]["id"] == place.bot
        assert "message" not in pressed_on
        assert await press
        assert await place.result("editMessageText", **edit) is True
        assert (await place.messages(MARYAM, GROUP))[-1]["text"] == "changed"


@pytest.mark.parametrize(("chat", "kind"), [(7000001, "sender"), (GROUP, "group"), (EMMA, "private")])
async def test_an_inline_query_tells_the_sort_of_chat(chat: int, kind: str) -> None:
    async with hands() as place:
        asking = await asked(place, chat=chat)

        assert (await inline_query(place))["chat_type"] == kind
        asking.cancel()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"results": [article("1"), article("1")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("ی" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article(title="")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [article(input_message_content={"message_text": " "})]}, "message text is empty"),
        ({"results": [], "next_offset": "a" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "button": {"text": "x", "start_parameter": "no spaces"}}, "START_PARAM_INVALID"),
        (
            {"results": [{"type": "photo", "id": "1"}]},
            "can't parse inline query result: the box knows only articles yet, not 'photo'",
        ),
    ],
)
async def test_wrong_inline_answers_are_refused(answer: dict[str, Any], sentence: str) -> None:
    async with hands() as place:
        asking = await asked(place)
        query = await inline_query(place)

        assert (
            await place.refusal("answerInlineQuery", inline_query_id=query["id"], **answer)
            == f"Bad Request: {sentence}"
        )
        asking.cancel()


async def test_an_inline_answer_after_30_seconds_is_too_late() -> None:
    clock = Clock()
    async with hands(clock=clock) as place:
        asking = await asked(place)
        query = await inline_query(place)
        clock.now += INLINE_SECONDS

        assert "query is too old" in await place.refusal("answerInlineQuery", inline_query_id=query["id"], results=[])
        asking.cancel()


@pytest.mark.parametrize(("is_personal", "asks_again"), [(True, True), (False, False)])
async def test_an_answer_that_is_not_personal_is_kept_for_everybody(is_personal: bool, asks_again: bool) -> None:
    async with hands() as place:
        asking = await asked(place, person=EMMA)
        query = await inline_query(place)
        answer = {"inline_query_id": query["id"], "results": [article()], "is_personal": is_personal}
        await place.result("answerInlineQuery", **answer, cache_time=300)
        await asking
        other = await asked(place, person=ZARGHUNA)
        await asyncio.sleep(0.05)

        assert bool(await place.updates()) is asks_again
        other.cancel()


async def test_commands_are_resolved_narrowest_scope_and_own_language_first() -> None:
    async with hands() as place:
        lists: list[tuple[str, dict[str, Any]]] = [
            ("all", {}),
            ("dari", {"language_code": "fa"}),
            ("private", {"scope": {"type": "all_private_chats"}}),
            ("maryam", {"scope": {"type": "chat", "chat_id": MARYAM}}),
            ("group", {"scope": {"type": "all_group_chats"}}),
            ("admins", {"scope": {"type": "all_chat_administrators"}}),
        ]
        for name, where in lists:
            await place.result("setMyCommands", commands=[{"command": name, "description": name}], **where)

        async def seen(person: int, chat: int) -> str:
            profile = await place.get(f"chats/{chat}/profile", person=person)
            return str(profile["commands"][0]["command"])

        assert await seen(MARYAM, place.bot) == "maryam"
        assert await seen(EMMA, place.bot) == "private"
        assert await seen(EMMA, GROUP) == "group"
        assert await seen(ADMIN, GROUP) == "admins"
        await place.result("deleteMyCommands", scope={"type": "all_private_chats"})
        await place.result("deleteMyCommands", scope={"type": "chat", "chat_id": MARYAM})
        assert await seen(MARYAM, place.bot) == "dari"
        assert await seen(EMMA, place.bot) == "all"
        assert await place.result("getMyCommands", language_code="fa") == [{"command": "dari", "description": "dari"}]
        assert await place.result("getMyCommands", language_code="ps") == []


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "", "description": "x"}]}, "command must be non-empty"),
        ({"commands": [{"command": "a" * 33, "description": "x"}]}, "command length must not exceed 32"),
        ({"commands": [{"command": "a", "description": ""}]}, "command description must be non-empty"),
        (
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [], "language_code": "eng"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ],
)
async def test_wrong_commands_are_refused(params: dict[str, Any], sentence: str) -> None:
    async with hands() as place:
        assert await place.refusal("setMyCommands", **params) == f"Bad Request: {sentence}"


async def test_what_the_bot_says_about_itself_is_told_by_language() -> None:
    async with hands() as place:
        for language, text in (("", "Everybody"), ("fa", "همه")):
            await place.result("setMyName", name=text, language_code=language)
            await place.result("setMyDescription", description=text, language_code=language)
            await place.result("setMyShortDescription", short_description=text, language_code=language)
        dari = await place.get(f"chats/{place.bot}/profile", person=MARYAM)
        pashto = await place.get(f"chats/{place.bot}/profile", person=ZARGHUNA)

        assert (dari["name"], dari["description"], dari["short_description"]) == ("همه",) * 3
        assert (pashto["name"], pashto["description"], pashto["short_description"]) == ("Everybody",) * 3
        await said(place, MARYAM)
        assert (await place.messages(MARYAM))[-1]["from"]["first_name"] == "همه"
        assert await place.result("getMyDescription", language_code="de") == {"description": "Everybody"}
        assert await place.result("getMyShortDescription", language_code="fa") == {"short_description": "همه"}
        assert await place.result("getMyName") == {"name": "Everybody"}
        assert "too long" in await place.refusal("setMyDescription", description="x" * 513)
        assert "too long" in await place.refusal("setMyShortDescription", short_description="x" * 121)


async def test_a_menu_button_is_set_for_all_and_for_one() -> None:
    async with hands() as place:
        await place.result("setChatMenuButton", menu_button={"type": "commands"})
        await place.result("setChatMenuButton", chat_id=EMMA, menu_button={"type": "default"})

        assert await place.result("getChatMenuButton", chat_id=MARYAM) == {"type": "commands"}
        assert await place.result("getChatMenuButton", chat_id=EMMA) == {"type": "default"}
        assert (await place.get(f"chats/{place.bot}/profile", person=MARYAM))["menu_button"] == "commands"


async def test_chat_actions_are_known_ones_to_people_who_may_be_written_to() -> None:
    async with hands() as place:
        await place.start()

        assert await place.result("sendChatAction", chat_id=EMMA, action="typing") is True
        assert await place.refusal("sendChatAction", chat_id=EMMA, action="dancing") == (
            "Bad Request: wrong parameter action in request"
        )
        assert "can't initiate" in await place.refusal("sendChatAction", chat_id=MARYAM, action="typing")
