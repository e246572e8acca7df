"""Let invited people join the team. Wrong, used and expired invitations get the same answer as any unknown link."""

import logging
import time
from collections.abc import Callable

from bot.audit.denials import Denial, Denials
from bot.model.events import Event, ParsedCommand, SignedPress, TextMessage
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.team import invitations, joining_screens
from bot.team.invitations import GuessLimiter
from bot.team.joining_screens import JOIN_PREFIX
from bot.team.member_names import default_name, parse_name
from bot.team.members import Invitation
from bot.team.membership import Refusal, Team
from bot.team.team_news import TeamNews
from bot.team.team_screens import short_digest
from content.screens.reader import Reader
from content.screens.screen import Screen

log = logging.getLogger(__name__)


class Joining:
    """Answer people who open an invitation. The names that they type are only in memory until they join.

    `username` is that of the bot. `now` returns Unix time. `clock` returns seconds of a monotonic clock.
    """

    def __init__(
        self,
        team: Team,
        news: TeamNews,
        denials: Denials,
        username: str,
        now: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._team = team
        self._news = news
        self._denials = denials
        self._username = username
        self._now = now
        self._clock = clock
        self._guesses = GuessLimiter()
        self._awaiting: dict[int, str] = {}  # the invitation's code, by person whose next message is a name
        self._names: dict[int, str] = {}  # chosen names, by person

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the replies to an event in a private chat that concerns an invitation; None for any other event."""
        user = event.sender.id
        match event:
            case TextMessage(command=ParsedCommand(name="start", rest=rest), is_edited=False):
                secret = invitations.secret_in(rest)
                return None if secret is None else self._open(user, secret, reader)
            case TextMessage(command=None, is_edited=False) if user in self._awaiting:
                return self._receive_name(user, event.text, reader)
            case SignedPress(action=action) if action.startswith(JOIN_PREFIX):
                step, _, code = action.removeprefix(JOIN_PREFIX).partition(".")
                return await self._press(user, step, code, reader)
            case _:
                return None

    def stop_waiting(self, user: int) -> None:
        """Forget that the bot has asked `user` for a name, so that their next message is an ordinary one."""
        self._awaiting.pop(user, None)

    def _open(self, user: int, secret: str, reader: Reader) -> Replies | None:
        """Return the screen that asks whether the person wants to join; None if the invitation is refused.

        It is refused if it is not valid, or if the person is in the team or has opened too many invalid links.
        If this returns None, the ordinary flows answer, in the same way as to any unknown link.
        """
        if self._guesses.is_limited(user, self._clock()):
            log.info("An invitation link was refused: too many wrong ones in the last hour")
            self._denials.add(Denial.INVITATION, user)
            return None
        invitation = self._team.invitation(invitations.digest_of(secret))
        if invitation is None:
            self._guesses.add_wrong(user, self._clock())
            log.info("An invitation link was refused: it is wrong, used or expired")
            self._denials.add(Denial.INVITATION, user)
            return None
        if self._team.member(user):
            log.info("An invitation link was refused: the person who opened it is in the team already")
            return None
        return (SendText(self._question(user, invitation, reader)),)

    def _question(self, user: int, invitation: Invitation, reader: Reader) -> Screen:
        return joining_screens.invitation(
            reader,
            invitation.role,
            bot=self._username,
            name=self._name(user, invitation, reader),
            code=short_digest(invitation.digest),
        )

    def _name(self, user: int, invitation: Invitation, reader: Reader) -> str:
        taken = [member.name for member in self._team.members()]
        return self._names.get(user) or default_name(reader, invitation.role, taken)

    def _with_code(self, code: str) -> Invitation | None:
        """Return the valid invitation whose hash begins with `code`; None if there is none.

        The code is the part of the hash that the buttons of the invitation contain.
        """
        valid = (invitation for invitation in self._team.invitations() if short_digest(invitation.digest) == code)
        return next(valid, None)

    async def _press(self, user: int, step: str, code: str, reader: Reader) -> Replies:
        if step == "no":
            self._names.pop(user, None)
            return (Toast(), EditMessage(joining_screens.declined(reader)))
        invitation = self._with_code(code)
        if invitation is None or self._team.member(user):
            log.info("An invitation was refused: it was used, cancelled or has expired")
            self._denials.add(Denial.INVITATION, user)
            return (Toast(reader.say("toast.old_button")),)
        if step == "yes":
            return await self._join(user, invitation, reader)
        if step == "name":
            self._awaiting[user] = code
            return (Toast(), EditMessage(joining_screens.name_request(reader, code)))
        return (Toast(), EditMessage(self._question(user, invitation, reader)))

    def _receive_name(self, user: int, text: str, reader: Reader) -> Replies | None:
        code = self._awaiting[user]
        invitation = self._with_code(code)
        if invitation is None:
            del self._awaiting[user]
            return None
        name = parse_name(text)
        if name is None:
            return (SendText(joining_screens.name_request(reader, code, reader.say("team.bad_name"))),)
        del self._awaiting[user]
        self._names[user] = name
        return (SendText(self._question(user, invitation, reader)),)

    async def _join(self, user: int, invitation: Invitation, reader: Reader) -> Replies:
        member = await self._team.accept(user, invitation.digest, self._name(user, invitation, reader))
        if isinstance(member, Refusal):
            return (Toast(reader.say("toast.old_button")),)
        self._names.pop(user, None)
        log.info("A person joined the team by an invitation")
        self._news.notify_owners("joined", member)
        return (Toast(), EditMessage(joining_screens.joined(reader, member, self._now())))
