"""Store, encrypted, the one channel in which announcements can be posted."""

import secrets
from dataclasses import dataclass, field

import msgspec

from bot.audit.trail import AuditEntry, AuditTrail
from bot.model import stored_json
from storage.audit.record import AuditAct
from storage.store import Store

_DOCUMENT = b"team/channel"
_TAG_SIZE = 4  # bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel that an owner has chosen for announcements.

    Announcements refer to the channel by `tag`, which is random. So an announcement that was approved for this
    channel is never posted in another one. Once the channel is forgotten, announcements reveal nothing about it.
    """

    chat: int = field(repr=False)
    tag: str
    title: str = field(repr=False)
    username: str = field(default="", repr=False)  # "" for a private channel


class ChannelStore:
    """The chosen channel, in memory and in the database. Call `open` before anything else.

    `by` is the id of the owner who makes a change. One transaction stores the change and its record in the audit log.
    """

    def __init__(self, store: Store, trail: AuditTrail) -> None:
        self._store = store
        self._trail = trail
        self._channel: Channel | None = None

    @property
    def current(self) -> Channel | None:
        """Return the chosen channel; None if no channel is chosen."""
        return self._channel

    async def open(self) -> None:
        """Load the chosen channel from the database."""
        content = await self._store.documents.get(self._store.database, _DOCUMENT)
        self._channel = stored_json.convert(stored_json.parse(content), Channel) if content else None

    async def name(self, chat: int, title: str, username: str, *, by: int) -> Channel:
        """Store the channel with this chat id, title and username in place of any earlier one.

        Announcements refer to a channel by its random tag. The same channel keeps its tag; another one gets a new
        tag.
        """
        is_same = self._channel is not None and self._channel.chat == chat
        tag = self._channel.tag if self._channel and is_same else secrets.token_hex(_TAG_SIZE)
        channel = Channel(chat, tag, title, username)
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _DOCUMENT, msgspec.json.encode(channel))
            await self._trail.record(change, AuditEntry(AuditAct.CHANNEL_NAMED, by))
        self._store.database.mark_erased()  # the id and the name of the channel before
        self._channel = channel
        return channel

    async def forget(self, *, by: int) -> bool:
        """Erase the channel from the database; return False if none was stored."""
        if self._channel is None:
            return False
        async with self._store.database.transaction() as change:
            await self._store.documents.remove(change, _DOCUMENT)
            await self._trail.record(change, AuditEntry(AuditAct.CHANNEL_FORGOTTEN, by))
        self._store.database.mark_erased()
        self._channel = None
        return True
