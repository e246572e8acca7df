"""Buttons that change something: their data carry the action, until when it holds, and who alone may press it.

    w.LANG.ACTION.UNTIL.MAC    UNTIL: hours since 1970 in base 36; MAC: 72 bits over all of it and the person's id

The key is made from the bot token: buttons live as long as the token does, and nothing more has to be kept secret.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from bot.model.events import UserId
from content.model import Lang
from content.screens.screen import DATA_LIMIT

EXPIRY_HOURS = 7 * 24  # how long a button changes something; after that it shows the present state instead
LEAVE_EXPIRY_HOURS = 400 * 24  # leaving stays one tap, however old the message
SIGNED_PREFIX = "w."  # how the data of these buttons begin
_LEAVING = ("leave", "forget")
_LANG = "[a-z]{2,3}(?:-[a-z0-9]{2,8})*"  # longer tags than the two letters of today are read, too
_FORM = re.compile(rf"w\.({_LANG})\.([a-z0-9.]{{1,30}})\.([0-9a-z]{{1,6}})\.([A-Za-z0-9_-]{{12}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedAction:
    """What a button that was verified asks for."""

    lang: Lang
    action: str
    is_expired: bool


class Signer:
    def __init__(self, token: str) -> None:
        self._key = hmac.digest(token.encode(), b"buttons 1", "sha256")

    def sign(self, user: UserId, lang: Lang, action: str, now: float) -> str:
        """The callback data of a button for `user`; `now` in seconds since 1970."""
        hours = LEAVE_EXPIRY_HOURS if action in _LEAVING else EXPIRY_HOURS
        head = f"w.{lang}.{action}.{_base36(int(now // 3600) + hours)}"
        data = f"{head}.{self._mac(user, head)}"
        if len(data) > DATA_LIMIT or not _FORM.fullmatch(data):
            raise ValueError(f"The action {action!r} does not fit into a button.")
        return data

    def verify(self, data: str, user: UserId, now: float) -> SignedAction | None:
        """What `user` may ask for with `data`; None when it is forged, altered, or somebody else's."""
        found = _FORM.fullmatch(data)
        if not found:
            return None
        lang, action, until, mac = found.groups()
        if not hmac.compare_digest(mac, self._mac(user, data.rpartition(".")[0])):
            return None
        return SignedAction(Lang(lang), action, is_expired=int(until, 36) * 3600 < now)

    def _mac(self, user: UserId, head: str) -> str:
        digest = hmac.digest(self._key, f"{user}\0{head}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:9]).decode()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
