"""Which channel a message names, and what Telegram says about the bot's rights there."""

from collections.abc import Mapping
from typing import Any

import pytest
from telegram.error import NetworkError

from bot.channel.channel_rights import ChannelProblem, ChannelRights, FoundChannel
from bot.channel.channel_screens import shown_name
from bot.channel.typed_channel import channel_in

CHAT = {"id": -1002778, "type": "channel", "title": "News", "username": "our_news"}
POSTER = {"status": "administrator", "can_post_messages": True, "can_delete_messages": False}
FORWARD = {"forward_origin": {"type": "channel", "chat": {"id": -1002778, "type": "channel"}, "message_id": 5}}


@pytest.mark.parametrize(
    ("message", "reference"),
    [
        ({"text": "@our_news"}, "@our_news"),
        ({"text": " https://t.me/our_news "}, "@our_news"),
        ({"text": "t.me/our_news/17"}, "@our_news"),
        ({"text": "https://t.me/c/2778/17"}, -1002778),
        ({"text": "-1001234567890"}, -1001234567890),
        ({"text": "whatever it says", **FORWARD}, -1002778),
        ({"photo": [], **FORWARD}, -1002778),
        ({"text": "our news"}, None),
        ({"text": "https://example.org/our_news"}, None),
        ({"text": "@our_news @other_news"}, None),
        ({"text": "-5"}, None),
        ({"text": "x", "forward_origin": {"type": "user", "sender_user": {"id": 5}}}, None),
        ({"text": "x", "forward_origin": {"type": "channel"}}, None),
        ({}, None),
    ],
)
def test_a_message_names_a_channel_by_name_link_number_or_forwarded_post(
    message: Mapping[str, Any], reference: int | str | None
) -> None:
    assert channel_in(message) == reference


def rights(*responses: tuple[int, Mapping[str, Any]] | None) -> ChannelRights:
    """Return the rights that follow from these responses of Telegram, one a call; None is no response."""
    left = list(responses)

    async def fetch(method: str, parameters: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        response = left.pop(0)
        if response is None:
            raise NetworkError("gone")
        return response

    return ChannelRights(fetch, 7)


def refused(status: int, description: str) -> tuple[int, Mapping[str, Any]]:
    return status, {"ok": False, "description": description}


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        (POSTER, None),
        ({**POSTER, "can_post_messages": False}, ChannelProblem.NO_RIGHT),
        ({"status": "administrator"}, ChannelProblem.NO_RIGHT),
        ({"status": "member"}, ChannelProblem.REMOVED),
        ({"status": "left"}, ChannelProblem.REMOVED),
        ({"status": "kicked"}, ChannelProblem.REMOVED),
        ({}, ChannelProblem.REMOVED),
    ],
)
async def test_only_the_right_to_post_is_needed(member: Mapping[str, Any], problem: ChannelProblem | None) -> None:
    assert await rights((200, {"result": member})).problem(CHAT["id"]) == problem  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (refused(400, "Bad Request: chat not found"), ChannelProblem.NOT_FOUND),
        (refused(403, "Forbidden: bot is not a member of the channel chat"), ChannelProblem.REMOVED),
        (refused(400, "Bad Request: member list is inaccessible"), ChannelProblem.REMOVED),
        (refused(429, "Too Many Requests: retry after 5"), ChannelProblem.SILENT),
        (refused(502, ""), ChannelProblem.SILENT),
        ((200, {"result": True}), ChannelProblem.SILENT),
        (None, ChannelProblem.SILENT),
    ],
)
async def test_what_telegram_does_not_say_is_no_missing_right(
    response: tuple[int, Mapping[str, Any]] | None, problem: ChannelProblem
) -> None:
    assert await rights(response).problem(CHAT["id"]) is problem  # type: ignore[arg-type]


async def test_a_channel_is_found_with_its_title_and_rights_that_the_bot_does_not_need_are_noticed() -> None:
    modest = await rights((200, {"result": CHAT}), (200, {"result": POSTER})).find("@our_news")
    mighty = await rights((200, {"result": CHAT}), (200, {"result": {**POSTER, "can_delete_messages": True}})).find(
        -1002778
    )

    assert modest == FoundChannel(-1002778, "News", "our_news")
    assert mighty == FoundChannel(-1002778, "News", "our_news", has_spare_rights=True)


async def test_a_group_is_no_channel() -> None:
    group = {"id": -5, "type": "supergroup", "title": "Friends"}

    assert await rights((200, {"result": group})).find(-5) is ChannelProblem.NOT_A_CHANNEL


def test_a_title_cannot_turn_the_sentence_around_it() -> None:
    assert shown_name("\u202eNews\u2069 اخبار", "our_news") == "\u2068News اخبار (@our_news)\u2069"
