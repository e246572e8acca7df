"""The Bot API methods: their effects, and Telegram's error descriptions."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from playground.methods.media import WRONG_FILE
from playground.world.update_queue import INLINE_QUERY_SECONDS
from tests.support.playground.client import (
    ADMIN,
    EMMA,
    GROUP,
    MARYAM,
    ZARGHUNA,
    Clock,
    PlaygroundClient,
    keyboard,
    playground_client,
)

DAY = 24 * 3600
BUTTON = {"text": "Read", "callback_data": "read:1"}


async def sent(client: PlaygroundClient, person: int = EMMA, **params: Any) -> dict[str, Any]:
    """Start the bot as a person, and send them the message "one"; return it as the bot gets it."""
    await client.start(person)
    message: dict[str, Any] = await client.result("sendMessage", **({"chat_id": person, "text": "one"} | params))
    return message


@pytest.mark.parametrize("encoding", ["query", "form", "json", "multipart", "capitals"])
async def test_parameters_are_accepted_in_every_encoding(encoding: str) -> None:
    async with playground_client() as client:
        await client.start()
        url, markup = client.method_url("sendMessage"), keyboard(BUTTON)
        params = {"chat_id": str(EMMA), "text": "سلام & +1", "reply_markup": json.dumps(markup)}
        form = aiohttp.FormData(params, default_to_multipart=encoding == "multipart")
        if encoding == "query":
            request = client.session.get(url, params=params)
        elif encoding == "json":
            request = client.session.post(url, json={"chat_id": EMMA, "text": "سلام & +1", "reply_markup": markup})
        else:
            request = client.session.post(url.replace("sendM", "SENDm") if encoding == "capitals" else url, data=form)
        async with request as response:
            message = (await response.json())["result"]

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
async def test_wrong_addresses_get_telegrams_errors(path: str, code: int, description: str) -> None:
    async with (
        playground_client() as client,
        client.session.get(client.server.url + path.format(token=client.server.token)) as response,
    ):
        assert response.status == code
        assert await response.json() == {"ok": False, "error_code": code, "description": description}


async def test_a_bot_cannot_write_to_a_person_who_has_not_started_blocked_it_or_left_telegram() -> None:
    async with playground_client() as client:
        unstarted = await client.error("sendMessage", chat_id=EMMA, text="x")
        await client.start()
        await client.post(f"chats/{client.bot}/block", person=EMMA, blocked=True)
        blocked = await client.error("sendMessage", chat_id=EMMA, text="x")
        await client.start()
        client.server.state.people[EMMA].is_deactivated = True

        assert unstarted == "Forbidden: bot can't initiate conversation with a user"
        assert blocked == "Forbidden: bot was blocked by the user"
        assert await client.error("sendMessage", chat_id=EMMA, text="x") == "Forbidden: user is deactivated"


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"chat_id": 424242, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": EMMA}, "message text is empty"),
        ({"chat_id": EMMA, "text": "a" * 4097}, "message is too long"),
        ({"chat_id": EMMA, "text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        (
            {"chat_id": EMMA, "text": "x", "reply_markup": {"keyboard": []}},
            "the playground supports inline_keyboard only, no reply keyboards",
        ),
        ({"chat_id": EMMA, "text": "x", "reply_markup": "{"}, "can't parse reply_markup: it is not valid JSON"),
    ],
)
async def test_invalid_messages_are_refused(params: dict[str, Any], description: str) -> None:
    async with playground_client() as client:
        await client.start()

        assert await client.error("sendMessage", **params) == f"Bad Request: {description}"


async def test_a_bot_cannot_write_to_another_bot() -> None:
    async with playground_client() as client:
        assert (
            await client.error("sendMessage", chat_id=client.bot, text="x")
            == "Forbidden: bot can't send messages to bots"
        )


async def test_a_message_keeps_its_protection_preview_options_and_reply() -> None:
    async with playground_client() as client:
        first = await sent(client)
        message = await client.result(
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
    async with playground_client(clock=clock) as client:
        await client.start()
        responses = [await client.call("sendMessage", chat_id=EMMA, text="x") for _ in range(11)]
        clock.now += 1

        assert [response["ok"] for response in responses] == [True] * 10 + [False]
        assert responses[-1] == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert (await client.call("sendMessage", chat_id=EMMA, text="x"))["ok"]


async def test_an_edit_changes_the_message_for_bot_and_person() -> None:
    async with playground_client() as client:
        message = await sent(client, reply_markup=keyboard(BUTTON))
        edited = await client.result("editMessageText", chat_id=EMMA, message_id=message["message_id"], text="two")
        seen = (await client.messages())[-1]

        assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("two", False, True)
        assert (seen["text"], seen["edited"]) == ("two", True)


async def test_edits_without_a_change_or_of_other_messages_are_refused() -> None:
    async with playground_client() as client:
        message = await sent(client, reply_markup=keyboard(BUTTON))
        own = {"chat_id": EMMA, "message_id": message["message_id"]}
        other = {"chat_id": EMMA, "message_id": (await client.messages())[0]["message_id"]}

        assert await client.error("editMessageText", **own, text=" one ", reply_markup=keyboard(BUTTON)) == (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
            "same as a current content and reply markup of the message"
        )
        assert "is not modified" in await client.error("editMessageReplyMarkup", **own, reply_markup=keyboard(BUTTON))
        assert await client.error("editMessageText", chat_id=EMMA, message_id=99, text="x") == (
            "Bad Request: message to edit not found"
        )
        assert await client.error("editMessageText", **other, text="x") == "Bad Request: message can't be edited"
        assert await client.error("editMessageText", **own, text="x" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
        assert await client.error("editMessageText", inline_message_id="none", text="x") == (
            "Bad Request: MESSAGE_ID_INVALID"
        )
        assert await client.result("editMessageReplyMarkup", **own)


async def test_a_bot_deletes_own_and_incoming_messages_within_48_hours() -> None:
    clock = Clock()
    async with playground_client(clock=clock) as client:
        message = await sent(client)
        old = await client.result("sendMessage", chat_id=EMMA, text="old")
        incoming = (await client.messages())[0]
        await client.result("deleteMessage", chat_id=EMMA, message_id=message["message_id"])
        await client.result("deleteMessages", chat_id=EMMA, message_ids=[incoming["message_id"], 999])
        clock.now += 2 * DAY + 1

        assert [message["text"] for message in await client.messages()] == ["old"]
        assert await client.error("deleteMessage", chat_id=EMMA, message_id=message["message_id"]) == (
            "Bad Request: message to delete not found"
        )
        assert await client.error("deleteMessage", chat_id=EMMA, message_id=old["message_id"]) == (
            "Bad Request: message can't be deleted for everyone"
        )
        assert await client.error("deleteMessages", chat_id=EMMA, message_ids=list(range(101))) == (
            "Bad Request: too many message identifiers specified"
        )


async def test_in_groups_a_bot_deletes_only_its_own_messages() -> None:
    async with playground_client() as client:
        message = await client.send_text("by Emma", chat=GROUP)
        assert await client.error("deleteMessage", chat_id=GROUP, message_id=message["message_id"]) == (
            "Bad Request: message can't be deleted for everyone"
        )


async def press(client: PlaygroundClient, message: dict[str, Any]) -> tuple[asyncio.Task[Any], dict[str, Any]]:
    """Press the first button of a message; return the waiting press and the callback query of the bot."""
    target = {"person": EMMA, "message_id": message["message_id"], "row": 0, "column": 0}
    pressing = asyncio.create_task(client.post(f"chats/{client.bot}/press", **target))
    updates = await client.updates(timeout=5, allowed_updates=["callback_query"])
    return pressing, updates[-1]["callback_query"]


async def test_a_press_waits_for_its_answer_and_can_be_answered_once() -> None:
    async with playground_client() as client:
        message = await sent(client, reply_markup=keyboard(BUTTON))
        await client.updates()
        pressing, query = await press(client, message)
        answer = {"callback_query_id": query["id"], "text": "Done", "show_alert": True}
        await client.result("answerCallbackQuery", **answer)

        assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("read:1", EMMA, "one")
        assert query["chat_instance"]
        assert await pressing == {"answer": {"text": "Done", "show_alert": True, "url": ""}}
        assert await client.error("answerCallbackQuery", **answer) == (
            "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )


async def test_answers_to_callback_queries_have_limits_and_a_deadline() -> None:
    clock = Clock()
    async with playground_client(clock=clock) as client:
        message = await sent(client, reply_markup=keyboard(BUTTON))
        await client.updates()
        pressing, query = await press(client, message)

        assert await client.error("answerCallbackQuery", callback_query_id=query["id"], text="a" * 201) == (
            "Bad Request: MESSAGE_TOO_LONG"
        )
        assert await client.error("answerCallbackQuery", callback_query_id=query["id"], url="https://a.org") == (
            "Bad Request: URL_INVALID"
        )
        clock.now += 150
        assert "query is too old" in await client.error("answerCallbackQuery", callback_query_id=query["id"])
        pressing.cancel()


def article(number: str = "1", **fields: Any) -> dict[str, Any]:
    """Return an InlineQueryResultArticle; `fields` are added or replaced."""
    content = {"message_text": f"Clause {number}", "entities": [{"type": "bold", "offset": 0, "length": 6}]}
    return {"type": "article", "id": number, "title": f"Title {number}", "input_message_content": content} | fields


async def type_inline(
    client: PlaygroundClient, query: str = "peace", person: int = EMMA, chat: int = GROUP
) -> asyncio.Task[Any]:
    """Type an inline query as a person; return the task that waits for the results."""
    return asyncio.create_task(client.post("inline", person=person, bot=client.bot, chat=chat, query=query))


async def inline_query(client: PlaygroundClient) -> dict[str, Any]:
    """Return the inline query that the bot receives."""
    updates = await client.updates(timeout=5, allowed_updates=["inline_query", "message"])
    query: dict[str, Any] = updates[-1]["inline_query"]
    return query


async def test_an_inline_result_is_queried_chosen_pressed_and_edited() -> None:
    async with playground_client() as client:
        asking = await type_inline(client)
        query = await inline_query(client)
        options = {"next_offset": "20", "button": {"text": "Open", "start_parameter": "inline"}}
        results = [article(reply_markup=keyboard(BUTTON), description="d")]
        await client.result("answerInlineQuery", inline_query_id=query["id"], results=results, **options)
        inline_list = await asking
        message = await client.post("inline/choose", person=EMMA, chat=GROUP, id=inline_list["id"], result_id="1")
        [update] = await client.updates()
        target = {"person": MARYAM, "message_id": message["message_id"], "row": 0, "column": 0}
        pressing = asyncio.create_task(client.post(f"chats/{GROUP}/press", **target))
        updates = await client.updates(timeout=5, allowed_updates=["callback_query"])
        callback_query = updates[-1]["callback_query"]
        edit = {"inline_message_id": callback_query["inline_message_id"], "text": "changed"}
        await client.result("answerCallbackQuery", callback_query_id=callback_query["id"])

        assert (query["query"], query["chat_type"], query["from"]["language_code"]) == ("peace", "group", "en")
        assert inline_list["button"] == options["button"]
        assert inline_list["next_offset"] == "20"
        assert (message["text"], message["via_bot"]["id"], message["out"]) == ("Clause 1", client.bot, True)
        assert update["message"]["via_bot"]["id"] == client.bot
        assert "message" not in callback_query
        assert await pressing
        assert await client.result("editMessageText", **edit) is True
        assert (await client.messages(MARYAM, GROUP))[-1]["text"] == "changed"


@pytest.mark.parametrize(("chat", "chat_type"), [(7000001, "sender"), (GROUP, "group"), (EMMA, "private")])
async def test_an_inline_query_has_the_type_of_the_chat(chat: int, chat_type: str) -> None:
    async with playground_client() as client:
        asking = await type_inline(client, chat=chat)

        assert (await inline_query(client))["chat_type"] == chat_type
        asking.cancel()


@pytest.mark.parametrize(
    ("answer", "description"),
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
            {"results": [{"type": "photo", "id": "1", "photo_url": "https://example.org/1.jpg"}]},
            "can't parse inline query result: the playground supports articles and cached photos and voices only,"
            " not 'photo'",
        ),
        ({"results": [{"type": "photo", "id": "1", "photo_file_id": "unknown"}]}, WRONG_FILE),
        ({"results": [{"type": "voice", "id": "1", "voice_file_id": "unknown"}]}, WRONG_FILE),
    ],
)
async def test_invalid_inline_answers_are_refused(answer: dict[str, Any], description: str) -> None:
    async with playground_client() as client:
        asking = await type_inline(client)
        query = await inline_query(client)

        assert (
            await client.error("answerInlineQuery", inline_query_id=query["id"], **answer)
            == f"Bad Request: {description}"
        )
        asking.cancel()


async def test_an_inline_answer_after_30_seconds_is_too_late() -> None:
    clock = Clock()
    async with playground_client(clock=clock) as client:
        asking = await type_inline(client)
        query = await inline_query(client)
        clock.now += INLINE_QUERY_SECONDS

        assert "query is too old" in await client.error("answerInlineQuery", inline_query_id=query["id"], results=[])
        asking.cancel()


@pytest.mark.parametrize(("is_personal", "is_queried_again"), [(True, True), (False, False)])
async def test_an_answer_that_is_not_personal_is_cached_for_everybody(
    is_personal: bool, is_queried_again: bool
) -> None:
    async with playground_client() as client:
        asking = await type_inline(client, person=EMMA)
        query = await inline_query(client)
        answer = {"inline_query_id": query["id"], "results": [article()], "is_personal": is_personal}
        await client.result("answerInlineQuery", **answer, cache_time=300)
        await asking
        other = await type_inline(client, person=ZARGHUNA)
        await asyncio.sleep(0.05)

        assert bool(await client.updates()) is is_queried_again
        other.cancel()


async def test_the_narrowest_scope_and_the_persons_language_decide_which_commands_are_shown() -> None:
    async with playground_client() as client:
        lists: list[tuple[str, dict[str, Any]]] = [
            ("all", {}),
            ("dari", {"language_code": "fa"}),
            ("private", {"scope": {"type": "all_private_chats"}}),
            ("maryam", {"scope": {"type": "chat", "chat_id": MARYAM}}),
            ("group", {"scope": {"type": "all_group_chats"}}),
            ("admins", {"scope": {"type": "all_chat_administrators"}}),
        ]
        for name, scope in lists:
            await client.result("setMyCommands", commands=[{"command": name, "description": name}], **scope)

        async def first_command(person: int, chat: int) -> str:
            profile = await client.get(f"chats/{chat}/profile", person=person)
            return str(profile["commands"][0]["command"])

        assert await first_command(MARYAM, client.bot) == "maryam"
        assert await first_command(EMMA, client.bot) == "private"
        assert await first_command(EMMA, GROUP) == "group"
        assert await first_command(ADMIN, GROUP) == "admins"
        await client.result("deleteMyCommands", scope={"type": "all_private_chats"})
        await client.result("deleteMyCommands", scope={"type": "chat", "chat_id": MARYAM})
        assert await first_command(MARYAM, client.bot) == "dari"
        assert await first_command(EMMA, client.bot) == "all"
        assert await client.result("getMyCommands", language_code="fa") == [
            {"command": "dari", "description": "dari"}
        ]
        assert await client.result("getMyCommands", language_code="ps") == []


@pytest.mark.parametrize(
    ("params", "description"),
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
async def test_invalid_commands_are_refused(params: dict[str, Any], description: str) -> None:
    async with playground_client() as client:
        assert await client.error("setMyCommands", **params) == f"Bad Request: {description}"


async def test_names_and_descriptions_of_the_bot_depend_on_the_language() -> None:
    async with playground_client() as client:
        for language, text in (("", "Everybody"), ("fa", "همه")):
            await client.result("setMyName", name=text, language_code=language)
            await client.result("setMyDescription", description=text, language_code=language)
            await client.result("setMyShortDescription", short_description=text, language_code=language)
        dari = await client.get(f"chats/{client.bot}/profile", person=MARYAM)
        pashto = await client.get(f"chats/{client.bot}/profile", person=ZARGHUNA)

        assert (dari["name"], dari["description"], dari["short_description"]) == ("همه",) * 3
        assert (pashto["name"], pashto["description"], pashto["short_description"]) == ("Everybody",) * 3
        await sent(client, MARYAM)
        assert (await client.messages(MARYAM))[-1]["from"]["first_name"] == "همه"
        assert await client.result("getMyDescription", language_code="de") == {"description": "Everybody"}
        assert await client.result("getMyShortDescription", language_code="fa") == {"short_description": "همه"}
        assert await client.result("getMyName") == {"name": "Everybody"}
        assert "too long" in await client.error("setMyDescription", description="x" * 513)
        assert "too long" in await client.error("setMyShortDescription", short_description="x" * 121)


async def test_a_menu_button_is_set_for_all_chats_and_for_one() -> None:
    async with playground_client() as client:
        await client.result("setChatMenuButton", menu_button={"type": "commands"})
        await client.result("setChatMenuButton", chat_id=EMMA, menu_button={"type": "default"})

        assert await client.result("getChatMenuButton", chat_id=MARYAM) == {"type": "commands"}
        assert await client.result("getChatMenuButton", chat_id=EMMA) == {"type": "default"}
        assert (await client.get(f"chats/{client.bot}/profile", person=MARYAM))["menu_button"] == "commands"


async def test_only_known_chat_actions_are_accepted_and_only_in_started_chats() -> None:
    async with playground_client() as client:
        await client.start()

        assert await client.result("sendChatAction", chat_id=EMMA, action="typing") is True
        assert await client.error("sendChatAction", chat_id=EMMA, action="dancing") == (
            "Bad Request: wrong parameter action in request"
        )
        assert "can't initiate" in await client.error("sendChatAction", chat_id=MARYAM, action="typing")
