"""Turn an announcement into API requests, and make them.

The JSON body is built once for each combination of language and choices that subscribers have. For each recipient
only the id of the chat is added.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from telegram.error import TelegramError

from bot.broadcast.delivery.results import outcome
from bot.broadcast.delivery.results.outcome import (
    EditResult,
    NotFound,
    NotSent,
    NotStarted,
    RefusedForGood,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooFewStars,
    Unknown,
)
from bot.model.announcement import Announcement, Notice, copy_callback_data, notice_callback_data
from bot.signing.signer import can_be_signed
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.sending.message_parameters import (
    Footer,
    announcement_footer,
    caption_parameters,
    link_preview_options,
    new_message,
    text_parameters,
)
from content.invisible import is_blank
from content.screens.screen import CallbackButton
from storage.deliveries.ledger import Entry
from storage.subscriptions.subscriber import Subscriber

_UNEXPECTED = "unexpected answer"  # a 401, 404 or 409 although the token works
DELETABLE_FOR = 48 * 3600.0  # seconds for which Telegram lets a message be deleted
CLEAN_AFTER = DELETABLE_FOR - 2 * 3600.0  # seconds from the first discreet message to the deletion of all

_OUTCOME_NAMES: Mapping[type[SendResult], str] = {
    Sent: "sent",
    RefusedForGood: "gone",
    NotFound: "not_found",
    NotStarted: "not_started",
    RefusedForNow: "refused",
    NotSent: "not_sent",
    Unknown: "unknown",
    TooFewStars: "too_few_stars",
    StopAll: "token_refused",
}


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A Bot API request that is complete but for the id of the chat.

    `discreet` says that the message is a discreet notice. `caption` says that the text is the caption of a photo or
    other media. The ledger stores both.
    """

    method: str
    json_after_chat: bytes = field(repr=False)
    discreet: bool = False
    caption: bool = False

    @property
    def is_new_message(self) -> bool:
        """Return whether the request sends a message; False if it edits or deletes one."""
        return self.method.startswith("send")

    def mark(self, entry: Entry) -> Entry:
        """Return a copy of the ledger entry with `discreet` and `caption` of this request."""
        return replace(entry, discreet=self.discreet, caption=self.caption)

    def body(self, chat: int) -> bytes:
        """Return the JSON body of the request to `chat`."""
        return b'{"chat_id":%d' % chat + self.json_after_chat


class RequestTemplates:
    """Build the requests of one broadcast. Requests that send are built once and reused.

    `settings_labels` has the label of the button for the settings in each language, and `copy_labels` that of the
    button for a signed copy. Without labels, messages have no such button.
    """

    def __init__(
        self,
        announcement: Announcement,
        number: int,
        settings_labels: Mapping[str, str] = MappingProxyType({}),
        copy_labels: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._announcement = announcement
        self._settings_labels = settings_labels
        self._copy_labels = copy_labels
        self._name = announcement.name or str(number)
        self._paid = {"allow_paid_broadcast": True} if announcement.paid else {}
        self._templates: dict[tuple[str, bool, bool, bool], RequestTemplate | None] = {}

    def for_subscriber(self, subscriber: Subscriber) -> RequestTemplate | None:
        """Return the request for a subscriber's language and choices; None if there is nothing to send to them."""
        choices = (subscriber.language, subscriber.quiet, subscriber.discreet, subscriber.text_only)
        if choices not in self._templates:
            self._templates[choices] = self._build(*choices)
        return self._templates[choices]

    def _build(self, language: str, quiet: bool, discreet: bool, text_only: bool) -> RequestTemplate | None:
        notice = self._announcement.notice(language) if discreet else None
        if notice is not None:
            return request_template("sendMessage", _notice_parameters(notice, self._name) | self._paid, discreet=True)
        piece = self._announcement.piece(language)
        common = self._paid | ({"disable_notification": True} if quiet or discreet else {})
        shown = piece.without_media() if text_only else piece
        if shown.media is None and is_blank(shown.text):
            return None
        call = new_message(shown, self._footer(language))
        return request_template(call.method, call.parameters | common, caption=shown.media is not None)

    def _footer(self, language: str) -> Footer:
        label, copy = self._label(self._settings_labels, language), self._label(self._copy_labels, language)
        can_be_copied = bool(copy) and can_be_signed(self._announcement.piece(language))
        button = CallbackButton(copy, copy_callback_data(self._name)) if can_be_copied else None
        return announcement_footer(label, button)

    def _label(self, labels: Mapping[str, str], language: str) -> str:
        return labels.get(language) or labels.get(self._announcement.default, "")

    def edit(self, entry: Entry) -> RequestTemplate | None:
        """Return the request that edits the sent message of a ledger entry.

        Return None for a discreet notice, and for a text message whose new text is blank.
        """
        piece = self._announcement.piece(entry.language)
        message = {"message_id": entry.message}
        if entry.discreet or (not entry.caption and is_blank(piece.text)):
            return None
        footer = self._footer(entry.language)
        if entry.caption:
            return request_template("editMessageCaption", message | caption_parameters(piece, footer))
        shown = piece.without_media() if piece.media else piece  # it went to somebody who chose text only
        return request_template("editMessageText", message | text_parameters(shown, footer))


def deletion(message: int) -> RequestTemplate:
    """Return the request that deletes a message."""
    return request_template("deleteMessage", {"message_id": message})


def request_template(
    method: str, parameters: dict[str, Any], *, discreet: bool = False, caption: bool = False
) -> RequestTemplate:
    """Return the request of a Bot API method; `parameters` are all parameters but `chat_id`."""
    return RequestTemplate(method, b"," + json.dumps(parameters).encode()[1:], discreet, caption)


def _notice_parameters(notice: Notice, name: str) -> dict[str, Any]:
    button = {"text": notice.label, "callback_data": notice_callback_data(name)}
    return {
        "text": notice.text,
        "disable_notification": True,
        "protect_content": True,
        "link_preview_options": link_preview_options(None),
        "reply_markup": {"inline_keyboard": [[button]]},
    }


class ApiClient:
    """Make requests and classify their results. A failed request is a result, never an exception.

    `latency` is the moving average of the seconds in which Telegram answers a request that sends. `on_message_date`
    is called for every sent message with the date that Telegram gives it. `outcomes` counts the calls that send, by
    the name of their result. `channel_outcomes` counts those that post in the channel, apart from these.
    """

    def __init__(self, transport: Transport, base_url: str, clock: Callable[[], float]) -> None:
        """`base_url` is `{BOT_API_URL}/bot{token}`; `clock` returns seconds that never go back."""
        self._transport = transport
        self._base_url = base_url
        self._clock = clock
        self.latency = 0.05
        self.outcomes = dict.fromkeys(_OUTCOME_NAMES.values(), 0)
        self.channel_outcomes = dict.fromkeys(_OUTCOME_NAMES.values(), 0)
        self._token_check: asyncio.Future[bool | None] | None = None
        self.on_message_date: Callable[[object], None] = lambda date: None

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        """Make one call that sends a message to `chat`, and count its result."""
        result = await self._send(request, chat)
        self.outcomes[_OUTCOME_NAMES[type(result)]] += 1
        return result

    async def post(self, request: RequestTemplate, chat: int) -> SendResult:
        """Make one call that posts in the channel `chat`. Count its result separately from calls to people."""
        result = await self._send(request, chat)
        self.channel_outcomes[_OUTCOME_NAMES[type(result)]] += 1
        return result

    async def fetch(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        """Call a method that changes nothing; return the status and the response. Raises TelegramError."""
        return await self._post(method, json.dumps(parameters).encode())

    async def _send(self, request: RequestTemplate, chat: int) -> SendResult:
        begun = self._clock()
        try:
            status, response = await self._post(request.method, request.body(chat))
        except TelegramError as error:
            return outcome.classify_error(error)
        self.latency += (self._clock() - begun - self.latency) / 20
        if isinstance(message := response.get("result"), dict):
            self.on_message_date(message.get("date"))
        result = outcome.classify_response(status, response)
        return await self._confirm_stop(result) if isinstance(result, StopAll) else result

    async def amend(self, request: RequestTemplate, chat: int) -> EditResult:
        """Make one call that edits or deletes a message in `chat`; repeating such a call does no harm."""
        try:
            status, response = await self._post(request.method, request.body(chat))
        except TelegramError as error:
            return outcome.classify_edit_error(error)
        result = outcome.classify_edit_response(status, response)
        if isinstance(result, StopAll) and not await self._is_token_refused():
            return Unknown(_UNEXPECTED)
        return result

    async def _post(self, method: str, body: bytes) -> tuple[int, dict[str, Any]]:
        return await self._transport.post_json(f"{self._base_url}/{method}", body)

    async def _confirm_stop(self, stop: StopAll) -> SendResult:
        """Return `stop` only if Telegram also refuses the token in `getMe`.

        One odd response about one chat must not stop everything.
        """
        match await self._is_token_refused():
            case True:
                return stop
            case False:
                return RefusedForNow(_UNEXPECTED)
            case None:
                return NotSent()

    async def _is_token_refused(self) -> bool | None:
        """Return whether Telegram refuses the token; None if Telegram cannot be reached now.

        Concurrent calls share one check.
        """
        if self._token_check is None or self._token_check.done():
            self._token_check = asyncio.ensure_future(self._check_token())
        return await asyncio.shield(self._token_check)

    async def _check_token(self) -> bool | None:
        try:
            status, response = await self._post("getMe", b"{}")
        except TelegramError:
            return None
        result = outcome.classify_response(status, response)
        return None if isinstance(result, NotSent) else isinstance(result, StopAll)
