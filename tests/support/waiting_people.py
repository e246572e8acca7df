"""Broadcasts for which people wait: a clock that tests set, what was sent, and a copy of the database."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult
from storage import sqlite
from storage.deliveries.broadcast_state import JobReason, Work
from tests.support.broadcast_sender import FIRST_CHAT, Sender, api_url, sender_at
from tests.support.storage_process import Place

KABUL = "Asia/Kabul"


def kabul(hour: int, minute: int = 0, day: int = 1) -> float:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(KABUL)).timestamp()


@dataclass
class Wall:
    """A clock that shows what the test sets."""

    at: float = kabul(23)

    def __call__(self) -> float:
        return self.at


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of a broadcast to one of the quiet people. `person` is their number."""

    person: int
    text: str
    rings: bool


SENT: list[SentMessage] = []  # in a test, in this order


class NotingClient(ApiClient):
    """Note every message."""

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        body = json.loads(request.body(chat))
        SENT.append(SentMessage(chat - FIRST_CHAT, body["text"], not body.get("disable_notification")))
        return await super().send(request, chat)


def got(telegram: Any, people: range) -> set[int]:
    """Return how many messages each of these people received."""
    return {telegram.state.bulk_users.received(FIRST_CHAT + number) for number in people}


async def wait_until_asleep(sender: Sender, wall: Wall, number: int = 1) -> None:
    """Wait until the broadcast runs no more, because all who are left wait."""

    def is_asleep() -> bool:
        progress = sender.service.progress(number)
        return bool(progress.waiting) and progress.jobs[Work.SEND].at > wall.at

    await sender.wait_until(lambda: is_asleep() and not sender.engine._running)


def move(sender: Sender, wall: Wall, at: float) -> None:
    wall.at = at
    sender.engine.wake()


async def copied(place: Place, target: Place) -> None:
    for source, end in ((place.database, target.database), (place.keys, target.keys)):
        end.parent.mkdir(parents=True, mode=0o700)
        shutil.copy2(source, end)


async def goes_on_without_the_copy(original: Place, copy: Place, telegram: Any, wall: Wall, at: float) -> None:
    """Copy the database while the bot is down. Then let the original bot send to those who are due at `at`."""
    await copied(original, copy)
    wall.at = at
    async with sender_at(original, api_url(telegram), now=wall) as sender:
        await wait_until_asleep(sender, wall)


async def goes_on_from_the_copy(copy: Place, telegram: Any, wall: Wall, last: float) -> None:
    """Let a bot take over the copy, which may lack 30 seconds, and send until nobody waits, which is at `last`.

    Of eight recipients, four have got the announcement, two are due since then and two still wait.
    """
    sqlite.mark_copy(copy.database, 30)
    wall.at += 10
    async with sender_at(copy, api_url(telegram), now=wall) as sender:
        await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
        progress = sender.service.progress(1)
        assert (progress.sent, progress.unknown, progress.waiting) == (4, 2, 2)
        assert progress.jobs[Work.SEND].reason is JobReason.HELD
        assert await sender.service.resume(1)
        await wait_until_asleep(sender, wall)
        move(sender, wall, last)
        progress = await sender.wait_until_ended(1)
        assert (progress.sent, progress.unknown) == (6, 2)


def slow_client(wall: Wall, seconds: float) -> type[NotingClient]:
    """Return a client for which some seconds pass with each message."""

    class SlowClient(NotingClient):
        async def send(self, request: RequestTemplate, chat: int) -> SendResult:
            wall.at += seconds
            return await super().send(request, chat)

    return SlowClient
