"""Broadcasts for which people wait: a clock that tests set, what was sent, and a copy of the database."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult
from storage.deliveries.broadcast_state import Work
from tests.support.broadcast_sender import FIRST_CHAT, Sender
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
