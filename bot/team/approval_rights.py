"""Decide whether an admin may approve an announcement now, or send one without approval, and from when on."""

import logging
from collections.abc import Callable

from bot.audit.denials import Denial, Denials
from bot.flows.time_format import format_duration
from bot.model.roles import Permission
from bot.team.membership import Team
from content.screens.reader import Reader

log = logging.getLogger(__name__)


class ApprovalRights:
    """The rights of admins to approve announcements of others, and to send their own alone, without approval.

    While `is_frozen()`, nobody has them. `denials` records what is refused. `now` returns Unix time.
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
        """Return whether `owner`, the author of a draft, has the right to send it without approval.

        The caller must check that no other admin can approve the draft.
        """
        return self._team.may(owner, Permission.APPROVE) and self._team.alone_from <= self._now()

    def is_request_void(self, owner: int, *, is_alone: bool) -> bool:
        """Return whether a draft must not be sent any more, because its author, `owner`, has lost a right.

        A draft that is sent without another admin's approval (`is_alone`) needs an author with the right to approve.
        Any other draft needs an author with the right to write.
        """
        return not self._team.may(owner, Permission.APPROVE if is_alone else Permission.WRITE)

    def confirm_refusal(self, admin: int, reader: Reader, *, is_approved: bool) -> str | None:
        """Return a sentence that says why an admin cannot approve or reject an announcement now; None if they can.

        `is_approved` is True if the admin wants to approve it, False if they want to reject it.
        """
        if is_approved and self.is_frozen():
            return reader.say("panic.no_request")
        if admin in self._team.confirmers():
            return None
        log.info("A confirmation was refused: the admin may not confirm, or not yet")
        self.denials.add(Denial.TOO_EARLY, admin)
        left = self._team.confirms_from(admin) - self._now()
        return reader.say("team.confirm_later", time=format_duration(reader, left))

    def send_refusal(self, owner: int, reader: Reader, *, is_alone: bool) -> str | None:
        """Return a sentence that says why the author of a draft cannot send it now; None if they can.

        `owner` is the author. If `is_alone`, no other admin could approve the draft, so it is sent without approval.
        Otherwise it is sent to other admins for approval.
        """
        if self.is_frozen():
            return reader.say("panic.no_request")
        if not is_alone or self.may_send_alone(owner):
            return None
        log.info("Sending without a confirmation was refused: another admin could confirm less than a day ago")
        self.denials.add(Denial.ALONE, owner)
        left = self._team.alone_from - self._now()
        return reader.say("broadcast.alone_later", time=format_duration(reader, left))
