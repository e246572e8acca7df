"""The admins: who they are, what language each reads, and how they are told what they did not just ask for."""

import json
import logging
from collections.abc import Collection
from typing import Protocol

from bot.broadcast.authoring.draft_store import Drafts
from bot.model.replies import Replies, SendText
from content.model import Campaign, Lang
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.errors import StorageTrouble
from storage.store import Store

_NAME = b"admins/languages"

log = logging.getLogger(__name__)


class Post(Protocol):
    """Who writes to somebody that did nothing just now; see `sender`."""

    async def tell(self, person: int, replies: Replies) -> bool: ...

    async def put(self, person: int, screen: Screen, message: int | None = None) -> int | None: ...


class Admins:
    """Call `open` before anything else. In what language each was last answered is kept, and survives a restart."""

    def __init__(
        self, numbers: Collection[int], campaign: Campaign, store: Store, drafts: Drafts, post: Post
    ) -> None:
        self.numbers = sorted(numbers)
        self._campaign = campaign
        self._store = store
        self._drafts = drafts
        self._post = post
        self._heard: dict[str, str] = {}

    async def open(self) -> None:
        plain = await self._store.documents.get(self._store.database, _NAME)
        self._heard = json.loads(plain) if plain else {}
        for former in set(self._heard) - set(map(str, self.numbers)):
            await self.forget(int(former))

    async def heard(self, admin: int, lang: Lang) -> None:
        """They are just being answered in `lang`."""
        if self._heard.get(str(admin)) == lang:
            return
        try:
            await self._keep({**self._heard, str(admin): str(lang)})
        except StorageTrouble as trouble:  # which keeps no admin from being answered
            log.warning("What language an admin reads could not be kept (%s)", type(trouble).__name__)

    def language(self, admin: int) -> str | None:
        """In which they were last answered."""
        return self._heard.get(str(admin))

    async def forget(self, admin: int) -> None:
        """Until they are heard of again."""
        if str(admin) in self._heard:
            await self._keep({known: lang for known, lang in self._heard.items() if known != str(admin)})

    async def _keep(self, heard: dict[str, str]) -> None:
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _NAME, json.dumps(heard).encode())
        self._store.database.mark_erased()
        self._heard = heard

    def others(self, owner: int) -> list[int]:
        return [admin for admin in self.numbers if admin != owner]

    async def reader(self, admin: int, otherwise: str) -> Reader:
        """In the language in which they were last answered, else the one they wrote or subscribed in."""
        lang = self._heard.get(str(admin)) or await self._kept(admin) or otherwise
        return Reader(self._campaign, Lang(lang) if lang in self._campaign.languages else self._campaign.original)

    async def _kept(self, admin: int) -> str | None:
        if one := self._drafts.of(admin):
            return one.lang
        known = await self._store.subscribers.get(admin)
        return known.language if known else None

    async def tell(self, admin: int, replies: Replies) -> bool:
        """Whether it arrived."""
        return await self._post.tell(admin, replies)

    async def put(self, admin: int, screen: Screen, message: int | None = None) -> int | None:
        """Shows it in `message`, or in a new one; its number, UNCERTAIN, or None when that message cannot show it."""
        return await self._post.put(admin, screen, message)

    async def tell_in_words(self, admin: int, key: str, otherwise: str) -> bool:
        return await self.tell(admin, (SendText(sentence(await self.reader(admin, otherwise), key)),))


def sentence(reader: Reader, key: str, **values: str | int) -> Screen:
    return Screen((Span(reader.say(key, **values)),))
