"""Sign the callback data of buttons that change stored data, so that only one person can use each button.

    w.LANG.ACTION.UNTIL.MAC    UNTIL: the expiry, in hours since 1970, in base 36; MAC: 72 bits over the person's id
                               and all parts before it

The key is derived from the bot token. So buttons work as long as the token does, and there is no further secret.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from bot.model.events import ButtonPress, SignedPress, UserId
from content.model import Lang
from content.screens.screen import DATA_LIMIT

EXPIRY_HOURS = 7 * 24  # in which a button changes something; afterwards a press only shows the current state
LEAVE_EXPIRY_HOURS = 400 * 24  # leaving is one tap, however old the message is
SIGNED_PREFIX = "w."  # of the data of these buttons
_LEAVING = ("leave", "forget")
_LANG = "[a-z]{2,3}(?:-[a-z0-9]{2,8})*"  # today's tags have two letters; longer ones are read too
_FORM = re.compile(rf"w\.({_LANG})\.([a-z0-9.]{{1,30}})\.([0-9a-z]{{1,6}})\.([A-Za-z0-9_-]{{12}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedAction:
    """The content of a button whose signature is valid.

    `lang` is the language of the button, and `action` names what it does, such as `quiet.1`. If `is_expired`, the
    button is too old, and the action must not be carried out.
    """

    lang: Lang
    action: str
    is_expired: bool


class Signer:
    """Sign and verify the callback data of buttons, with a key that is derived from the bot token."""

    def __init__(self, token: str) -> None:
        self._key = hmac.digest(token.encode(), b"buttons 1", "sha256")

    def sign(self, user: UserId, lang: Lang, action: str, now: float) -> str:
        """Return the signed callback data of a button for `user`. `now` is in seconds since 1970.

        Raises ValueError when the action does not fit into the 64 bytes that Telegram allows.
        """
        hours = LEAVE_EXPIRY_HOURS if action in _LEAVING else EXPIRY_HOURS
        head = f"w.{lang}.{action}.{_base36(int(now // 3600) + hours)}"
        data = f"{head}.{self._mac(user, head)}"
        if len(data) > DATA_LIMIT or not _FORM.fullmatch(data):
            raise ValueError(f"The action {action!r} does not fit into a button: shorten it.")
        return data

    def verify(self, data: str, user: UserId, now: float) -> SignedAction | None:
        """Return the action in `data`; None when it has no valid signature for `user`."""
        matched = _FORM.fullmatch(data)
        if not matched:
            return None
        lang, action, until, mac = matched.groups()
        if not hmac.compare_digest(mac, self._mac(user, data.rpartition(".")[0])):
            return None
        return SignedAction(Lang(lang), action, is_expired=int(until, 36) * 3600 < now)

    def _mac(self, user: UserId, head: str) -> str:
        digest = hmac.digest(self._key, f"{user}\0{head}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:9]).decode()


def signed_press(event: ButtonPress, action: str, lang: Lang, *, is_expired: bool) -> SignedPress:
    """Convert the button press `event`, whose signature was verified, to a SignedPress to be answered in `lang`."""
    return SignedPress(
        query=event.query,
        chat=event.chat,
        sender=event.sender,
        message=event.message,
        lang=lang,
        action=action,
        is_expired=is_expired,
        thread=event.thread,
    )


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
