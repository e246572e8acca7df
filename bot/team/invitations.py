"""Create the secrets of invitation links, recognize them, and limit guesses. Pure, except for the counts of guesses.

A link works once, within an hour. Only a hash of its secret is stored. A secret has 128 random bits, so no guess can
succeed. The limit makes guesses visible in the log.
"""

import hmac
import secrets
from collections import deque
from collections.abc import Iterable
from hashlib import sha256

from bot.team.members import Invitation

VALID_FOR = 3600.0  # seconds
_GUESSES_OF_ONE = 5  # wrong links of one person in an hour; afterwards right ones do not work either
_GUESSES_OF_ALL = 1000  # of all people together; this limits the memory, and no person alone can reach it
_WINDOW = 3600.0  # seconds
_PREFIX = "join-"
_BYTES = 16


def new_secret() -> str:
    """Return a new random secret: 22 characters of those that Telegram allows in a deep link."""
    return secrets.token_urlsafe(_BYTES)


def link(username: str, secret: str) -> str:
    """Return the invitation link with this secret. `username` is that of the bot."""
    return f"https://t.me/{username}?start={_PREFIX}{secret}"


def secret_in(payload: str) -> str | None:
    """Return the secret in the payload of a deep link; None if the link is not an invitation."""
    return payload.removeprefix(_PREFIX) if payload.startswith(_PREFIX) else None


def digest_of(secret: str) -> str:
    """Return the hash under which the invitation with this secret is stored."""
    return sha256(secret.encode()).hexdigest()


def matching(invitations: Iterable[Invitation], digest: str, now: float) -> Invitation | None:
    """Return the valid invitation with the hash `digest`; None if there is none.

    Hashes are compared in constant time.
    """
    equal = [invitation for invitation in invitations if hmac.compare_digest(invitation.digest, digest)]
    return next((invitation for invitation in equal if now < invitation.expires <= now + VALID_FOR), None)


class GuessLimiter:
    """Count how many invalid invitation links each person opened in the last hour, in memory only.

    In the methods, `now` is in seconds of any monotonic clock.
    """

    def __init__(self) -> None:
        self._wrong: deque[tuple[float, int]] = deque()

    def is_limited(self, user: int, now: float) -> bool:
        """Return whether `user`, or all people together, have opened too many invalid invitation links."""
        while self._wrong and self._wrong[0][0] <= now - _WINDOW:
            self._wrong.popleft()
        of_user = sum(guesser == user for _, guesser in self._wrong)
        return of_user >= _GUESSES_OF_ONE or len(self._wrong) >= _GUESSES_OF_ALL

    def add_wrong(self, user: int, now: float) -> None:
        """Count an invalid invitation link that `user` opened."""
        self._wrong.append((now, user))
