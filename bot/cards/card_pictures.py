"""Answer the buttons that ask for cards, the pictures of a clause or of the demands on one addressee."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.cards.card_builder import card_name, requested_card
from bot.cards.card_renderer import CardRenderer
from bot.cards.card_text import CardText, page_label
from bot.chart.drawing_process import DrawingFailed
from bot.model.events import ButtonPress, Event
from bot.model.replies import CallbackReplies, SendPhoto, Toast
from content.screens.card_request import CardRequest, card_button, from_data
from content.screens.frame import hide_button
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, Span

_MOST_CARDS = 40  # in memory, with at most 60 kB a page
log = logging.getLogger(__name__)


class CardPictures:
    """Draw cards on request, and keep those requested last in memory.

    `username` is the bot's, for cards with a link to the bot. In inline queries, the bot offers everybody the cards
    that admins have requested. It does not offer cards that only other people have requested: everybody could see
    that somebody has read them.
    """

    def __init__(self, renderer: CardRenderer, username: str, *, is_admin: Callable[[int], bool]) -> None:
        self._renderer = renderer
        self._username = username
        self._is_admin = is_admin
        self._pages: dict[str, tuple[bytes, ...]] = {}  # by the name of the card, the last used one at the end
        self._lock = asyncio.Lock()  # held while a card is drawn, so that none is drawn twice

    async def replies(self, event: Event, reader: Reader) -> CallbackReplies | None:
        """Return the pages of the card that a button press in private asks for; None for any other event."""
        if not isinstance(event, ButtonPress) or not event.is_private:
            return None
        request = _request(event.data, replace(reader, username=self._username))
        if request is None:
            return None
        card, card_request, reader = request
        try:
            pages = await self._drawn(card)
        except DrawingFailed as error:
            log.warning("%s", error)
            return (Toast(reader.say("card.not_drawn")),)
        photos = _photos(card, pages, _rows(reader, card_request), hide=(hide_button(reader),))
        is_offered = self._is_admin(event.sender.id)
        return (Toast(), *(replace(photo, is_offered=is_offered) for photo in photos))

    async def _drawn(self, card: CardText) -> tuple[bytes, ...]:
        name = card_name(card)
        async with self._lock:
            pages = self._pages.pop(name, None) or await self._renderer.render(card)
            self._pages[name] = pages
            if len(self._pages) > _MOST_CARDS:
                del self._pages[next(iter(self._pages))]
        return pages


def _request(data: str, reader: Reader) -> tuple[CardText, CardRequest, Reader] | None:
    """Return the card that the callback data asks for, the parsed request, and a reader in the button's language.

    Return None if the data asks for no card, or for one that does not exist.
    """
    known = from_data(data)
    if known is None:
        return None
    request, lang = known
    reader = reader.speaking_if_known(lang)
    card = requested_card(reader, request)
    return (card, request, reader) if card else None


def _photos(card: CardText, pages: tuple[bytes, ...], rows: tuple[Row, ...], *, hide: Row) -> Iterator[SendPhoto]:
    """Yield a message for each page of a card.

    Each message has the row `hide`, whose button deletes the message. The last message also has `rows`, whose buttons
    ask for other forms of the card.
    """
    name = card_name(card)
    for number, page in enumerate(pages, 1):
        page_rows = (*rows, hide) if number == len(pages) else (hide,)
        caption = Screen((Span(_caption(card, number, len(pages))),), page_rows)
        yield SendPhoto(page, caption, f"{name}.{number}")


def _caption(card: CardText, number: int, count: int) -> str:
    """Return the caption of a page, such as "Clause 4", the title and "(1/3)".

    It has no link to the bot, because a caption is forwarded together with its picture.
    """
    lines = "\n".join(filter(None, (card.kind, card.title)))
    return lines if count == 1 else f"{lines} ({page_label(number, count, card.digits)})"


def _rows(reader: Reader, request: CardRequest) -> tuple[Row, ...]:
    """Return the buttons that ask for the same card in the other colours, and with or without a link."""
    shade, address = ("light" if request.is_dark else "dark"), ("without" if request.has_address else "with")
    other_shade = replace(request, is_dark=not request.is_dark)
    other_address = replace(request, has_address=not request.has_address)
    return (
        (card_button(reader.say(f"card.{shade}"), other_shade, reader.lang),),
        (card_button(reader.say(f"card.{address}_address"), other_address, reader.lang),),
    )
