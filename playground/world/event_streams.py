"""What a person's web chat hears while it is open: events, each to every feed of that person."""

import asyncio
from typing import Any

Json = dict[str, Any]
MOST_WAITING = 1000  # events; a page that reads none of them is let go and reconnects


class Feeds:
    def __init__(self) -> None:
        self._open: dict[int, set[asyncio.Queue[Json | None]]] = {}

    def open(self, person: int) -> asyncio.Queue[Json | None]:
        """A queue of events; None is its end."""
        feed: asyncio.Queue[Json | None] = asyncio.Queue(MOST_WAITING)
        self._open.setdefault(person, set()).add(feed)
        return feed

    def close(self, person: int, feed: asyncio.Queue[Json | None]) -> None:
        self._open.get(person, set()).discard(feed)

    def listens(self, person: int) -> bool:
        return bool(self._open.get(person))

    def tell(self, person: int, event: Json) -> None:
        for feed in list(self._open.get(person, ())):
            if feed.qsize() < MOST_WAITING - 1:
                feed.put_nowait(event)
            else:
                self._end(person, feed)

    def tell_all(self, event: Json) -> None:
        for person in list(self._open):
            self.tell(person, event)

    def stop(self) -> None:
        for person, feeds in list(self._open.items()):
            for feed in list(feeds):
                self._end(person, feed)

    def _end(self, person: int, feed: asyncio.Queue[Json | None]) -> None:
        self.close(person, feed)
        feed.put_nowait(None)
