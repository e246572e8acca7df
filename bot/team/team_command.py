"""Answer /team and the buttons of its screens. `bot.dispatch.admin_commands` lets only owners use them."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.flows.commands import Responder, responder_of
from bot.model.events import Event, SignedPress, TextMessage, is_edit
from bot.model.replies import EditMessage, Replies, SendText, Toast, as_panels
from bot.model.roles import Role
from bot.team import invitations, team_screens
from bot.team.member_names import MAX_NAME, parse_name
from bot.team.members import Member, Standing
from bot.team.membership import Refusal, Team
from bot.team.permissions import TEAM_PREFIX
from bot.team.team_news import TeamNews
from bot.team.team_screens import ListedMember
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.audit.record import AuditAct

log = logging.getLogger(__name__)

_ROLES = {role.value: role for role in Role}


class TeamCommand:
    """The dialog in which owners invite, change and suspend members. `username` is that of the bot."""

    def __init__(self, team: Team, news: TeamNews, username: str, now: Callable[[], float]) -> None:
        self._team = team
        self._news = news
        self._username = username
        self._now = now
        self._awaiting_name: set[int] = set()  # owners whose next message is their name

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the replies to an owner's event; None if the event does not concern the team."""
        owner = event.sender.id
        match event:
            case SignedPress(action=action) if action.startswith(TEAM_PREFIX):
                return as_panels(await self._press(event, action.removeprefix(TEAM_PREFIX), reader))
            case TextMessage() if responder_of(event) is Responder.TEAM and not is_edit(event):
                return as_panels((SendText(self._list(owner, reader)),))
            case TextMessage(command=None, is_edited=False) if owner in self._awaiting_name:
                return await self._receive_name(owner, event.text, reader)
            case _:
                return None

    def stop_waiting(self, owner: int) -> None:
        """Forget that the bot has asked `owner` for a name, so that their next message is an ordinary one."""
        self._awaiting_name.discard(owner)

    async def _press(self, event: SignedPress, action: str, reader: Reader) -> Replies:
        owner = event.sender.id
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(self._list(owner, reader)))
        match action.split("."):
            case ["list"]:
                return _shown(self._list(owner, reader))
            case ["invite"]:
                return _shown(team_screens.role_choice(reader))
            case ["link", role] if role in _ROLES:
                return await self._invite(owner, _ROLES[role], reader)
            case ["void", code]:
                return await self._cancel(owner, code, reader)
            case ["name"]:
                self._awaiting_name.add(owner)
                return _shown(team_screens.name_request(reader, MAX_NAME))
            case ["restore", "held"]:
                return await self._restore_held(owner, reader)
            case [change, tag, *rest] if entry := self._tagged(tag, owner):
                return await self._press_member(change, rest, entry, owner, reader)
            case _:
                return (Toast(reader.say("toast.old_button")), EditMessage(self._list(owner, reader)))

    async def _press_member(
        self, change: str, rest: list[str], entry: ListedMember, owner: int, reader: Reader
    ) -> Replies:
        user = entry.member.user
        if entry.is_viewer:
            return (Toast(reader.say("team.refused_yourself")),)
        match [change, *rest]:
            case ["open"]:
                return _shown(team_screens.member(reader, entry, self._now()))
            case ["remove"]:
                return _shown(team_screens.removal(reader, entry))
            case ["suspend"]:
                return await self._change(
                    AuditAct.SUSPENDED, entry, owner, reader, lambda: self._team.suspend(user, by=owner)
                )
            case ["restore"]:
                return await self._change(
                    AuditAct.MEMBER_RESTORED, entry, owner, reader, lambda: self._team.restore(user, by=owner)
                )
            case ["removed"]:
                return await self._change(
                    AuditAct.REMOVED, entry, owner, reader, lambda: self._team.remove(user, by=owner)
                )
            case ["role", role] if role in _ROLES:
                new = _ROLES[role]
                changed = replace(entry, member=replace(entry.member, role=new))
                return await self._change(
                    AuditAct.ROLE_CHANGED, changed, owner, reader, lambda: self._team.change_role(user, new, by=owner)
                )
            case _:
                return (Toast(reader.say("toast.old_button")), EditMessage(self._list(owner, reader)))

    async def _change(
        self,
        kind: AuditAct,
        entry: ListedMember,
        owner: int,
        reader: Reader,
        change: Callable[[], Awaitable[Refusal | None]],
    ) -> Replies:
        """Carry out `change`, notify the people concerned, and show the list of members.

        `kind` is the kind of change: the phrase that confirms it has the key `team.done_{kind}`. `entry` is the
        member whom it concerns, already with the new role if the role changes. If the change is refused, show why.
        """
        refusal = await change()
        if refusal is not None:
            log.info("A change of the team was refused: %s", refusal.value)
            return (Toast(reader.say(f"team.refused_{refusal.value}")), EditMessage(self._list(owner, reader)))
        member = entry.member
        log.info("The team was changed by an owner: %s", kind.value)
        self._notify(kind, member, owner)
        return (Toast(reader.say(f"team.done_{kind.value}")), EditMessage(self._list(owner, reader)))

    def _notify(self, kind: AuditAct, member: Member, owner: int) -> None:
        self._news.notify_owners(kind.value, member, by=self._team.member(owner))
        # Notify a suspended person only if the operator can undo it: their own account may be the stolen one.
        if kind in (AuditAct.ROLE_CHANGED, AuditAct.MEMBER_RESTORED) or (
            kind is AuditAct.SUSPENDED and member.is_configured
        ):
            self._news.notify_member(kind.value, member)

    async def _restore_held(self, owner: int, reader: Reader) -> Replies:
        held = [entry for entry in self._listed(owner) if entry.member.standing is Standing.HELD]
        replies: Replies = (Toast(reader.say("toast.nothing_to_do")),)
        for entry in held:
            replies = await self._press_member("restore", [], entry, owner, reader)
        return replies

    async def _invite(self, owner: int, role: Role, reader: Reader) -> Replies:
        secret = await self._team.invite(owner, role)
        if isinstance(secret, Refusal):
            return (Toast(reader.say(f"team.refused_{secret.value}")),)
        log.info("An owner made an invitation to the team")
        inviter = self._team.member(owner)
        assert inviter is not None
        self._news.notify_owners("invited", replace(inviter, role=role), by=inviter)
        return _shown(team_screens.invitation_link(reader, role, invitations.link(self._username, secret)))

    async def _cancel(self, owner: int, code: str, reader: Reader) -> Replies:
        pending = self._team.invitations()
        invitation = next((entry for entry in pending if team_screens.short_digest(entry.digest) == code), None)
        if invitation is None or await self._team.cancel_invitation(invitation.digest, by=owner):
            return (Toast(reader.say("toast.nothing_to_do")), EditMessage(self._list(owner, reader)))
        return (Toast(reader.say("toast.done")), EditMessage(self._list(owner, reader)))

    async def _receive_name(self, owner: int, text: str, reader: Reader) -> Replies:
        name = parse_name(text)
        if name is None:
            headline = reader.say("team.bad_name")
            return as_panels((SendText(team_screens.name_request(reader, MAX_NAME, headline)),))
        self._awaiting_name.discard(owner)
        await self._team.rename(owner, name)
        return as_panels((SendText(self._list(owner, reader, reader.say("team.renamed"))),))

    async def forget(self, user: int) -> None:
        """Remove a member who has asked to delete their data, and notify the owners."""
        member = self._team.member(user)
        if member is not None and await self._team.forget(user):
            log.info("A member left the team: the member asked to delete all their data")
            self._news.notify_owners("left", member)

    def _listed(self, viewer: int) -> list[ListedMember]:
        return [
            ListedMember(member, self._team.tag(member.user), is_viewer=member.user == viewer)
            for member in self._team.members()
        ]

    def _tagged(self, tag: str, viewer: int) -> ListedMember | None:
        return next((entry for entry in self._listed(viewer) if entry.tag == tag), None)

    def _list(self, owner: int, reader: Reader, headline: str = "") -> Screen:
        return team_screens.team(reader, self._listed(owner), self._team.invitations(), self._now(), headline)


def _shown(screen: Screen) -> Replies:
    return (Toast(), EditMessage(screen))
