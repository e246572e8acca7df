"""Build the screens on which owners see and change the team. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.flows.time_format import format_duration
from bot.model.roles import Role
from bot.team import invitations
from bot.team.member_names import direction_mark, shown_name
from bot.team.members import Invitation, Member, Standing
from bot.team.permissions import CHANNEL_PREFIX, SHOW_FACTOR, TEAM_PREFIX
from content.screens.reader import Reader
from content.screens.screen import ActionButton, CopyButton, Row, Screen, Span, Style

ROLES = (Role.OWNER, Role.APPROVER, Role.EDITOR)
_DIGEST_LENGTH = 12  # letters of an invitation's hash in a button


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A member in the list of the team. `tag` is the short hash that stands for the member in callback data.

    `is_viewer` says that the list is shown to this member.
    """

    member: Member
    tag: str
    is_viewer: bool


def team(
    reader: Reader, listed: Sequence[ListedMember], pending: Sequence[Invitation], now: float, headline: str = ""
) -> Screen:
    """Return the list of all members by role, with buttons that open and suspend each member.

    `pending` are the unused invitations. `headline` says what has just happened; "" for nothing.
    """
    parts = [headline, *_sections(reader, listed, now), *_pending_lines(reader, pending, now)]
    rows = [_member_row(reader, entry) for entry in listed if not entry.is_viewer]
    rows += [_cancel_row(reader, invitation) for invitation in pending]
    if any(entry.member.standing is Standing.HELD for entry in listed):
        rows.append((_button(reader, "restore_all", "restore.held"),))
    rows.append(reader.directed_row((_button(reader, "invite", "invite"), _button(reader, "my_name", "name"))))
    rows.append((reader.action_button(reader.say("channel.button_show"), f"{CHANNEL_PREFIX}show"),))
    rows.append((reader.action_button(reader.say("factor.button_open"), SHOW_FACTOR),))
    return _screen(reader, parts, rows)


def _sections(reader: Reader, listed: Sequence[ListedMember], now: float) -> Iterator[str]:
    for role in ROLES:
        lines = [_line(reader, entry, now) for entry in listed if entry.member.role is role]
        if lines:
            yield "\n".join([reader.say(f"team.roles_{role.value}"), *lines])


def _line(reader: Reader, entry: ListedMember, now: float) -> str:
    remarks = list(_remarks(reader, entry.member, now))
    if entry.is_viewer:
        remarks.insert(0, reader.say("team.you"))
    line = " – ".join([shown_name(reader, entry.member), *remarks])
    return f"{direction_mark(reader)}• {line}"


def _remarks(reader: Reader, member: Member, now: float) -> Iterator[str]:
    if member.standing is not Standing.ACTIVE:
        yield reader.say(f"team.standing_{member.standing.value}")
    elif member.confirms_from > now:
        yield reader.say("team.waits", time=format_duration(reader, member.confirms_from - now))


def _pending_lines(reader: Reader, pending: Sequence[Invitation], now: float) -> Iterator[str]:
    if pending:
        lines = [_pending_line(reader, invitation, now) for invitation in pending]
        yield "\n".join([reader.say("team.pending"), *lines])


def _pending_line(reader: Reader, invitation: Invitation, now: float) -> str:
    time = format_duration(reader, invitation.expires - now)
    line = reader.say("team.pending_line", role=_role(reader, invitation.role), time=time)
    return f"{reader.book.language.line_start}• {line}"


def _member_row(reader: Reader, entry: ListedMember) -> Row:
    is_active = entry.member.standing is Standing.ACTIVE
    label, action = ("suspend", "suspend") if is_active else ("restore_member", "restore")
    name = reader.action_button(shown_name(reader, entry.member), f"{TEAM_PREFIX}open.{entry.tag}")
    return reader.directed_row((name, _button(reader, label, f"{action}.{entry.tag}")))


def _cancel_row(reader: Reader, invitation: Invitation) -> Row:
    label = reader.say("button.cancel_invitation", role=_role(reader, invitation.role))
    return (reader.action_button(label, f"{TEAM_PREFIX}void.{short_digest(invitation.digest)}"),)


def member(reader: Reader, entry: ListedMember, now: float, headline: str = "") -> Screen:
    """Return the screen of one member, with buttons that change their role, and suspend or remove them."""
    person = entry.member
    role = " – ".join([reader.say("team.role_line", role=_role(reader, person.role)), *_remarks(reader, person, now)])
    parts = [
        headline,
        f"{direction_mark(reader)}{shown_name(reader, person)}\n{role}",
        reader.say(f"team.can_{person.role.value}"),
    ]
    rows: list[Row] = []
    if person.is_configured:
        parts.append(reader.say("team.configured"))
    elif person.standing is Standing.ACTIVE:
        rows += [(_role_button(reader, entry, role),) for role in ROLES if role is not person.role]
    is_active = person.standing is Standing.ACTIVE
    label, action = ("suspend", "suspend") if is_active else ("restore_member", "restore")
    rows.append((_button(reader, label, f"{action}.{entry.tag}"),))
    if not person.is_configured:
        rows.append((_button(reader, "remove_member", f"remove.{entry.tag}"),))
    return _screen(reader, parts, [*rows, _back_row(reader)])


def _role_button(reader: Reader, entry: ListedMember, role: Role) -> ActionButton:
    label = reader.say("button.make_role", role=_role(reader, role))
    return reader.action_button(label, f"{TEAM_PREFIX}role.{entry.tag}.{role.value}")


def removal(reader: Reader, entry: ListedMember) -> Screen:
    """Return the screen that asks to confirm that a member is removed."""
    question = reader.say("team.remove", name=shown_name(reader, entry.member))
    yes = _button(reader, "remove_member", f"removed.{entry.tag}")
    return _screen(reader, [question], [(yes,), (_button(reader, "back", f"open.{entry.tag}"),)])


def role_choice(reader: Reader) -> Screen:
    """Return the screen on which an owner chooses the role of the person to invite."""
    parts = [reader.say("team.invite")]
    parts += [reader.say(f"team.can_{role.value}") for role in reversed(ROLES)]
    rows: list[Row] = [
        (reader.action_button(_role(reader, role), f"{TEAM_PREFIX}link.{role.value}"),) for role in reversed(ROLES)
    ]
    return _screen(reader, parts, [*rows, _back_row(reader)])


def invitation_link(reader: Reader, role: Role, link: str) -> Screen:
    """Return the screen that shows an invitation link, which the owner passes on to the invited person."""
    time = format_duration(reader, invitations.VALID_FOR)
    explanation = reader.say("team.link", role=_role(reader, role), time=time)
    title = Span(reader.say("team.title") + "\n\n", Style.BOLD)
    copy = CopyButton(reader.say("button.copy_link"), link)
    spans = (title, Span(explanation + "\n\n"), Span(link, Style.CODE))
    return Screen(spans, ((copy,), _back_row(reader)))


def name_request(reader: Reader, maximum: int, headline: str = "") -> Screen:
    """Return the screen that asks an owner for the name under which the other owners see them.

    `maximum` is how many characters the name can have. `headline` is a line above the question.
    """
    return _screen(reader, [headline, reader.say("team.your_name", number=maximum)], [_back_row(reader)])


def short_digest(digest: str) -> str:
    """Return the part of an invitation's hash that callback data contain."""
    return digest[:_DIGEST_LENGTH]


def _role(reader: Reader, role: Role) -> str:
    return reader.say(f"team.role_{role.value}")


def _button(reader: Reader, label: str, action: str) -> ActionButton:
    return reader.action_button(reader.say(f"button.{label}"), TEAM_PREFIX + action)


def _back_row(reader: Reader) -> Row:
    return (_button(reader, "back", "list"),)


def _screen(reader: Reader, parts: Iterable[str], rows: Iterable[Row]) -> Screen:
    title = Span(reader.say("team.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(filter(None, parts)))), tuple(rows))
