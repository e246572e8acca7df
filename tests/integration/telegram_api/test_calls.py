"""Every call the bot makes keeps to the Bot API, whatever people do."""

import json
from pathlib import Path
from typing import Any

import pytest
from telegram.request import RequestData

from bot import connection
from bot.telegram_api.http.transport import Transport
from tests.support.bot_and_playground import bot_and_playground
from tests.support.person import labels
from tests.support.playground.bot_api_schema import check_call
from tests.support.subscriptions import wait_until

CALLS: list[tuple[str, dict[str, Any]]] = []
SETTERS = {"setMyCommands", "setMyDescription", "setMyShortDescription"}


class Recorder(Transport):
    """The real transport, which also writes down what it was asked to send."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *more: Any, **rest: Any
    ) -> tuple[int, bytes]:
        CALLS.append((url.rsplit("/", 1)[1], parameters_of(request_data) if request_data else {}))
        return await super().do_request(url, method, request_data, *more, **rest)

    async def call(self, url: str, parameters: dict[str, Any]) -> Any:
        CALLS.append((url.rsplit("/", 1)[1], json.loads(json.dumps(parameters))))
        return await super().call(url, parameters)


def parameters_of(request: RequestData) -> dict[str, Any]:
    """Return the parameters of a request. An uploaded file stands as text, as a file id would."""
    files = {name: "file" for name in request.multipart_data or () if not name.startswith("attached")}
    return {**request.parameters, **files}


async def has_set_profile() -> bool:
    """Return whether the bot has set each part of its profile, which it does when answers leave time for it."""
    return {name for name, _ in CALLS} >= SETTERS


async def test_every_call_is_one_that_the_bot_api_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "Transport", Recorder)
    CALLS.clear()
    async with bot_and_playground(tmp_path) as place:
        for text in (
            "/start",
            "/declaration",
            "/topics",
            "/demands",
            "/language",
            "/privacy",
            "/help",
            "/x",
            "4",
            "99",
        ):
            assert (await (await place.newcomer("fa")).say(text))["text"]
        person = await place.newcomer("ps")
        await person.start("clause-4")
        await person.press(labels(await person.screen())[0])
        await person.send("photo")
        await person.inline("")
        await person.inline("clause-4")
        await wait_until(has_set_profile)

    assert {name for name, _ in CALLS} >= {
        "getMe", "getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery", "answerInlineQuery",
        "getMyCommands", *SETTERS,
    }  # fmt: skip
    assert [problem for name, parameters in CALLS for problem in check_call(name, parameters)] == []
