"""Create the objects that protect the list against a stolen account: the second factor, and the panic.

The module `broadcast_wiring` connects these objects with the rest of the bot.
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
    """The dialogs of /panic and /factor, and the gate before acts that need a code."""

    panic: Panic
    gate: CodeGate
    dialog: FactorDialog
    factors: Factors
    _watch: PanicWatch
    _messages: SecretMessages

    async def open(self) -> None:
        """Load what is stored about second factors."""
        await self.factors.open()

    def background(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """Return the loops to run alongside polling. One of them raises KeysShredded after a shred."""
        return self._watch.run, self._messages.run


def build_protection(parts: Dependencies, admins: Admins, notices: AdminNotices) -> Protection:
    """Return the objects of the second factor and of the panic. Call `open` of the result before anything else."""
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
