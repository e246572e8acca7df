"""The message of a daily clause: the clause's own screen in the person's language, or a discreet notice."""

from collections.abc import Callable
from typing import Any

from bot.broadcast.delivery.requests import RequestTemplate, made
from bot.flows import daily_screen
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.formatting import entities, keyboard
from content.model import Campaign, Clause, Lang
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.subscriptions.subscriber import Subscriber


class DailyMessages:
    """`last` is the number of the last one."""

    def __init__(self, campaign: Campaign, signer: Signer, now: Callable[[], float]) -> None:
        self._campaign = campaign
        self._signer = signer
        self._now = now
        self._numbered = {clause.number: clause for clause in campaign.clauses if clause.number}
        self.last = campaign.numbered_clause_count

    def form(self, one: Subscriber, number: int) -> RequestTemplate:
        reader, clause = Reader(self._campaign, self._language(one)), self._numbered[number]
        if one.discreet:
            return made("sendMessage", _notice(reader, self._opens(reader, clause, one)), discreet=True)
        screen = daily_screen.clause(reader, clause)
        return made("sendMessage", self._said(screen, one) | {"disable_notification": one.quiet})

    def _opens(self, reader: Reader, clause: Clause, one: Subscriber) -> str:
        """What the button of a discreet notice does."""
        if clause.number == self.last:
            return self._signer.sign(UserId(one.chat), reader.lang, daily_screen.LAST, self._now())
        return reader.callback_data(clause)

    def _said(self, screen: Screen, one: Subscriber) -> dict[str, Any]:
        def sign(lang: Lang, action: str) -> str:
            return self._signer.sign(UserId(one.chat), lang, action, self._now())

        markup = keyboard(screen.rows, sign)
        assert markup
        return {
            "text": screen.text,
            "entities": [entity.to_dict() for entity in entities(screen)],
            "link_preview_options": {"is_disabled": True},
            "reply_markup": markup.to_dict(),
        }

    def _language(self, one: Subscriber) -> Lang:
        lang = Lang(one.language)
        return lang if lang in self._campaign.languages else self._campaign.original


def _notice(reader: Reader, opens: str) -> dict[str, Any]:
    button = {"text": reader.say("push.show"), "callback_data": opens}
    return {
        "text": reader.say("push.discreet"),
        "disable_notification": True,
        "protect_content": True,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[button]]},
    }
