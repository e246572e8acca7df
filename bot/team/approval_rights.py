"""Decide whether an admin is allowed to confirm now, or to send alone, and from when."""

import logging
from collections.abc import Callable

from bot.audit.denials import Denial, Denials
from bot.flows.time_format import format_duration
from bot.model.roles import Permission
from bot.team.membership import Team
from content.screens.reader import Reader

log = logging.getLogger(__name__)


class ApprovalRights:
    """The rights of the members of a team to confirm and to send alone. While the bot `is_frozen`, nobody has them.

    `denials` records what is refused. `now` returns Unix time.
    """

    def __init__(
        self,
        team: Team,
        denials: Denials,
        now: Callable[[], float],
        is_frozen: Callable[[], bool] = lambda: False,
    ) -> None:
        self._team = team
        self.denials = denials
        self._now = now
        self.is_frozen = is_frozen

    def may_send_alone(self, owner: int) -> bool:
        """Return whether the owner of a draft can send it without approval, if there is no other admin."""
        return self._team.may(owner, Permission.APPROVE) and self._team.alone_from <= self._now()

    def is_request_void(self, owner: int, *, is_alone: bool) -> bool:
        """Return whether the owner of a draft can no longer have it sent, without another admin if `is_alone`."""
        return not self._team.may(owner, Permission.APPROVE if is_alone else Permission.WRITE)

    def confirm_refusal(self, admin: int, reader: Reader, *, is_approved: bool) -> str | None:
        """Return the sentence that says why an admin cannot confirm or refuse now; None if they can."""
        if is_approved and self.is_frozen():
            return reader.say("panic.no_request")
        if admin in self._team.confirmers():
            return None
        log.info("A confirmation was refused: the admin may not confirm, or not yet")
        self.denials.add(Denial.TOO_EARLY, admin)
        left = self._team.confirms_from(admin) - self._now()
        return reader.say("team.confirm_later", time=format_duration(reader, left))

    def send_refusal(self, owner: int, reader: Reader, *, is_alone: bool) -> str | None:
        """Return the sentence that says why an admin cannot send now, or ask for approval; None if they can."""
        if self.is_frozen():
            return reader.say("panic.no_request")
        if not is_alone or self.may_send_alone(owner):
            return None
        log.info("Sending without a confirmation was refused: another admin could confirm less than a day ago")
        self.denials.add(Denial.ALONE, owner)
        left = self._team.alone_from - self._now()
        return reader.say("broadcast.alone_later", time=format_duration(reader, left))
