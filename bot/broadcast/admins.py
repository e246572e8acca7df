"""The admins: who they are, what language each reads, and how they are told what they did not just ask for."""

from collections.abc import Collection
from typing import Protocol

from bot.broadcast.drafts import Drafts
from bot.replies import Replies, Say
from content.model import Campaign, Lang
from content.reader import Reader
from content.screen import Screen, Span
from storage.store import Store


class Post(Protocol):
    """Who tells somebody that did nothing just now; see `delivery`."""

    async def tell(self, person: int, replies: Replies) -> bool: ...


class Admins:
    """What language they read is known from what they last did, while this process lives; see `reader`."""

    def __init__(
        self, numbers: Collection[int], campaign: Campaign, store: Store, drafts: Drafts, post: Post
    ) -> None:
        self.numbers = sorted(numbers)
        self._campaign = campaign
        self._store = store
        self._drafts = drafts
        self._post = post
        self._heard: dict[int, Lang] = {}

    def heard(self, admin: int, lang: Lang) -> None:
        """They were just answered in `lang`."""
        self._heard[admin] = lang

    def others(self, owner: int) -> list[int]:
        return [admin for admin in self.numbers if admin != owner]

    async def reader(self, admin: int, otherwise: str) -> Reader:
        """In the language in which they were last answered, else the one they wrote or subscribed in."""
        lang = self._heard.get(admin) or await self._kept(admin) or otherwise
        return Reader(self._campaign, Lang(lang) if lang in self._campaign.languages else self._campaign.original)

    async def _kept(self, admin: int) -> str | None:
        if one := self._drafts.of(admin):
            return one.lang
        known = await self._store.subscribers.get(admin)
        return known.language if known else None

    async def tell(self, admin: int, replies: Replies) -> bool:
        """Whether it arrived."""
        return await self._post.tell(admin, replies)

    async def tell_in_words(self, admin: int, key: str, otherwise: str) -> None:
        await self.tell(admin, (Say(sentence(await self.reader(admin, otherwise), key)),))


def sentence(reader: Reader, key: str, **values: str | int) -> Screen:
    return Screen((Span(reader.say(key, **values)),))
