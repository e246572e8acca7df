"""Show admins what a draft would become: samples in every language, problems, recipients and price."""

from collections.abc import Awaitable, Callable, Iterable, Iterator

from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring.admins import phrase_screen
from bot.broadcast.authoring.checks import lint
from bot.broadcast.authoring.checks.signatures import signing_problems
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.draft_text import channel_line, notices
from bot.broadcast.authoring.review_screens import Reach
from bot.broadcast.delivery.pricing import Offer, star_price
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE, Audience, count_by_language
from bot.model.replies import Replies, Reply, SendPiece, SendText
from bot.signing.signer import AnnouncementSigner
from content.model import Campaign, Lang
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.store import Store

Balance = Callable[[], Awaitable[int | None]]


class Preview:
    """Compute what a draft would become: the announcement, its problems, recipients, price and samples.

    `rate` is in messages per second. `balance` returns how many Stars the bot has, or None if Telegram did not
    answer.
    """

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        rate: float,
        balance: Balance,
        signer: AnnouncementSigner | None = None,
    ) -> None:
        self._subscribers = store.subscribers
        self._campaign = campaign
        self._rate = rate
        self._balance = balance
        self._signer = signer or AnnouncementSigner(campaign)

    def announcement(self, draft: Draft) -> Announcement:
        """Return the announcement that `draft` would become. Raises KeyError if no language has a text."""
        return draft_model.to_announcement(draft, notices(self._campaign))

    def problems(self, draft: Draft) -> tuple[lint.LintProblem, ...]:
        """Return the problems of a draft. Those that forbid sending come first; the others are warnings.

        They concern the content, the signatures, and texts that are sent with a picture or buttons of another
        language. Parts of the admin's messages that the bot does not send are problems too.
        """
        languages = [str(language) for language in self._campaign.languages]
        announcement = self.announcement(draft)
        content = lint.content_problems(announcement, languages)
        signing = signing_problems(announcement, self._signer)
        return lint.in_order((*content, *lint.source_problems(draft), *lint.mixing_problems(draft), *signing))

    async def reach(self, audience: Audience) -> Reach:
        """Return how many subscribers an announcement for `audience` would reach now."""
        number = (await count_by_language(self._subscribers, audience)).total()
        is_everyone = audience == EVERYONE
        total = number if is_everyone else await self._subscribers.count()
        return Reach(number, total, is_everyone=is_everyone, rate=self._rate)

    async def offer(self, reach: Reach) -> Offer:
        """Return an Offer: the price in Stars of sending faster than Telegram allows for free, and the bot's balance.

        The price is computed from the rounded number of recipients that admins see. An exact price would reveal the
        exact number.
        """
        price = star_price(reach.shown_number or 0, self._rate)
        return Offer(price, await self._balance() if price else 0)

    def samples(self, draft: Draft, reader: Reader) -> Replies:
        """Return the draft's message in each language of its audience, each below the name of the language.

        Then follow the notice for discreet delivery and a line about the posts in the channel.
        """
        announcement, wanted = self.announcement(draft), draft.audience.languages
        languages = draft.languages(self._campaign.languages)
        chosen = [language for language in languages if wanted is None or language in wanted]
        replies = announcement_samples(announcement, chosen, reader)
        if notice := announcement.notice(reader.lang):
            screen = phrase_screen(reader, "broadcast.discreet_get", text=notice.text, label=notice.label)
            replies.append(SendText(screen))
        for line in channel_line(reader, draft):
            replies.append(SendText(Screen((Span(f"{line}\n{reader.say('channel.without_button')}"),))))
        return tuple(replies)

    async def own_sample(self, owner: int, draft: Draft, reader: Reader) -> SendPiece:
        """Return the message that this admin would receive as a subscriber.

        It makes no sound if they are subscribed and have chosen silent or discreet messages.
        """
        subscriber = await self._subscribers.get(owner)
        language = subscriber.language if subscriber else str(reader.lang)
        is_silent = bool(subscriber and (subscriber.quiet or subscriber.discreet))
        piece, label = self.announcement(draft).piece(language), _settings_label(reader, language)
        return SendPiece(piece, is_silent, _error_text(reader, language), label)


def announcement_samples(announcement: Announcement, languages: Iterable[str], reader: Reader) -> list[Reply]:
    """Return the announcement's message in each of `languages`, each below the name of the language."""
    return [reply for language in languages for reply in _sample(announcement, language, reader)]


def _sample(announcement: Announcement, language: str, reader: Reader) -> Iterator[Reply]:
    yield SendText(Screen((Span(reader.language_name(language), Style.BOLD),)))
    piece, error_text = announcement.piece(language), _error_text(reader, language)
    yield SendPiece(piece, error_text=error_text, settings_label=_settings_label(reader, language))


def _settings_label(reader: Reader, language: str) -> str:
    """Return the label, in `language`, of the settings button below announcements."""
    campaign = reader.campaign
    book = campaign.phrasebooks.get(Lang(language), campaign.phrasebooks[campaign.original])
    return book.say("button.settings")


def _error_text(reader: Reader, language: str) -> str:
    return reader.say("broadcast.not_taken", language=reader.language_name(language))
