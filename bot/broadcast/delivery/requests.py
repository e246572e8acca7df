"""Build Bot API requests from an announcement, and make them.

A JSON body is built once for each combination of language and choices of subscribers. For each recipient, only the
chat id is added.
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
CLEAN_AFTER = DELETABLE_FOR - 2 * 3600.0  # seconds from the first discreet notice to the deletion of all

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
    """A Bot API request that lacks only the chat id.

    `discreet` is True if it sends a discreet notice, and `caption` if the text is the caption of media. Both are
    stored in the recipient's ledger row.
    """

    method: str
    json_after_chat: bytes = field(repr=False)
    discreet: bool = False
    caption: bool = False

    @property
    def is_new_message(self) -> bool:
        """Return whether the request sends a new message, and does not edit or delete one."""
        return self.method.startswith("send")

    def mark(self, entry: Entry) -> Entry:
        """Return a copy of the ledger row `entry` with the values of `discreet` and `caption` of this request."""
        return replace(entry, discreet=self.discreet, caption=self.caption)

    def body(self, chat: int) -> bytes:
        """Return the JSON body of the request to `chat`."""
        return b'{"chat_id":%d' % chat + self.json_after_chat


class RequestTemplates:
    """Build the Bot API requests of one broadcast.

    A request that sends the announcement is built once for each language and combination of choices, such as text
    only, and then reused. `settings_labels` has, by language, the label of the settings button, and `copy_labels`
    that of the button for a signed copy. Without labels, messages have no such button.
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
        """Return the request that sends the announcement to a subscriber; None if there is nothing to send.

        It depends on the subscriber's language and choices: silent, discreet, text only.
        """
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
        """Return the request that edits the message of the ledger row `entry`.

        Return None if the message is a discreet notice, or a text message whose new text is blank.
        """
        piece = self._announcement.piece(entry.language)
        message = {"message_id": entry.message}
        if entry.discreet or (not entry.caption and is_blank(piece.text)):
            return None
        footer = self._footer(entry.language)
        if entry.caption:
            return request_template("editMessageCaption", message | caption_parameters(piece, footer))
        shown = piece.without_media() if piece.media else piece  # the recipient chose text only
        return request_template("editMessageText", message | text_parameters(shown, footer))


def deletion(message: int) -> RequestTemplate:
    """Return the request that deletes a message."""
    return request_template("deleteMessage", {"message_id": message})


def request_template(
    method: str, parameters: dict[str, Any], *, discreet: bool = False, caption: bool = False
) -> RequestTemplate:
    """Return a template for the Bot API method `method`. `parameters` are all its parameters except `chat_id`."""
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
    """Make Bot API requests and classify their results. A failed request is a result, not an exception.

    `latency` is the moving average of the time, in seconds, that Telegram takes to answer a send request.
    `on_message_date` is called with the date of every sent message. `outcomes` counts send requests by the name of
    their result; `channel_outcomes` counts posts in the channel.
    """

    def __init__(self, transport: Transport, base_url: str, clock: Callable[[], float]) -> None:
        """`base_url` is `{BOT_API_URL}/bot{token}`. `clock` returns a monotonic time in seconds."""
        self._transport = transport
        self._base_url = base_url
        self._clock = clock
        self.latency = 0.05
        self.outcomes = dict.fromkeys(_OUTCOME_NAMES.values(), 0)
        self.channel_outcomes = dict.fromkeys(_OUTCOME_NAMES.values(), 0)
        self._token_check: asyncio.Future[bool | None] | None = None
        self.on_message_date: Callable[[object], None] = lambda date: None

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        """Make a request that sends a message to `chat`, and count its result in `outcomes`."""
        result = await self._send(request, chat)
        self.outcomes[_OUTCOME_NAMES[type(result)]] += 1
        return result

    async def post(self, request: RequestTemplate, chat: int) -> SendResult:
        """Make a request that posts in the channel `chat`, and count its result in `channel_outcomes`."""
        result = await self._send(request, chat)
        self.channel_outcomes[_OUTCOME_NAMES[type(result)]] += 1
        return result

    async def fetch(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        """Call a method that changes nothing. Return the HTTP status and the JSON response. Raises TelegramError."""
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
        """Make a request that edits or deletes a message in `chat`. To repeat it does no harm."""
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
        """Return `stop`, which ends the whole bot, only if `getMe` shows too that Telegram refuses the token.

        A single odd response must not stop the bot. If `getMe` succeeds, return RefusedForNow. If Telegram cannot be
        reached, return NotSent.
        """
        match await self._is_token_refused():
            case True:
                return stop
            case False:
                return RefusedForNow(_UNEXPECTED)
            case None:
                return NotSent()

    async def _is_token_refused(self) -> bool | None:
        """Call `getMe` and return whether Telegram refuses the token; None if Telegram cannot be reached.

        Concurrent calls share one request.
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
