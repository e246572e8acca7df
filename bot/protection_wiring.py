"""Create the objects that protect the list against a stolen account: the second factor, and the panic.

The module `broadcast_wiring` connects these objects with the rest of the bot.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.dependencies import Dependencies
from bot.model.roles import Permission
from bot.panic.panic_flow import Panic, PanicEvent, Report
from bot.panic.panic_record import FreezeRecords
from bot.panic.panic_watch import PanicWatch
from bot.second_factor import factor_screens
from bot.second_factor.code_gate import CodeGate, FactorEvent, FactorReport
from bot.second_factor.factor_dialog import FactorDialog
from bot.second_factor.factors import Factors
from bot.second_factor.secret_messages import SecretMessages
from bot.team.acts import Act, Acts
from bot.team.member_names import shown_name
from bot.team.membership import Team
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.audit.record import AuditAct


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


_FACTOR_ACTS = {
    FactorEvent.SET_UP: AuditAct.FACTOR_SET_UP,
    FactorEvent.LOCKED: AuditAct.FACTOR_LOCKED,
    FactorEvent.RECOVERY_USED: AuditAct.FACTOR_RECOVERY_USED,
    FactorEvent.TURNED_ON: AuditAct.FACTOR_TURNED_ON,
    FactorEvent.TURNED_OFF: AuditAct.FACTOR_TURNED_OFF,
    FactorEvent.ALLOWED: AuditAct.FACTOR_ALLOWED,
    FactorEvent.UNLOCKED: AuditAct.FACTOR_UNLOCKED,
}
_PANIC_ACTS = {
    PanicEvent.FROZEN: AuditAct.FROZEN,
    PanicEvent.LIFTED: AuditAct.UNFROZEN,
    PanicEvent.SHREDDED: AuditAct.SHREDDED,
}


class TeamColleagues:
    """The team, as the dialog of the second factor sees it."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def is_owner(self, user: int) -> bool:
        """Return whether a person may act as an owner."""
        return self._team.may(user, Permission.TEAM)

    def ids(self) -> list[int]:
        """Return all members, also those who are suspended."""
        return self._team.known_ids

    def tag(self, user: int) -> str:
        """Return the name of a member in buttons."""
        return self._team.tag(user)

    def name_of(self, reader: Reader, user: int) -> str:
        """Return the role and the name of a member; for a person who has left the team, only that."""
        member = self._team.member(user)
        if member is None:
            return reader.say("factor.former_member")
        role, name = reader.say(f"team.role_{member.role.value}"), shown_name(reader, member)
        return name if role in name else reader.say("factor.who", role=role, name=name)


class _FactorNews:
    """Notices to the owners, and to the person concerned, about second factors."""

    def __init__(self, colleagues: TeamColleagues, team: Team, notices: AdminNotices, acts: Acts) -> None:
        self._colleagues = colleagues
        self._team = team
        self._notices = notices
        self._acts = acts
        self._numbers = count(1)

    async def report(self, report: FactorReport) -> None:
        """Publish a report, and queue its notices. Where it concerns everybody, all members get it."""
        owners = self._team.with_permission(Permission.TEAM)
        people = {*owners, report.member} if report.member else set(self._team.ids)
        self._notices.post(f"factor {next(self._numbers)}", partial(self._text, report), people)
        role = self._team.role_of(report.admin)
        await self._acts.publish(Act(_FACTOR_ACTS[report.event], report.admin, role, member=report.member))

    def _text(self, report: FactorReport, reader: Reader) -> Screen:
        name_of = partial(self._colleagues.name_of, reader)
        names = {"who": name_of(report.admin), **({"member": name_of(report.member)} if report.member else {})}
        return factor_screens.sentence(reader, f"notice_{report.event.value}", **names)


def build_protection(parts: Dependencies, admins: Admins, notices: AdminNotices, acts: Acts) -> Protection:
    """Return the objects of the second factor and of the panic. Call `open` of the result before anything else."""
    colleagues, factors = TeamColleagues(parts.team), Factors(parts.store, parts.now)
    report = _FactorNews(colleagues, parts.team, notices, acts).report
    gate = CodeGate(
        factors,
        admins,
        report=report,
        is_clock_trusted=lambda: parts.clock_guard.is_trusted,
        now=parts.now,
    )
    messages = SecretMessages(factors, admins, parts.send_photo, parts.now)
    dialog = FactorDialog(factors, gate, messages, colleagues, report=report, username=parts.username, now=parts.now)
    watch = PanicWatch(
        parts.settings.keys,
        parts.freeze,
        admins=admins,
        notices=notices,
        name_of=colleagues.name_of,
        default_language=str(parts.campaign.original),
    )
    return Protection(_panic(parts, colleagues, watch, acts), gate, dialog, factors, watch, messages)


def _panic(parts: Dependencies, colleagues: TeamColleagues, watch: PanicWatch, acts: Acts) -> Panic:
    async def report(report: Report) -> None:
        await watch.report(report)
        await acts.publish(Act(_PANIC_ACTS[report.event], report.admin, parts.team.role_of(report.admin)))

    return Panic(
        parts.settings.keys,
        parts.freeze,
        FreezeRecords(parts.store),
        is_owner=lambda user: parts.team.may(user, Permission.PANIC),
        name_of=colleagues.name_of,
        report=report,
        is_clock_trusted=lambda: parts.clock_guard.is_trusted,
        now=parts.now,
    )
