"""The desk on which admins write announcements: drafts, confirmations, the delay, and handing over to the engine.

Nothing leaves it for the engine that was not agreed on: with two admins or more by another one, alone after a minute
in which it can be cancelled.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.broadcast import content, draft, lint
from bot.broadcast.audience import Audience, counted
from bot.broadcast.captured import captured
from bot.broadcast.content import Announcement
from bot.broadcast.draft import Draft, Stage
from bot.events import Acted, Event, Other, Said
from bot.flows import commands, composer, composing
from bot.flows.composer import Reach
from bot.flows.composing import PREFIX, Deed, Step
from bot.replies import Replies, Reply, Sample, Say, Toast, Turn
from content.model import Campaign, Lang
from content.reader import Reader
from content.screen import Screen, Span, Style
from storage.refusals import StorageTrouble
from storage.store import Store

COMMAND = "broadcast"
DELAY = 60.0  # seconds in which a lone admin may cancel
TO_CONFIRM = 24 * 3600.0  # seconds for another admin
_LATE = 120.0  # seconds over the delay: the bot stood still, so it is not sent, and an admin should look again
_LOOK = 1.0  # seconds

log = logging.getLogger(__name__)


class Service(Protocol):
    """Who sends; see `service`."""

    async def create(self, said: Announcement, at: float | None = None) -> int: ...

    async def edit(self, number: int, said: Announcement) -> bool: ...

    async def announcement(self, number: int) -> Announcement | None: ...

    def numbers(self) -> list[int]: ...


class Watching(Protocol):
    """Who shows how it goes; see `watch`."""

    async def begin(self, number: int, audience: Audience, zone: int, lang: str) -> None: ...


class Post(Protocol):
    """Who tells admins that did nothing just now; see `delivery`."""

    async def tell(self, person: int, replies: Replies) -> bool: ...


@dataclass(frozen=True, slots=True)
class Handed:
    """A broadcast was created, or is being edited, by `owner` and `confirmer`."""

    number: int
    owner: int
    confirmer: int


class Desk:
    """Call `open` before anything else, and keep `run` running. `rate` is messages a second."""

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        admins: Collection[int],
        service: Service,
        watching: Watching,
        post: Post,
        rate: float,
        now: Callable[[], float] = time.time,
        delay: float = DELAY,
    ) -> None:
        self._store = store
        self._campaign = campaign
        self._admins = frozenset(admins)
        self._service = service
        self._post = post
        self._rate = rate
        self._now = now
        self._watching = watching
        self._delay = delay
        self._drafts: dict[int, Draft] = {}
        self._asked: set[str] = set()
        self._untold: list[tuple[Handed, Draft]] = []
        self._album = ""
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()  # one decision at a time: a double tap must find what the first one did

    # What admins do

    async def replies(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """The answer to an admin in private; None for what does not concern the desk. `message` is Telegram's."""
        async with self._turn:
            match event:
                case Acted(action=action) if action.startswith(PREFIX):
                    return await self._acted(event, action.removeprefix(PREFIX), reader)
                case Said(text=text) if command := commands.named(text):
                    return await self._opened(event.sender.id, reader) if command.name == COMMAND else None
                case Said() | Other() if self._draft(event.sender.id, reader).waits:
                    return await self._received(event, reader, message)
                case _:
                    return None

    async def begin_edit(self, owner: int, number: int, reader: Reader) -> Replies:
        """Opens what was sent as a draft, in the place of any other; sending it changes broadcast `number`."""
        async with self._turn:
            said = await self._service.announcement(number)
            if said is None:
                return (Toast(reader.say("toast.old_button")),)
            one = draft.of_announcement(said, reader.lang, number)
            await self._keep(owner, one)
            return (Toast(), Say(composer.main(reader, one)))

    async def _opened(self, owner: int, reader: Reader) -> Replies:
        one = replace(self._draft(owner, reader), waits="")
        await self._keep(owner, one)
        return (Say(composer.main(reader, one)),)

    async def _acted(self, event: Acted, action: str, reader: Reader) -> Replies:
        owner, one = event.sender.id, self._draft(event.sender.id, reader)
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), Turn(composer.main(reader, one)))
        match action.split("."):
            case ["yes" | "no" as answer, code]:
                return await self._confirmed(owner, code, answer == "yes", reader)
        return await self._stepped(owner, composing.acted(action, one, reader), reader)

    async def _received(self, event: Said | Other, reader: Reader, message: Mapping[str, Any]) -> Replies:
        album = str(message.get("media_group_id", ""))
        if album and album == self._album:
            return ()  # its first message was answered
        self._album = album
        one = self._draft(event.sender.id, reader)
        step = composing.received(captured(message), one, reader, self._now())
        return await self._stepped(event.sender.id, step, reader)

    async def _stepped(self, owner: int, step: Step, reader: Reader) -> Replies:
        await self._keep(owner, step.draft)
        if step.draft is None or step.deed is None:
            return step.replies
        match step.deed:
            case Deed.PREVIEW:
                return (Toast(), *self._samples(step.draft, reader), Say(composer.main(reader, step.draft)))
            case Deed.TRY:
                sample = await self._own_sample(owner, step.draft, reader)
                return (Toast(reader.say("toast.tried")), sample, Say(composer.main(reader, step.draft)))
            case Deed.CHECK:
                return (Toast(), Turn(await self._check(owner, step.draft, reader)))
            case Deed.SEND:
                return await self._send(owner, step.draft, reader)

    # Sending

    async def _send(self, owner: int, one: Draft, reader: Reader) -> Replies:
        now = self._now()
        if any(finding.forbids for finding in self._findings(one)):
            return (Toast(), Turn(await self._check(owner, one, reader)))
        if one.at is not None and one.at <= now:
            after = replace(one, waits="time")
            await self._keep(owner, after)
            return (Toast(), Turn(composer.when(reader, after, reader.say("broadcast.moment_past"))))
        if one.stage is not Stage.WRITING:
            return (Toast(), Turn(self._pending(owner, one, reader)))
        alone = not self._admins - {owner}
        after = replace(
            one,
            stage=Stage.DELAYED if alone else Stage.ASKED,
            until=now + self._delay if alone else min(now + TO_CONFIRM, one.at or now + TO_CONFIRM),
            nonce=os.urandom(12).hex(),
        )
        await self._keep(owner, after)
        self._wake.set()
        return (Toast(), Turn(self._pending(owner, after, reader)))

    def _pending(self, owner: int, one: Draft, reader: Reader) -> Screen:
        if one.stage is Stage.ASKED:
            return composer.asked(reader, one, len(self._admins - {owner}))
        return composer.delayed(reader, one, max(1, round(one.until - self._now())))

    async def _confirmed(self, admin: int, code: str, agrees: bool, reader: Reader) -> Replies:
        found = [
            (owner, one)
            for owner, one in self._drafts.items()
            if one.stage is Stage.ASKED and draft.digest(one, owner) == code
        ]
        if not found or found[0][1].until < self._now():
            return (Toast(), Turn(_sentence(reader, "broadcast.void")))
        owner, one = found[0]
        if owner == admin:
            return (Toast(reader.say("toast.own_confirmation")),)
        if not agrees:
            await self._keep(owner, one.edited())
            await self._tell(owner, "broadcast.refused", one.lang)
            return (Toast(), Turn(_sentence(reader, "broadcast.you_refused")))
        await self._hand(owner, admin, one)
        return (Toast(), Turn(_sentence(reader, "broadcast.you_confirmed")))

    async def _hand(self, owner: int, confirmer: int, one: Draft) -> None:
        """To the engine. Cut off in between, `_look` sees whether it arrived there: it is never given twice."""
        said = self._said(one)
        await self._keep(owner, replace(one, stage=Stage.HANDED))
        if one.edits:
            number = one.edits if await self._service.edit(one.edits, said) else 0
        else:
            number = await self._service.create(said, one.at)
        await self._keep(owner, None)
        if not number:
            await self._tell(owner, "broadcast.too_late_to_edit", one.lang)
            return
        self._untold.append((Handed(number, owner, confirmer), one))
        self._wake.set()

    async def _announce(self, handed: Handed, one: Draft) -> None:
        """Every admin is told who sends what."""
        for admin in sorted(self._admins):
            reader = await self._reader(admin, one.lang)
            by_whom = _by_whom(admin, handed)
            screen = _sentence(reader, f"broadcast.handed_{by_whom}", number=handed.number)
            what = "\n\n".join(composer.summary(reader, one))
            told = Screen((*screen.spans, Span("\n\n" + what)))
            samples = self._samples(one, reader) if by_whom == "others" else ()
            await self._post.tell(admin, (*samples, Say(told)))
        if not one.edits:
            await self._watching.begin(handed.number, one.audience, one.zone, one.lang)

    # Meanwhile

    async def open(self) -> None:
        """Reads the drafts; those of former admins are erased."""
        found = await self._store.documents.all(self._store.database, b"draft/")
        self._drafts = {int(name.partition(b"/")[2]): draft.decoded(plain) for name, plain in found.items()}
        for owner in self._drafts.keys() - self._admins:
            await self._keep(owner, None)

    async def _arrived(self, one: Draft) -> bool:
        said = content.encoded(self._said(one))
        numbers = [one.edits] if one.edits else self._service.numbers()[-3:]
        known = [await self._service.announcement(number) for number in numbers]
        return any(other is not None and content.encoded(other) == said for other in known)

    async def run(self) -> None:
        """Asks the other admins, ends delays and waiting; until it is cancelled."""
        while True:
            try:
                for owner in list(self._drafts):
                    await self._look(owner)
                while self._untold:
                    await self._announce(*self._untold.pop(0))
            except StorageTrouble as trouble:
                log.warning("A draft waits for the database (%s)", type(trouble).__name__)
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK)

    async def _look(self, owner: int) -> None:
        async with self._turn:
            one, now = self._drafts.get(owner), self._now()
            if one is None or one.stage is Stage.WRITING:
                return
            if one.stage is Stage.HANDED:  # cut off by a crash, or by a database in trouble
                await self._keep(owner, None if await self._arrived(one) else one.edited())
                return
            if one.until > now:
                ask = one.stage is Stage.ASKED and one.nonce not in self._asked
            elif one.stage is Stage.DELAYED and now - one.until < _LATE:
                await self._hand(owner, owner, one)
                return
            else:
                await self._keep(owner, one.edited())
                await self._tell(owner, "broadcast.not_sent", one.lang)
                return
        if ask:
            await self._ask(owner, one)

    async def _ask(self, owner: int, one: Draft) -> None:
        self._asked.add(one.nonce)
        reach, code, told = await self._reach(one.audience), draft.digest(one, owner), 0
        for admin in sorted(self._admins - {owner}):
            reader = await self._reader(admin, one.lang)
            question = Say(composer.question(reader, one, reach, code))
            told += await self._post.tell(admin, (*self._samples(one, reader), question))
        if not told:
            async with self._turn:
                if self._drafts.get(owner) == one:
                    await self._keep(owner, one.edited())
            await self._tell(owner, "broadcast.nobody_to_ask", one.lang)

    async def _tell(self, admin: int, key: str, lang: str) -> None:
        await self._post.tell(admin, (Say(_sentence(await self._reader(admin, lang), key)),))

    # What is shown

    def _samples(self, one: Draft, reader: Reader) -> Replies:
        """Every language as it will arrive, under its name; and what arrives where somebody wants it discreet."""
        said, wanted, shown = self._said(one), one.audience.languages, list[Reply]()
        for lang in self._campaign.languages:
            if wanted is None or lang in wanted:
                name = composer.language_name(reader, lang)
                refused = reader.say("broadcast.not_taken", language=name)
                shown += [Say(_heading(name)), Sample(said.piece(lang), otherwise=refused)]
        notice = said.notice(reader.lang)
        if notice:
            shown.append(Say(_sentence(reader, "broadcast.discreet_get", text=notice.text, label=notice.label)))
        return tuple(shown)

    async def _own_sample(self, owner: int, one: Draft, reader: Reader) -> Sample:
        """What this admin would get, as loud as they want it."""
        known = await self._store.subscribers.get(owner)
        language = known.language if known else str(reader.lang)
        refused = reader.say("broadcast.not_taken", language=composer.language_name(reader, language))
        silent = bool(known and (known.quiet or known.discreet))
        return Sample(self._said(one).piece(language), silent, refused)

    async def _check(self, owner: int, one: Draft, reader: Reader) -> Screen:
        reach = await self._reach(one.audience)
        return composer.check(reader, one, reach, self._findings(one), len(self._admins - {owner}))

    async def _reach(self, audience: Audience) -> Reach:
        number = (await counted(self._store.subscribers, audience)).total()
        everyone = audience == Audience()
        total = number if everyone else await self._store.subscribers.count()
        return Reach(number, total, everyone, self._rate)

    def _findings(self, one: Draft) -> tuple[lint.Finding, ...]:
        return lint.findings(self._said(one), [str(lang) for lang in self._campaign.languages])

    def _said(self, one: Draft) -> Announcement:
        return draft.announcement(one, composer.notices(self._campaign))

    async def _reader(self, admin: int, otherwise: str) -> Reader:
        """In the language that is known of the admin, else in that of who wrote."""
        known = None if admin in self._drafts else await self._store.subscribers.get(admin)
        lang = self._drafts[admin].lang if admin in self._drafts else known.language if known else otherwise
        return Reader(self._campaign, Lang(lang) if lang in self._campaign.languages else self._campaign.original)

    # The drafts

    def _draft(self, owner: int, reader: Reader) -> Draft:
        fresh = Draft(str(reader.lang), str(self._campaign.original))
        return replace(self._drafts.get(owner, fresh), lang=str(reader.lang))

    async def _keep(self, owner: int, one: Draft | None) -> None:
        """On disk when it returns."""
        name, documents = b"draft/%d" % owner, self._store.documents
        if one == self._drafts.get(owner):
            return
        async with self._store.database.writing() as change:
            if one is None:
                await documents.remove(change, name)
            else:
                await documents.put(change, name, draft.encoded(one))
        if one is None:
            self._store.database.erased()
            del self._drafts[owner]
        else:
            self._drafts[owner] = one


def _by_whom(admin: int, handed: Handed) -> str:
    if admin == handed.owner:
        return "alone" if handed.owner == handed.confirmer else "owner"
    return "confirmer" if admin == handed.confirmer else "others"


def _heading(name: str) -> Screen:
    return Screen((Span(name, Style.BOLD),))


def _sentence(reader: Reader, key: str, **values: str | int) -> Screen:
    return Screen((Span(reader.say(key, **values)),))
