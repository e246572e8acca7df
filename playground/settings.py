"""How a box is set up, with every value checked when it is given."""

import ipaddress
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

TOKEN = "7000001:the-box-has-no-secrets-this-is-public"  # noqa: S105 -- a box on loopback; it is printed and published
_TOKEN = re.compile(r"\d{1,15}:[\w-]{1,100}")
_BOT = re.compile(r"(?P<token>\d{1,15}:[\w-]{1,100})(?:@(?P<username>[A-Za-z]\w{4,31}))?")
PEOPLE = ((1001, "Maryam", "fa"), (1002, "Zarghuna", "ps"), (1003, "Emma", "en"), (1009, "Admin", "en"))
ADMIN = 1009
GROUP = (-2001, "Reading circle")
MOST_QUIET = 5_000_000
FIRST_QUIET = 10_000  # below live the named people


@dataclass(frozen=True, slots=True)
class BotSetting:
    token: str
    username: str

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Settings:
    """`rate` is messages a second and bot, `latency` seconds before every answer, `clock` Unix time."""

    host: str = "127.0.0.1"
    port: int = 8081
    rate: float = 30.0
    unpaced: bool = False
    latency: float = 0.0
    bots: tuple[str, ...] = (TOKEN,)
    quiet_people: int = 0
    first_id: int = 10_000_000
    clock: Callable[[], float] = time.time
    seed: int | None = None

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(f"The box serves this machine only, not {self.host}: use 127.0.0.1, ::1 or localhost.")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"A port is a number from 0 (any) to 65535, not {self.port}.")
        if not 0 <= self.quiet_people <= MOST_QUIET:
            raise ValueError(f"There can be 0 to {MOST_QUIET} quiet people, not {self.quiet_people}: ask for fewer.")
        if not FIRST_QUIET <= self.first_id <= 2**51:
            raise ValueError(f"Quiet people's ids begin at {FIRST_QUIET} to 2^51, not at {self.first_id}.")
        if not 0 < self.rate <= 1_000_000:
            raise ValueError(f"A rate is above 0 and at most 1000000 messages a second, not {self.rate}.")
        if not 0 <= self.latency <= 60:
            raise ValueError(f"The latency is 0 to 60 seconds, not {self.latency}.")
        if not self.bots or len({bot.id for bot in self.bot_settings()}) < len(self.bots):
            raise ValueError("Every bot of the box needs an id of its own, and there must be one at least.")

    def bot_settings(self) -> list[BotSetting]:
        return [_bot(given, at) for at, given in enumerate(self.bots)]


def is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def looks_like_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def _bot(given: str, at: int) -> BotSetting:
    match = _BOT.fullmatch(given)
    if not match:
        raise ValueError("A bot is given as ID:SECRET or ID:SECRET@username, as BotFather's tokens look.")
    username = match["username"] or ("declaration_bot" if at == 0 else f"declaration_{at + 1}_bot")
    return BotSetting(match["token"], username)
