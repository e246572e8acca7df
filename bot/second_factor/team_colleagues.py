"""Give the dialogs of /factor and /panic access to the members of the team."""

from bot.model.roles import Permission
from bot.team.member_names import shown_name
from bot.team.membership import Team
from content.screens.reader import Reader


class TeamColleagues:
    """The user ids, names and tags of the members of the team of admins."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def is_owner(self, user: int) -> bool:
        """Return whether a person is an owner and not suspended."""
        return self._team.may(user, Permission.TEAM)

    def owners(self) -> list[int]:
        """Return the user ids of the owners who are not suspended."""
        return self._team.with_permission(Permission.TEAM)

    def active_ids(self) -> list[int]:
        """Return the user ids of the members who are not suspended."""
        return self._team.ids

    def ids(self) -> list[int]:
        """Return the user ids of all members, including suspended ones."""
        return self._team.known_ids

    def tag(self, user: int) -> str:
        """Return the short hash that stands for a member in callback data."""
        return self._team.tag(user)

    def name_of(self, reader: Reader, user: int) -> str:
        """Return the role and the name of a member as text for the reader.

        For a person who is no longer a member, return a text that says so.
        """
        member = self._team.member(user)
        if member is None:
            return reader.say("factor.former_member")
        role, name = reader.say(f"team.role_{member.role.value}"), shown_name(reader, member)
        return name if role in name else reader.say("factor.who", role=role, name=name)
