"""Build the screens of /factor and the questions for codes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.second_factor import codes
from bot.second_factor.factor_record import PersonalFactor
from bot.second_factor.guarded_acts import FACTOR_PREFIX
from bot.team.permissions import SHOW_TEAM
from content.screens.reader import Reader
from content.screens.screen import ActionButton, CopyButton, Row, Screen, Span, Style


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another member of the team, as the owners' screen lists them.

    `tag` is the short hash that stands for the member in callback data.
    """

    name: str
    tag: str
    factor: PersonalFactor


def overview(
    reader: Reader,
    own: PersonalFactor,
    *,
    is_required: bool,
    may_set_up: bool,
    colleagues: Sequence[Colleague] | None,
) -> Screen:
    """Return the screen of /factor.

    `own` is the reader's second factor. `is_required` says whether the team requires one of every admin, and
    `may_set_up` whether the reader may set one up now. `colleagues` is None if the reader is no owner.
    """
    parts = [
        reader.say("factor.about"),
        reader.say("factor.required" if is_required else "factor.not_required"),
        _own_state(reader, own, may_set_up=may_set_up),
    ]
    rows: list[Row] = []
    if own.secret:
        rows += [(_button(reader, "again", "again"),), (_button(reader, "codes", "codes"),)]
    elif may_set_up:
        rows.append((_button(reader, "set_up", "setup"),))
    if colleagues is not None:
        rows.append((_button(reader, "off", "off") if is_required else _button(reader, "on", "on"),))
        rows += [(_colleague_button(reader, colleague),) for colleague in colleagues]
        rows.append((reader.action_button(reader.say("factor.button_team"), SHOW_TEAM),))
    return _screen(reader, parts, rows)


def _own_state(reader: Reader, own: PersonalFactor, *, may_set_up: bool) -> str:
    if own.is_locked:
        return reader.say("factor.own_locked")
    if own.secret:
        return reader.say("factor.own_set_up", number=len(own.recovery))
    return reader.say("factor.own_none" if may_set_up else "factor.own_not_allowed")


def _colleague_button(reader: Reader, colleague: Colleague) -> ActionButton:
    label = reader.say(f"factor.colleague_{_state(colleague)}", name=colleague.name)
    return reader.action_button(label[:64], f"{FACTOR_PREFIX}member.{colleague.tag}")


def _state(colleague: Colleague) -> str:
    if colleague.factor.is_locked:
        return "locked"
    return "set_up" if colleague.factor.secret else "none"


def colleague_page(reader: Reader, colleague: Colleague) -> Screen:
    """Return the screen on which an owner helps a member whose factor is locked or lost."""
    parts = [reader.say(f"factor.colleague_{_state(colleague)}", name=colleague.name), reader.say("factor.help_hint")]
    rows: list[Row] = [(_button(reader, "allow", f"allow.{colleague.tag}"),), (_button(reader, "back", "show"),)]
    if colleague.factor.is_locked:
        rows.insert(0, (_button(reader, "unlock", f"unlock.{colleague.tag}"),))
    return _screen(reader, parts, rows)


def picture_caption(reader: Reader, secret: str) -> Screen:
    """Return the caption of the QR code. It also contains the secret, for typing it by hand."""
    return Screen((Span(reader.say("factor.scan") + "\n"), Span(secret, Style.CODE)))


def recovery_codes(reader: Reader, fresh: Iterable[str]) -> Screen:
    """Return the screen that shows new recovery codes, which are shown only once."""
    lines = "\n".join(codes.shown(code) for code in fresh)
    spans = (
        Span(reader.say("factor.recovery_title") + "\n\n", Style.BOLD),
        Span(reader.say("factor.recovery") + "\n\n"),
        Span(lines, Style.CODE),
    )
    copy = CopyButton(reader.say("button.copy_text"), lines)
    return Screen(spans, ((copy,), (_button(reader, "noted", "noted"),)))


def question(reader: Reader, act: str, headline: str = "") -> Screen:
    """Return the screen that asks for a code. `act` describes in words what the code is for.

    `headline` is a line above the question.
    """
    parts = [headline, reader.say("factor.question", act=act), reader.say("factor.question_hint")]
    return _screen(reader, parts, [(_button(reader, "cancel", "cancel"),)])


def first_code(reader: Reader, headline: str = "") -> Screen:
    """Return the screen that asks for the first code of an app. This code completes the set-up of the app.

    `headline` is a line above the question; "" for none.
    """
    return _screen(reader, [headline, reader.say("factor.first_code")], [(_button(reader, "cancel", "cancel"),)])


def sentence(reader: Reader, key: str, **values: str | int) -> Screen:
    """Return a screen with the phrase `factor.KEY`, filled with `values`."""
    return Screen((Span(reader.say(f"factor.{key}", **values)),))


def _screen(reader: Reader, parts: Iterable[str], rows: Iterable[Row]) -> Screen:
    title = Span(reader.say("factor.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(part for part in parts if part))), tuple(rows))


def _button(reader: Reader, label: str, action: str) -> ActionButton:
    return reader.action_button(reader.say(f"factor.button_{label}"), f"{FACTOR_PREFIX}{action}")
