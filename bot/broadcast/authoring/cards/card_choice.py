"""Handle the buttons with which an admin adds a card, a picture of a clause or demand, to an announcement."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.broadcast.authoring import editor_screens
from bot.broadcast.authoring.cards import card_page
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.editor_actions import Step
from bot.cards.card_builder import card_name, requested_card
from bot.cards.card_renderer import CardRenderer
from bot.cards.card_text import CardText
from bot.chart.drawing_process import DrawingFailed
from bot.model.announcement import Media, Piece
from bot.model.events import ChatId
from bot.model.replies import EditMessage, SendPhoto, SendText, Toast
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import Screen, Span

_DEADLINE = 30.0  # seconds to draw and upload a card; meanwhile the lock stops all admins from changing drafts
log = logging.getLogger(__name__)

Upload = Callable[[ChatId, SendPhoto], Awaitable[str | None]]


class CardChoice:
    """Handle presses on the screen of the editor on which an admin chooses a card for a draft.

    `upload` sends a picture to a person, and returns its file id, or None if Telegram did not accept the picture.
    """

    def __init__(self, renderer: CardRenderer, upload: Upload) -> None:
        self._renderer = renderer
        self._upload = upload

    async def press(self, choice: Sequence[str], draft: Draft, reader: Reader, owner: int) -> Step:
        """Return the draft and the replies after a press.

        `choice` is (LANGUAGE,) to open the screen, or (LANGUAGE, CARD) to attach a card. CARD is, for example, `c2`.
        """
        language, *card_choice = choice or ("",)
        if draft.edited_broadcast or not card_page.can_have_card(reader, language):
            return _old_button(draft, reader)
        if not card_choice:
            return _show_page(draft, reader, language)
        request = card_page.chosen_card(reader, card_choice[0])
        card = requested_card(reader.speaking(Lang(language)), request) if request else None
        return await self._attach(card, draft, reader, owner=owner) if card else _old_button(draft, reader)

    async def _attach(self, card: CardText, draft: Draft, reader: Reader, *, owner: int) -> Step:
        """Send the card to the admin, and attach it to the draft's text in the language of the card.

        If the card cannot be drawn or sent, or has several pages, return a screen that says so, with the unchanged
        draft.
        """
        try:
            async with asyncio.timeout(_DEADLINE):
                pages = await self._renderer.render(card)
                if len(pages) > 1:
                    headline = reader.say("attach_card.too_long", number=len(pages))
                    return _show_page(draft, reader, card.lang, headline)
                file_id = await self._upload(ChatId(owner), _preview(card, pages[0]))
        except (DrawingFailed, TimeoutError) as error:
            log.warning("A card was not attached: %s", error or "it took too long")
            file_id = None
        if file_id is None:
            return _show_page(draft, reader, card.lang, reader.say("attach_card.failed"))
        after = with_picture(draft, card.lang, file_id)
        headline = reader.say("attach_card.attached", language=reader.language_name(card.lang))
        return Step(after, (Toast(), SendText(editor_screens.text(reader, after, card.lang, headline))))


def with_picture(draft: Draft, language: str, file_id: str) -> Draft:
    """Return the draft with a photo, which Telegram knows as `file_id`, added to its text in `language`.

    The draft then waits for the admin's next message, which will replace this text.
    """
    text = draft.pieces.get(language, Piece("")).without_media()
    after = draft.with_piece(language, replace(text, media=Media.PHOTO, file_id=file_id))
    return replace(after, awaiting=f"text.{language}")


def _preview(card: CardText, page: bytes) -> SendPhoto:
    caption = "\n".join(filter(None, (card.kind, card.title)))
    return SendPhoto(page, Screen((Span(caption),)), f"{card_name(card)}.1")


def _show_page(draft: Draft, reader: Reader, language: str, headline: str = "") -> Step:
    return Step(draft, (Toast(), EditMessage(card_page.screen(reader, language, headline))))


def _old_button(draft: Draft, reader: Reader) -> Step:
    main = editor_screens.main(reader, draft)
    return Step(draft, (Toast(reader.say("toast.old_button")), EditMessage(main)))
