"""Show the team as the dialogs of the second factor and of the panic see it."""

from bot.model.roles import Permission
from bot.team.member_names import shown_name
from bot.team.membership import Team
from content.screens.reader import Reader


class TeamColleagues:
    """The members of the team, their names and their tags in buttons."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def is_owner(self, user: int) -> bool:
        """Return whether a person is allowed to act as an owner."""
        return self._team.may(user, Permission.TEAM)

    def owners(self) -> list[int]:
        """Return the members who are allowed to act as owners."""
        return self._team.with_permission(Permission.TEAM)

    def active_ids(self) -> list[int]:
        """Return the members who are allowed to act."""
        return self._team.ids

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
