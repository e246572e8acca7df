"""Real kills at moments around a post in the channel: no post is made twice, and none is lost without a word."""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.model.announcement import ChannelPlan
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.channel_post import PostStatus
from tests.support.broadcast_sender import ANNOUNCEMENT, Sender, api_url, running_playground, sender_at, start_sender
from tests.support.storage_process import Place, place_in

CHANNEL, LATENCY = -1002778, 0.02
AT_ONCE = 4  # broadcasts that are being posted when the process is killed


async def create_some(place: Place, number: int) -> None:
    """Create AT_ONCE broadcasts that are posted in two languages, while no process can send them."""
    async with sender_at(place, "http://127.0.0.1:9/bot") as sender:
        channel = await sender.channel.store.name(CHANNEL, "Campaign channel", "campaign_channel", by=1009)
        plan = ChannelPlan(channel.tag, ("en", "fa"))
        for more in range(AT_ONCE):
            texts = {code: f"No. {number * AT_ONCE + more + 1} {code}" for code in plan.languages}
            pieces = {code: replace(ANNOUNCEMENT.pieces[code], text=text) for code, text in texts.items()}
            await sender.service.create(replace(ANNOUNCEMENT, pieces=pieces, channel=plan), at=time.time())


async def kill_while_posting(place: Place, telegram: Any, chance: random.Random) -> None:
    """Start a sender, and kill it soon after its first call about the channel."""
    before = telegram.state.calls.count
    child = await start_sender(place, api_url(telegram), 500.0)
    async with asyncio.timeout(20):
        while not any(call["method"] == "getChatMember" for call in telegram.state.calls.since(before)):
            await asyncio.sleep(0.002)
    await asyncio.sleep(chance.random() * 5 * LATENCY)  # a check, a claim, a call and a result for each language
    child.kill()
    await child.wait()


async def finish(place: Place, telegram: Any) -> list[BroadcastState]:
    """Run senders until nothing waits to be posted. A chat gets 20 messages a minute; each sender counts from 0."""
    while True:
        async with sender_at(place, api_url(telegram)) as sender:
            with suppress(TimeoutError):
                await sender.wait_until(partial(are_settled, sender), 3.0)
                return list(sender.store.broadcasts.known.values())


def are_settled(sender: Sender) -> bool:
    """Return whether nothing is left to do in the channel."""
    posts = (post for state in sender.store.broadcasts.known.values() for post in state.posts)
    return all(post.status in (PostStatus.POSTED, PostStatus.UNKNOWN) for post in posts)


async def posts_after_kills(tmp_path: Path, rounds: int) -> Counter[PostStatus]:
    """Kill a sender in each round, then send all to the end. Check every post, and count them by their state."""
    place, chance, counts = place_in(tmp_path), random.Random(rounds), Counter[PostStatus]()
    async with running_playground(0, latency=LATENCY) as telegram:
        for number in range(rounds):
            await create_some(place, number)
            await kill_while_posting(place, telegram, chance)
        states = await finish(place, telegram)
        texts = Counter(post["text"] for post in telegram.state.messages(CHANNEL))
    for state in states:
        for post in state.posts:
            count = texts[f"No. {state.number} {post.language}"]
            assert count == 1 if post.status is PostStatus.POSTED else count <= 1, (state.number, post, count)
            counts[post.status] += 1
    return counts


async def test_a_kill_around_posts_in_the_channel_never_posts_twice(tmp_path: Path) -> None:
    assert (await posts_after_kills(tmp_path, 1)).total() == 2 * AT_ONCE


@pytest.mark.torture
async def test_30_kills_around_240_posts_in_the_channel_never_post_twice(tmp_path: Path) -> None:
    states = await posts_after_kills(tmp_path, 30)

    assert states.total() == 240
    assert states[PostStatus.UNKNOWN] > 10, "the kills hit no call"
    assert states[PostStatus.POSTED] > 100, states
