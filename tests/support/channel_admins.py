"""Do the usual steps of two admins with the campaign's channel in one call."""

import asyncio
from typing import Any

from tests.support.announcement_admins import SEND, TwoAdmins, open_check_page, write_draft
from tests.support.person import Json, Person, labels

CHANNEL, CHANNEL_NAME = -1002778, "@campaign_channel"
CHOSEN = "In the channel"  # begins the page on which the languages of the posts are chosen


async def name_channel(owner: Person, reference: str = CHANNEL_NAME) -> Json:
    """Name the channel as an owner; return the page of the channel, or what the bot says instead."""
    await owner.say("/team")
    await owner.press("Our channel")
    await owner.press("Name ")
    return await owner.say(reference)


async def choose_languages(writer: Person, *languages: str) -> None:
    """Choose the languages of the posts of a draft, on its page about the channel."""
    await writer.press_under("When: ", "Also in our channel")
    for language in languages:
        await writer.press_under(CHOSEN, language)
    await writer.press_under(CHOSEN, "Back")


async def request_with_channel(admins: TwoAdmins, text: str = "Tomorrow at noon", *languages: str) -> None:
    """Write an announcement that is also posted in the channel, and request that it be sent."""
    await write_draft(admins.writer, text)
    await choose_languages(admins.writer, *(languages or ("English",)))
    await open_check_page(admins.writer)
    await admins.writer.press_under("Recipients", SEND)


async def send_with_channel(admins: TwoAdmins, text: str = "Tomorrow at noon", *languages: str) -> Json:
    """Send such an announcement to the end; return the writer's progress screen."""
    await request_with_channel(admins, text, *languages)
    await admins.confirm()
    return await admins.writer.sees("Sending has ended")


def posts(admins: TwoAdmins) -> list[Json]:
    """Return the posts in the channel, oldest first."""
    messages: list[Json] = admins.place.playground.state.messages(CHANNEL)
    return messages


def texts(admins: TwoAdmins) -> list[str]:
    """Return the texts of the posts in the channel, oldest first."""
    return [post.get("text") or post.get("caption") or "" for post in posts(admins)]


async def set_rights(admins: TwoAdmins, *rights: str, is_member: bool = True) -> None:
    """Give the bot these rights in the channel, or remove it."""
    await admins.writer.post(f"chats/{CHANNEL}/rights", rights=list(rights) if is_member else None)


async def wait_for_posts(admins: TwoAdmins, *expected: str) -> None:
    """Wait until the posts in the channel have these texts."""
    async with asyncio.timeout(20):
        while texts(admins) != list(expected):
            await asyncio.sleep(0.02)


def buttons_of(message: dict[str, Any]) -> list[str]:
    """Return the labels of the buttons under a message."""
    return labels(message) if message.get("reply_markup") else []
