"""What a draft is as an announcement, and what admins see of that: samples, mistakes, how many it reaches."""

from collections.abc import Awaitable, Callable

from bot.broadcast.authoring import draft
from bot.broadcast.authoring.admins import sentence
from bot.broadcast.authoring.checks import lint
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.draft_text import language_name, notices
from bot.broadcast.authoring.review_screens import Reach
from bot.broadcast.delivery.pricing import Offer, star_price
from bot.model.announcement import Announcement
from bot.model.audience import Audience, count_by_language
from bot.model.replies import Replies, Reply, SendPiece, SendText
from content.model import Campaign
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.store import Store

Balance = Callable[[], Awaitable[int | None]]


class Preview:
    """`rate` is messages a second; `balance` tells the bot's Stars, None when they could not be asked for."""

    def __init__(self, store: Store, campaign: Campaign, rate: float, balance: Balance) -> None:
        self._subscribers = store.subscribers
        self._campaign = campaign
        self._rate = rate
        self._balance = balance

    def said(self, one: Draft) -> Announcement:
        """What would be sent; raises KeyError where nothing is written."""
        return draft.announcement(one, notices(self._campaign))

    def findings(self, one: Draft) -> tuple[lint.Finding, ...]:
        languages = [str(lang) for lang in self._campaign.languages]
        return lint.in_order((*lint.findings(self.said(one), languages), *lint.of_sources(one)))

    async def reach(self, audience: Audience) -> Reach:
        number = (await count_by_language(self._subscribers, audience)).total()
        everyone = audience == Audience()
        total = number if everyone else await self._subscribers.count()
        return Reach(number, total, everyone, self._rate)

    async def offer(self, reach: Reach) -> Offer:
        """What faster than for free would cost. By the figure that is shown: the price must not tell another one."""
        wanted = star_price(reach.told or 0, self._rate)
        return Offer(wanted, await self._balance() if wanted else 0)

    def samples(self, one: Draft, reader: Reader) -> Replies:
        """Every language as it will arrive, under its name; and what arrives where somebody wants it discreet."""
        said, wanted, shown = self.said(one), one.audience.languages, list[Reply]()
        for lang in one.languages(self._campaign.languages):
            if wanted is None or lang in wanted:
                name = language_name(reader, lang)
                refused = reader.say("broadcast.not_taken", language=name)
                shown += [
                    SendText(Screen((Span(name, Style.BOLD),))),
                    SendPiece(said.piece(lang), error_text=refused),
                ]
        notice = said.notice(reader.lang)
        if notice:
            shown.append(SendText(sentence(reader, "broadcast.discreet_get", text=notice.text, label=notice.label)))
        return tuple(shown)

    async def own_sample(self, owner: int, one: Draft, reader: Reader) -> SendPiece:
        """What this admin would get, as loud as they want it."""
        known = await self._subscribers.get(owner)
        language = known.language if known else str(reader.lang)
        refused = reader.say("broadcast.not_taken", language=language_name(reader, language))
        silent = bool(known and (known.quiet or known.discreet))
        return SendPiece(self.said(one).piece(language), silent, refused)
