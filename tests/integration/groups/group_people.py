"""Members of the playground's group for tests, and what they ask and see there."""

import asyncio
from typing import Any

from tests.support.bot_and_playground import GROUP, BotAndPlayground
from tests.support.person import PATIENCE, Json, Person

SMALL_TALK = (
    "I agree",
    "no",
    "please stop",
    "next week maybe",
    "where did you find this?",
    "🙏",
    "in 2 days",
    "نه",
    "موافقم",
)


async def member_of_group(place: BotAndPlayground, language: str = "en", *, forum: bool = False) -> Person:
    """Return a new member of the group, who has not started the bot."""
    private = await place.newcomer(language)
    member = place.person(private.id, GROUP)
    if forum:
        await member.post(f"chats/{GROUP}/group", forum=True)
    return member


def declare_ephemeral(place: BotAndPlayground, *names: str) -> None:
    """Put commands into the menu of groups, without waiting for the bot to do the same."""
    commands = [{"command": name, "description": name, "is_ephemeral": True} for name in names]
    place.playground.state.bots[place.bot_id].profile.commands[("all_group_chats", 0, 0), ""] = commands


async def ask(member: Person, text: str, **more: Any) -> Json:
    """Send a text to the group; return the message."""
    sent: Json = await member.post(f"chats/{GROUP}/send", text=text, **more)
    return sent


async def answer_to(member: Person, question: Json) -> Json:
    """Wait for the reply to a question; return it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for message in await member.messages():
                if message.get("reply_to_message", {}).get("message_id") == question["message_id"]:
                    return message
            await asyncio.sleep(0.02)
