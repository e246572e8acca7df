"""Handing what was agreed on to the engine, once, whatever a crash cuts off; every admin is told who sends what."""

from dataclasses import dataclass, replace
from typing import Protocol

from bot.broadcast.authoring.admins import Admins, sentence
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.draft_store import Drafts
from bot.broadcast.authoring.draft_text import summary
from bot.broadcast.authoring.preview import Preview
from bot.model import announcement
from bot.model.announcement import Announcement
from bot.model.replies import SendText
from content.screens.screen import Screen, Span
from storage.errors import StorageTrouble


class Service(Protocol):
    """Who sends; see `service`."""

    async def create(self, said: Announcement, at: float | None = None) -> int: ...

    async def edit(self, number: int, said: Announcement) -> bool: ...

    async def announcement(self, number: int) -> Announcement | None: ...

    def numbers(self) -> list[int]: ...


class Watching(Protocol):
    """Who shows how it goes; see `monitor`."""

    async def begin(self, number: int, said: Announcement, zone: int, lang: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Handed:
    """Broadcast `number` was made from `draft`, or changed to it."""

    number: int
    draft: Draft
    owner: int
    confirmer: int

    def by_whom(self, admin: int) -> str:
        """The end of the key of what `admin` is told."""
        if admin == self.owner:
            return "alone" if self.owner == self.confirmer else "owner"
        return "confirmer" if admin == self.confirmer else "others"


class Handover:
    def __init__(
        self, drafts: Drafts, showing: Preview, admins: Admins, service: Service, watching: Watching
    ) -> None:
        self._drafts = drafts
        self._showing = showing
        self._admins = admins
        self._service = service
        self._watching = watching
        self._untold: list[Handed] = []

    async def hand(self, owner: int, confirmer: int, one: Draft) -> None:
        """Cut off in between, `resolve` sees whether it arrived there: it is never given twice."""
        said = self._showing.said(one)
        await self._drafts.keep(owner, replace(one, stage=Stage.HANDED))
        if one.edits:
            number = one.edits if await self._service.edit(one.edits, said) else 0
        else:
            number = await self._service.create(said, one.at)
        await self._drafts.keep(owner, None)
        if number:
            self._untold.append(Handed(number, one, owner, confirmer))
        else:
            await self._admins.tell_in_words(owner, "broadcast.too_late_to_edit", one.lang)

    async def resolve(self, owner: int, one: Draft) -> None:
        """What a crash, or a database in trouble, left half handed over. Who confirmed it is not known any more."""
        number = await self._arrived(one)
        await self._drafts.keep(owner, None if number else one.edited())
        if number:
            self._untold.append(Handed(number, one, owner, 0 if self._admins.others(owner) else owner))

    async def _arrived(self, one: Draft) -> int:
        """The number under which it is sent; 0 when it is not."""
        said = announcement.encode(self._showing.said(one))
        for number in [one.edits] if one.edits else self._service.numbers()[-3:]:
            known = await self._service.announcement(number)
            if known is not None and announcement.encode(known) == said:
                return number
        return 0

    async def announce(self) -> None:
        """Every admin is told who sends what, and from then on sees how it goes."""
        while self._untold:
            handed = self._untold.pop(0)
            try:
                await self._announce(handed)
            except StorageTrouble:
                self._untold.append(handed)
                raise

    async def _announce(self, handed: Handed) -> None:
        one = handed.draft
        for admin in self._admins.numbers:
            reader, by_whom = await self._admins.reader(admin, one.lang), handed.by_whom(admin)
            screen = sentence(reader, f"broadcast.handed_{by_whom}", number=handed.number)
            told = Screen((*screen.spans, Span("\n\n" + "\n\n".join(summary(reader, one)))))
            is_shown = admin == handed.owner and one.panel and await self._admins.put(admin, told, one.panel)
            if is_shown and not one.edits:
                continue  # the progress comes right away
            samples = self._showing.samples(one, reader) if by_whom == "others" else ()
            await self._admins.tell(admin, (*samples, SendText(told)))
        if not one.edits:
            await self._watching.begin(handed.number, self._showing.said(one), one.zone, one.lang)
