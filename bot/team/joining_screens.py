"""Build the screens for a person who has opened an invitation. Pure."""

from bot.flows.time_format import format_duration
from bot.model.roles import Permission, Role, allows
from bot.team.member_names import MAX_NAME, isolated, shown_name
from bot.team.members import Member
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, Span, Style

JOIN_PREFIX = "j."  # of the actions of these screens


def invitation(reader: Reader, role: Role, *, bot: str, name: str, code: str) -> Screen:
    """Return the screen that asks whether the person joins the team of `bot`, in `role` and under `name`.

    `code` is the part of the invitation's hash that its buttons contain.
    """
    title = Span(reader.say("team.join_title") + "\n\n", Style.BOLD)
    campaign = isolated(reader, reader.campaign.editions[reader.lang].title)
    address, role_name = isolated(reader, f"@{bot}"), reader.say(f"team.role_{role.value}")
    parts = [
        reader.say("team.join", bot=address, campaign=campaign, role=role_name),
        reader.say(f"team.can_{role.value}"),
        reader.say("team.join_name", name=name),
        reader.say("team.join_privacy"),
    ]
    rows: tuple[Row, ...] = (
        (reader.action_button(reader.say("button.join_team"), f"{JOIN_PREFIX}yes.{code}"),),
        (reader.action_button(reader.say("button.choose_name"), f"{JOIN_PREFIX}name.{code}"),),
        (reader.action_button(reader.say("button.do_not_join"), f"{JOIN_PREFIX}no.{code}"),),
    )
    return Screen((title, Span("\n\n".join(parts))), rows)


def name_request(reader: Reader, code: str, headline: str = "") -> Screen:
    """Return the screen that asks the invited person for a name. `headline` is a line above the question.

    `code` is the part of the invitation's hash that the button contains.
    """
    text = "\n\n".join(filter(None, [headline, reader.say("team.your_name", number=MAX_NAME)]))
    back = reader.action_button(reader.say("button.back"), f"{JOIN_PREFIX}back.{code}")
    return Screen((Span(text),), ((back,),))


def declined(reader: Reader) -> Screen:
    """Return the screen that confirms that the person did not join, and that nothing is stored."""
    return Screen((Span(reader.say("team.declined")),))


def joined(reader: Reader, member: Member, now: float) -> Screen:
    """Return the screen that welcomes a new member."""
    role = reader.say(f"team.role_{member.role.value}")
    parts = [reader.say("team.joined", role=role, name=shown_name(reader, member))]
    if member.confirms_from > now and allows(member.role, Permission.APPROVE):
        parts.append(reader.say("team.joined_waits", time=format_duration(reader, member.confirms_from - now)))
    parts.append(reader.say("team.joined_next"))
    return Screen((Span("\n\n".join(parts)),))
