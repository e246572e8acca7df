"""Send events, such as a new message, to the open web chats of each person."""

import asyncio
from typing import Any

Json = dict[str, Any]
MAX_PENDING = 1000  # events; a page that does not read them is disconnected, and reconnects


class EventStreams:
    """The open event streams of all people. A person has one for each open web chat."""

    def __init__(self) -> None:
        self._open: dict[int, set[asyncio.Queue[Json | None]]] = {}

    def open(self, person: int) -> asyncio.Queue[Json | None]:
        """Open a stream for a person. Return the queue of its events; None in the queue ends the stream."""
        stream: asyncio.Queue[Json | None] = asyncio.Queue(MAX_PENDING)
        self._open.setdefault(person, set()).add(stream)
        return stream

    def close(self, person: int, stream: asyncio.Queue[Json | None]) -> None:
        """Stop sending events to a stream. Closing a stream again has no effect."""
        self._open.get(person, set()).discard(stream)

    def has_listeners(self, person: int) -> bool:
        """Return whether the person has at least one open stream."""
        return bool(self._open.get(person))

    def publish(self, person: int, event: Json) -> None:
        """Send an event to all streams of a person. A stream that already has MAX_PENDING unread events is ended."""
        for stream in list(self._open.get(person, ())):
            if stream.qsize() < MAX_PENDING - 1:
                stream.put_nowait(event)
            else:
                self._end(person, stream)

    def publish_to_all(self, event: Json) -> None:
        """Send an event to all streams of all people."""
        for person in list(self._open):
            self.publish(person, event)

    def stop(self) -> None:
        """End all streams of all people."""
        for person, streams in list(self._open.items()):
            for stream in list(streams):
                self._end(person, stream)

    def _end(self, person: int, stream: asyncio.Queue[Json | None]) -> None:
        self.close(person, stream)
        stream.put_nowait(None)
