"""Posting in the channel while people get theirs: every result of Telegram, and what admins do meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.delivery.context import EventKind
from bot.model.announcement import ChannelPlan
from storage.deliveries.broadcast_state import Work
from storage.deliveries.channel_post import ChannelPost, PostFailure, PostStatus, PostWork
from tests.support.broadcast_sender import ADMIN, ANNOUNCEMENT, Sender, api_url, running_playground, sender_at
from tests.support.storage_process import Place, place_in

CHANNEL, PEOPLE = -1002778, 12
EDITED = replace(ANNOUNCEMENT, pieces={"en": replace(ANNOUNCEMENT.pieces["en"], text="Tomorrow at one")})
REFUSALS = {
    "Forbidden: bot is not a member of the channel chat": PostFailure.REMOVED,
    "Forbidden: bot was kicked from the channel chat": PostFailure.REMOVED,
    "Bad Request: need administrator rights in the channel chat": PostFailure.NO_RIGHT,
    "Bad Request: not enough rights to send text messages to the chat": PostFailure.NO_RIGHT,
    "Bad Request: have no write access to the chat": PostFailure.NO_RIGHT,
    "Bad Request: chat not found": PostFailure.NOT_FOUND,
    "Bad Request: BUTTON_URL_INVALID": PostFailure.OTHER,
}


@dataclass
class Posting:
    """A running engine, the playground, and the number of the broadcast that is posted in the channel, too."""

    sender: Sender
    telegram: Any
    place: Place
    number: int = 0

    @property
    def posts(self) -> tuple[ChannelPost, ...]:
        return self.sender.store.broadcasts.known[self.number].posts

    @property
    def statuses(self) -> list[PostStatus]:
        return [post.status for post in self.posts]

    @property
    def texts(self) -> list[str]:
        return [post["text"] for post in self.telegram.state.messages(CHANNEL)]

    def fail(self, kind: str, method: str = "sendMessage", **more: Any) -> None:
        """Let calls of a method to the channel fail."""
        fault = {"kind": kind, "methods": [method], "chats": [CHANNEL], **more}
        self.telegram.state.faults.replace([fault])

    async def create(self, *languages: str, at: float | None = None) -> None:
        """Create a broadcast with posts in these languages, by default in English."""
        await self.sender.channel.store.name(CHANNEL, "Campaign channel", "campaign_channel", by=1009)
        assert self.sender.channel.current
        plan = ChannelPlan(self.sender.channel.current.tag, languages or ("en",))
        self.number = await self.sender.service.create(replace(ANNOUNCEMENT, channel=plan), at)

    async def edit(self) -> None:
        channel = (await self.sender.service.announcement(self.number) or ANNOUNCEMENT).channel
        assert await self.sender.service.edit(self.number, replace(EDITED, channel=channel))

    async def wait_for(self, *statuses: PostStatus) -> None:
        await self.sender.wait_until(lambda: self.statuses == list(statuses))

    async def everybody_got_it(self) -> bool:
        """Return whether the delivery to people ends as if there was no channel."""
        progress = await self.sender.wait_until_ended(self.number)
        return (progress.sent, progress.claimed, self.telegram.state.bulk_users.histogram()) == (
            PEOPLE,
            PEOPLE,
            {1: PEOPLE},
        )


@asynccontextmanager
async def posting(folder: Path, rate: float = 10_000.0, **options: Any) -> AsyncIterator[Posting]:
    """Run an engine for PEOPLE subscribers; no broadcast is created yet."""
    place = place_in(folder)
    async with (
        running_playground(PEOPLE, **options) as telegram,
        sender_at(place, api_url(telegram), rate, PEOPLE) as sender,
    ):
        yield Posting(sender, telegram, place)


@pytest.mark.parametrize("description", REFUSALS)
async def test_a_refusal_of_the_channel_stops_nothing_and_says_why(tmp_path: Path, description: str) -> None:
    async with posting(tmp_path) as running:
        running.fail("refused", code=403 if "Forbidden" in description else 400, description=description)
        await running.create("en", "fa")
        await running.wait_for(PostStatus.REFUSED, PostStatus.REFUSED)

        assert await running.everybody_got_it()
        assert {post.failure for post in running.posts} == {REFUSALS[description]}
        assert [event.kind for event in running.sender.events].count(EventKind.CHANNEL_FAILED) == 1

        running.telegram.state.faults.replace([])
        assert await running.sender.service.channel.retry(running.number, by=ADMIN)
        await running.wait_for(PostStatus.POSTED, PostStatus.POSTED)
        assert running.texts == ["Tomorrow at noon", "فردا ظهر"]


async def test_a_long_flood_wait_for_the_channel_holds_nobody_else(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        running.fail("429", seconds=3600)
        await running.create()
        await running.wait_for(PostStatus.REFUSED)

        assert await running.everybody_got_it()
        assert running.posts[0].failure is PostFailure.FLOOD
        running.telegram.state.faults.replace([])
        assert await running.sender.service.channel.retry(running.number, by=ADMIN)
        await asyncio.sleep(0.3)
        await running.wait_for(PostStatus.REFUSED)  # the wait is not over, and no call hangs until it is


@pytest.mark.parametrize("kind", ["lost", "torn"])
async def test_a_post_without_a_response_is_unknown_and_made_again_only_by_an_admin(
    tmp_path: Path, kind: str
) -> None:
    async with posting(tmp_path) as running:
        running.fail(kind, times=1)
        await running.create()
        await running.wait_for(PostStatus.UNKNOWN)

        assert await running.everybody_got_it()
        assert not await running.sender.service.channel.retry(running.number, by=ADMIN)
        assert running.texts == ["Tomorrow at noon"]
        assert await running.sender.service.channel.post_again(running.number, by=ADMIN)
        await running.wait_for(PostStatus.POSTED)
        assert running.texts == ["Tomorrow at noon"] * 2


async def test_a_network_failure_delays_a_post_and_loses_nothing(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        running.fail("502", times=1)
        await running.create()
        await running.wait_for(PostStatus.UNKNOWN)  # a gateway may have passed it on
        running.fail("offline", times=1, method="getChatMember")
        assert await running.sender.service.channel.post_again(running.number, by=ADMIN)
        await running.wait_for(PostStatus.POSTED)  # Telegram did not say that the right is missing
        assert await running.everybody_got_it()


async def test_a_scheduled_announcement_is_posted_when_people_get_it(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        await running.create(at=time.time() + 3600)
        await asyncio.sleep(0.1)
        assert running.texts == []
        await running.sender.make_due(running.number)
        await running.wait_for(PostStatus.POSTED)
        assert await running.everybody_got_it()


async def test_a_paused_announcement_is_posted_when_it_goes_on_and_a_stopped_one_never(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        service = running.sender.service
        await running.create(at=time.time() + 3600)
        assert await service.pause(running.number)
        await running.sender.make_due(running.number)
        await asyncio.sleep(0.1)
        assert running.statuses == [PostStatus.WAITING]
        assert await service.resume(running.number)
        await running.wait_for(PostStatus.POSTED)

        await running.create(at=time.time() + 3600)
        assert await service.stop(running.number)
        await running.sender.make_due(running.number)
        await asyncio.sleep(0.1)
        assert (running.statuses, len(running.texts)) == ([PostStatus.CANCELLED], 1)
        assert not await service.channel.retry(running.number, by=ADMIN)


async def test_an_edit_and_a_withdrawal_reach_the_channel_with_and_without_people(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        await running.create()
        await running.wait_for(PostStatus.POSTED)
        assert await running.everybody_got_it()
        await running.edit()
        await running.sender.wait_until(lambda: running.texts == ["Tomorrow at one"])
        await running.sender.wait_until_ended(running.number)
        assert await running.sender.service.recall(running.number)
        await running.wait_for(PostStatus.DELETED)
        assert running.texts == []
        assert not await running.sender.service.channel.post_again(running.number, by=ADMIN)


async def test_a_withdrawal_during_an_edit_of_the_post_is_not_lost(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        await running.create()
        await running.wait_for(PostStatus.POSTED)
        assert await running.everybody_got_it()
        running.fail("slow", method="editMessageText", seconds=0.4)
        await running.edit()
        calls = running.telegram.state.calls
        await running.sender.wait_until(lambda: any(call["method"] == "editMessageText" for call in calls.since(0)))
        assert await running.sender.service.recall(running.number)
        await running.wait_for(PostStatus.DELETED)
        assert running.texts == []


@pytest.mark.parametrize(("method", "work"), [("editMessageText", PostWork.EDIT), ("deleteMessage", PostWork.DELETE)])
async def test_an_edit_or_a_withdrawal_that_the_channel_refuses_is_reported_and_repeated(
    tmp_path: Path, method: str, work: PostWork
) -> None:
    async with posting(tmp_path) as running:
        await running.create()
        await running.wait_for(PostStatus.POSTED)
        assert await running.everybody_got_it()
        running.telegram.state.channel.bot_rights = frozenset()
        if work is PostWork.EDIT:
            await running.edit()
        else:
            assert await running.sender.service.recall(running.number)
        await running.sender.wait_until(lambda: running.posts[0].failed is work)
        assert running.posts[0].failure is PostFailure.NO_RIGHT
        assert Work.RECALL not in running.sender.service.progress(running.number).jobs or work is PostWork.DELETE

        running.telegram.state.channel.bot_rights = frozenset({"can_post_messages"})
        assert await running.sender.service.channel.retry(running.number, by=ADMIN)
        expected = [EDITED.pieces["en"].text] if work is PostWork.EDIT else []
        await running.sender.wait_until(lambda: running.texts == expected)


async def test_the_channel_gets_a_free_message_without_buttons_and_is_counted_apart(tmp_path: Path) -> None:
    async with posting(tmp_path) as running:
        await running.create()
        await running.wait_for(PostStatus.POSTED)
        assert await running.everybody_got_it()
        [post] = running.telegram.state.messages(CHANNEL)
        client = running.sender.engine._context.client

        assert "reply_markup" not in post
        assert (client.outcomes["sent"], client.channel_outcomes["sent"]) == (PEOPLE, 1)
