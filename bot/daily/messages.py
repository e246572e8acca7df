"""Build the message of a daily clause: the clause in the subscriber's language, or a discreet notice in its place."""

from collections.abc import Callable
from typing import Any

from bot.broadcast.delivery.requests import RequestTemplate, request_template
from bot.flows.subscription import daily_screen
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.formatting import entities, keyboard
from content.model import Campaign, Lang
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.subscriptions.subscriber import Subscriber


class DailyMessages:
    """Build the message of a daily clause for a subscriber.

    `last_number` is the number of the last clause that subscribers get.
    """

    def __init__(self, campaign: Campaign, signer: Signer, now: Callable[[], float]) -> None:
        self._campaign = campaign
        self._signer = signer
        self._now = now
        self._clauses = {clause.number: clause for clause in campaign.clauses if clause.number}
        self.last_number = campaign.numbered_clause_count

    def request(self, subscriber: Subscriber, number: int) -> RequestTemplate:
        """Return the Bot API request that sends clause `number` to a subscriber.

        A subscriber with discreet delivery gets a neutral notice with a button that opens the clause.
        """
        reader, clause = Reader(self._campaign, self._language(subscriber)), self._clauses[number]
        if subscriber.discreet:
            notice = _notice_parameters(daily_screen.notice(reader, number))
            return request_template("sendMessage", notice, discreet=True)
        parameters = self._parameters(daily_screen.daily_clause(reader, clause), subscriber)
        return request_template("sendMessage", parameters | {"disable_notification": subscriber.quiet})

    def _parameters(self, screen: Screen, subscriber: Subscriber) -> dict[str, Any]:
        def sign(lang: Lang, action: str) -> str:
            return self._signer.sign(UserId(subscriber.chat), lang, action, self._now())

        markup = keyboard(screen.rows, sign)
        assert markup
        return {
            "text": screen.text,
            "entities": [entity.to_dict() for entity in entities(screen)],
            "link_preview_options": {"is_disabled": True},
            "reply_markup": markup.to_dict(),
        }

    def _language(self, subscriber: Subscriber) -> Lang:
        lang = Lang(subscriber.language)
        return lang if lang in self._campaign.languages else self._campaign.original


def _notice_parameters(notice: daily_screen.Notice) -> dict[str, Any]:
    button = {"text": notice.button.label, "callback_data": notice.button.data}
    return {
        "text": notice.text,
        "disable_notification": True,
        "protect_content": True,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[button]]},
    }
