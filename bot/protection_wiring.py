"""Create the objects that protect the subscriber list against a stolen admin account.

These are the second factor (codes of an authenticator app) and `/panic` (freeze the bot, destroy the keys).
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.dependencies import Dependencies
from bot.model.roles import Permission
from bot.panic.panic_flow import Panic
from bot.panic.panic_record import FreezeRecords
from bot.panic.panic_watch import PanicWatch
from bot.second_factor.code_gate import CodeGate
from bot.second_factor.factor_dialog import FactorDialog
from bot.second_factor.factor_notices import FactorNotices
from bot.second_factor.factors import Factors
from bot.second_factor.secret_messages import SecretMessages
from bot.second_factor.team_colleagues import TeamColleagues


@dataclass(frozen=True, slots=True)
class Protection:
    """The objects that handle /panic and /factor, and that ask for a code before certain acts of admins."""

    panic: Panic
    gate: CodeGate
    dialog: FactorDialog
    factors: Factors
    _watch: PanicWatch
    _messages: SecretMessages

    async def open(self) -> None:
        """Load which admins have a second factor."""
        await self.factors.open()

    def background(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """Return the functions to run at the same time as polling.

        One of them raises KeysShredded after the keys were destroyed on purpose.
        """
        return self._watch.run, self._messages.run


def build_protection(parts: Dependencies, admins: Admins, notices: AdminNotices) -> Protection:
    """Create the objects of the second factor and of /panic.

    Call `open` of the returned object before its other methods.
    """
    colleagues, factors = TeamColleagues(parts.team), Factors(parts.store, parts.trail, parts.now)
    FactorNotices(notices, colleagues, parts.trail)
    gate = CodeGate(
        factors, admins, parts.denials, is_clock_trusted=lambda: parts.clock_guard.is_trusted, now=parts.now
    )
    messages = SecretMessages(factors, admins, parts.send_photo, parts.now)
    dialog = FactorDialog(factors, gate, messages, colleagues, username=parts.username, now=parts.now)
    records = FreezeRecords(parts.store, parts.freeze, parts.trail)
    watch = PanicWatch(
        parts.settings.keys,
        parts.freeze,
        records,
        admins=admins,
        notices=notices,
        name_of=colleagues.name_of,
        default_language=str(parts.campaign.original),
    )
    return Protection(_panic(parts, colleagues, records, watch), gate, dialog, factors, watch, messages)


def _panic(parts: Dependencies, colleagues: TeamColleagues, records: FreezeRecords, watch: PanicWatch) -> Panic:
    return Panic(
        parts.settings.keys,
        parts.freeze,
        records,
        is_owner=lambda user: parts.team.may(user, Permission.PANIC),
        name_of=colleagues.name_of,
        report=watch.report,
        is_clock_trusted=lambda: parts.clock_guard.is_trusted,
        now=parts.now,
    )
