"""The settings of a playground, and their validation."""

import ipaddress
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

TOKEN = "7000001:the-box-has-no-secrets-this-is-public"  # noqa: S105 -- serves on loopback only; printed and published
_TOKEN = re.compile(r"\d{1,15}:[\w-]{1,100}")
_BOT = re.compile(r"(?P<token>\d{1,15}:[\w-]{1,100})(?:@(?P<username>[A-Za-z]\w{4,31}))?")
ADMINS = (1009, 1010)  # two, so that one can approve the announcements of the other
PEOPLE = (
    (1001, "Maryam", "fa"),
    (1002, "Zarghuna", "ps"),
    (1003, "Emma", "en"),
    (ADMINS[0], "Admin", "en"),
    (ADMINS[1], "Second admin", "en"),
)
GROUP = (-2001, "Reading circle")
CHANNEL = (-1002778, "Campaign channel", "campaign_channel")  # id, title and username
MAX_BULK_USERS = 5_000_000
MIN_BULK_USER_ID = 10_000  # lower ids belong to the named people


@dataclass(frozen=True, slots=True)
class BotAccount:
    """The token and username of one bot."""

    token: str
    username: str

    @property
    def id(self) -> int:
        """Return the bot's user id, which is the first part of its token."""
        return int(self.token.partition(":")[0])


@dataclass(frozen=True, slots=True)
class PlaygroundSettings:
    """The settings of a playground. Raises ValueError with a sentence about the first wrong value.

    Port 0 is any free port. `rate` is the flood limit of each bot in messages a second, and `latency` the delay of
    every response in seconds. Each of `bots` is a token or `token@username`.

    `bulk_users` is the number of users for load tests, whose messages are only counted. Their ids start at
    `first_bulk_user_id`. `clock` returns Unix time. `seed` makes the random choice of faults repeatable. `notice` is
    a sentence above the web chat.
    """

    host: str = "127.0.0.1"
    port: int = 8081
    rate: float = 30.0
    has_flood_limits: bool = True
    latency: float = 0.0
    bots: tuple[str, ...] = (TOKEN,)
    bulk_users: int = 0
    first_bulk_user_id: int = 10_000_000
    clock: Callable[[], float] = time.time
    seed: int | None = None
    notice: str = ""

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(
                f"The playground serves this machine only, not {self.host}: use 127.0.0.1, ::1 or localhost."
            )
        if not 0 <= self.port <= 65535:
            raise ValueError(f"The port must be a number from 0 (any) to 65535, not {self.port}.")
        if not 0 <= self.bulk_users <= MAX_BULK_USERS:
            raise ValueError(f"There can be 0 to {MAX_BULK_USERS} bulk users, not {self.bulk_users}.")
        if not MIN_BULK_USER_ID <= self.first_bulk_user_id <= 2**51:
            raise ValueError(
                f"The ids of bulk users must start at {MIN_BULK_USER_ID} to 2^51, not at {self.first_bulk_user_id}."
            )
        if not 0 < self.rate <= 1_000_000:
            raise ValueError(f"The rate must be above 0 and at most 1000000 messages a second, not {self.rate}.")
        if not 0 <= self.latency <= 60:
            raise ValueError(f"The latency must be 0 to 60 seconds, not {self.latency}.")
        if not self.bots or len({bot.id for bot in self.bot_accounts()}) < len(self.bots):
            raise ValueError("Give at least one bot, and each bot a different id.")

    def bot_accounts(self) -> list[BotAccount]:
        """Return the bots in the order of the settings. A bot without a username gets a default username."""
        return [_bot_account(text, index) for index, text in enumerate(self.bots)]


def is_loopback(host: str) -> bool:
    """Return whether a host name or IP address is localhost or a loopback address."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_token(text: str) -> bool:
    """Return whether a text has the form of a bot token."""
    return _TOKEN.fullmatch(text) is not None


def _bot_account(text: str, index: int) -> BotAccount:
    match = _BOT.fullmatch(text)
    if not match:
        raise ValueError("Give a bot as ID:SECRET or ID:SECRET@username, the form of BotFather's tokens.")
    username = match["username"] or ("declaration_bot" if index == 0 else f"declaration_{index + 1}_bot")
    return BotAccount(match["token"], username)
