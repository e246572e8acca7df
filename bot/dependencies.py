"""Define the set of objects that `app` creates first and passes to the modules that create all others."""

from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot

from bot.audit.denials import Denials
from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.preview import Balance
from bot.chart.renderer import ChartRenderer
from bot.panic.freeze import Freeze
from bot.runtime.clock_guard import ClockGuard
from bot.second_factor.secret_messages import SendPhoto
from bot.settings import Settings
from bot.signing.signer import AnnouncementSigner
from bot.team.membership import Team
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.sender import ReplySender
from content.model import Campaign
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The objects that `app` creates first, and that most other objects need. `now` returns Unix time."""

    settings: Settings
    campaign: Campaign
    store: Store
    limiter: RateLimiter
    sender: ReplySender
    renderer: ChartRenderer
    balance: Balance
    signer: Signer
    announcement_signer: AnnouncementSigner
    clock_guard: ClockGuard
    freeze: Freeze
    team: Team
    trail: AuditTrail
    denials: Denials
    bot: Bot
    username: str  # of the bot
    send_photo: SendPhoto
    now: Callable[[], float]
