"""Notify the owners of changes in the team, each in their own language. A notice is retried until it arrives."""

from collections.abc import Callable, Collection
from itertools import count

from bot.flows import time_format
from bot.model.roles import Permission
from bot.team.member_names import shown_name
from bot.team.members import Member
from bot.team.membership import Team
from content.screens.reader import Reader
from content.screens.screen import Screen, Span

# Queue a notice: its name, the function that builds it in one language, and the people who get it.
Post = Callable[[str, Callable[[Reader], Screen], Collection[int]], None]


class TeamNews:
    """Send notices about the team. `post` is a function that queues a notice, such as `AdminNotices.post`."""

    def __init__(self, team: Team, post: Post) -> None:
        self._team = team
        self._post = post
        self._numbers = count(1)

    def notify_owners(self, key: str, member: Member, *, by: Member | None = None) -> None:
        """Send the phrase `team.news_{key}` about `member` to the owners, except `member` and `by`.

        `by` is the member who made the change.
        """
        actor = by.user if by else 0
        owners = [owner for owner in self._team.with_permission(Permission.TEAM) if owner not in (actor, member.user)]
        self._send(f"team.news_{key}", owners, member, by)

    def notify_member(self, key: str, member: Member) -> None:
        """Send the phrase `team.you_{key}` to the member whom it concerns."""
        self._send(f"team.you_{key}", [member.user], member, None)

    def notify_restore(self, end: float) -> None:
        """Notify all owners that the team was read from a restored backup.

        The backup contains the changes until the Unix time `end`.
        """
        owners = self._team.with_permission(Permission.TEAM)
        self._post(f"team {next(self._numbers)}", lambda reader: _restored_screen(reader, end), owners)

    def _send(self, key: str, people: Collection[int], member: Member, by: Member | None) -> None:
        if people:
            self._post(f"team {next(self._numbers)}", lambda reader: _screen(reader, key, member, by), people)


def _restored_screen(reader: Reader, end: float) -> Screen:
    zone = time_format.suggested_zone(reader)
    moment, zone_name = time_format.format_moment(reader, end, zone), time_format.zone_name_at(reader, zone)
    return Screen((Span(reader.say("team.news_backup", moment=moment, zone=zone_name)),))


def _screen(reader: Reader, key: str, member: Member, by: Member | None) -> Screen:
    role = reader.say(f"team.role_{member.role.value}")
    actor = shown_name(reader, by) if by else ""
    return Screen((Span(reader.say(key, name=shown_name(reader, member), role=role, actor=actor)),))
