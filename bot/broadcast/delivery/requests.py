"""From an announcement to calls: one JSON body a language and choice, made once; only the chat is put in."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from telegram.error import TelegramError

from bot.broadcast.delivery.results import outcome
from bot.broadcast.delivery.results.outcome import EditResult, NotSent, RefusedForNow, SendResult, StopAll, Unknown
from bot.model.announcement import Announcement, Notice, notice_callback_data
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.sending.message_parameters import (
    caption_parameters,
    link_preview_options,
    new_message,
    text_parameters,
)
from content.invisible import is_blank
from storage.deliveries.ledger import Entry
from storage.subscriptions.subscriber import Subscriber

_ODD = "unexpected answer"  # which Telegram gives to no call like this
DELETABLE_FOR = 48 * 3600.0  # seconds for which Telegram lets a message be deleted
CLEAN_AFTER = DELETABLE_FOR - 2 * 3600.0  # from the first discreet push to the deletion of all


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A call but for its chat. `discreet` and `caption` are what the ledger is to remember of it."""

    method: str
    rest: bytes = field(repr=False)  # of the JSON, after the chat's number
    discreet: bool = False
    caption: bool = False

    def noted(self, entry: Entry) -> Entry:
        return replace(entry, discreet=self.discreet, caption=self.caption)

    def body(self, chat: int) -> bytes:
        return b'{"chat_id":%d' % chat + self.rest


class RequestTemplates:
    """The forms of one broadcast; None where there is nothing to send to somebody who chose so."""

    def __init__(self, announcement: Announcement, number: int) -> None:
        self._said = announcement
        self._name = announcement.name or str(number)
        self._paid = {"allow_paid_broadcast": True} if announcement.paid else {}
        self._made: dict[tuple[str, bool, bool, bool], RequestTemplate | None] = {}

    def for_subscriber(self, one: Subscriber) -> RequestTemplate | None:
        choice = (one.language, one.quiet, one.discreet, one.text_only)
        if choice not in self._made:
            self._made[choice] = self._form(*choice)
        return self._made[choice]

    def _form(self, language: str, quiet: bool, discreet: bool, text_only: bool) -> RequestTemplate | None:
        notice = self._said.notice(language) if discreet else None
        if notice is not None:
            return request_template("sendMessage", _notice(notice, self._name) | self._paid, discreet=True)
        piece = self._said.piece(language)
        silent = self._paid | ({"disable_notification": True} if quiet or discreet else {})
        shown = piece.without_media() if text_only else piece
        if shown.media is None and is_blank(shown.text):
            return None
        call = new_message(shown)
        return request_template(call.method, call.parameters | silent, caption=shown.media is not None)

    def edit(self, entry: Entry) -> RequestTemplate | None:
        """The edit of a message that was sent; None where it has nothing to say. Notices stay as they are."""
        piece = self._said.piece(entry.language)
        numbered = {"message_id": entry.message}
        if entry.discreet or (not entry.caption and is_blank(piece.text)):
            return None
        if entry.caption:
            return request_template("editMessageCaption", numbered | caption_parameters(piece))
        shown = piece.without_media() if piece.media else piece  # to somebody who chose text only
        return request_template("editMessageText", numbered | text_parameters(shown))


def deletion(message: int) -> RequestTemplate:
    return request_template("deleteMessage", {"message_id": message})


def request_template(
    method: str, said: dict[str, Any], discreet: bool = False, caption: bool = False
) -> RequestTemplate:
    """The call of `method` that says this."""
    return RequestTemplate(method, b"," + json.dumps(said).encode()[1:], discreet, caption)


def _notice(notice: Notice, name: str) -> dict[str, Any]:
    button = {"text": notice.label, "callback_data": notice_callback_data(name)}
    return {
        "text": notice.text,
        "disable_notification": True,
        "protect_content": True,
        "link_preview_options": link_preview_options(None),
        "reply_markup": {"inline_keyboard": [[button]]},
    }


class ApiClient:
    """Makes calls; what became of them is never an exception. `latency` is what a call takes, in seconds.

    `hear_date` is told Telegram's date of every message that was sent.
    """

    def __init__(self, wire: Transport, api: str, clock: Callable[[], float]) -> None:
        """`api` is `{BOT_API_URL}/bot{token}`."""
        self._wire = wire
        self._api = api
        self._clock = clock
        self.latency = 0.05
        self._asking: asyncio.Future[bool | None] | None = None
        self.on_message_date: Callable[[object], None] = lambda date: None

    async def send(self, form: RequestTemplate, chat: int) -> SendResult:
        begun = self._clock()
        try:
            status, said = await self._wire.post_json(f"{self._api}/{form.method}", form.body(chat))
        except TelegramError as error:
            return outcome.classify_error(error)
        self.latency += (self._clock() - begun - self.latency) / 20
        if isinstance(result := said.get("result"), dict):
            self.on_message_date(result.get("date"))
        fate = outcome.classify_response(status, said)
        if not isinstance(fate, StopAll):
            return fate
        match await self._is_token_refused():
            case True:
                return fate
            case False:
                return RefusedForNow(_ODD)
            case None:
                return NotSent()

    async def amend(self, form: RequestTemplate, chat: int) -> EditResult:
        """An edit or a deletion, which may be repeated."""
        try:
            status, said = await self._wire.post_json(f"{self._api}/{form.method}", form.body(chat))
        except TelegramError as error:
            return outcome.classify_edit_error(error)
        changed = outcome.classify_edit_response(status, said)
        if isinstance(changed, StopAll) and not await self._is_token_refused():
            return Unknown(_ODD)
        return changed

    async def _is_token_refused(self) -> bool | None:
        """Ask Telegram who we are: one odd answer about one chat is no reason to stop everything.

        Several who ask at once share an answer. None: it cannot be asked now.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._ask_token())
        return await asyncio.shield(self._asking)

    async def _ask_token(self) -> bool | None:
        try:
            status, said = await self._wire.post_json(f"{self._api}/getMe", b"{}")
        except TelegramError:
            return None
        fate = outcome.classify_response(status, said)
        return None if isinstance(fate, NotSent) else isinstance(fate, StopAll)
