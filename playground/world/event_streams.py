"""Send events to the open web chats of each person."""

import asyncio
from typing import Any

Json = dict[str, Any]
MAX_PENDING = 1000  # events; a page that does not read them is disconnected, and reconnects


class EventStreams:
    """The open event streams of all persons; a person may have several."""

    def __init__(self) -> None:
        self._open: dict[int, set[asyncio.Queue[Json | None]]] = {}

    def open(self, person: int) -> asyncio.Queue[Json | None]:
        """Open a stream; return the queue of its events, in which None is the end."""
        stream: asyncio.Queue[Json | None] = asyncio.Queue(MAX_PENDING)
        self._open.setdefault(person, set()).add(stream)
        return stream

    def close(self, person: int, stream: asyncio.Queue[Json | None]) -> None:
        """Forget a stream; does nothing when it is closed already."""
        self._open.get(person, set()).discard(stream)

    def has_listeners(self, person: int) -> bool:
        """Return whether the person has an open stream."""
        return bool(self._open.get(person))

    def publish(self, person: int, event: Json) -> None:
        """Send an event to all streams of a person, and end those that are too far behind."""
        for stream in list(self._open.get(person, ())):
            if stream.qsize() < MAX_PENDING - 1:
                stream.put_nowait(event)
            else:
                self._end(person, stream)

    def publish_to_all(self, event: Json) -> None:
        """Send an event to everybody."""
        for person in list(self._open):
            self.publish(person, event)

    def stop(self) -> None:
        """End all streams."""
        for person, streams in list(self._open.items()):
            for stream in list(streams):
                self._end(person, stream)

    def _end(self, person: int, stream: asyncio.Queue[Json | None]) -> None:
        self.close(person, stream)
        stream.put_nowait(None)
