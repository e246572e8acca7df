"""Build the screens of the editor, on which an admin writes an announcement and makes choices about it. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.broadcast.authoring import draft_text
from bot.broadcast.authoring.draft import Draft, Stage, planned_posts
from bot.broadcast.authoring.draft_text import language_content, summary
from bot.broadcast.authoring.framing import list_row
from bot.broadcast.authoring.timing.time_choices import TimeChoice, time_choices
from bot.flows.time_format import format_hour, weekday_name, zone_name
from bot.model.announcement import LinkButton
from bot.model.audience import EVERYONE
from content.invisible import is_blank
from content.screens.reader import Reader
from content.screens.screen import ActionButton, CopyButton, Row, Screen, Span, Style, units
from storage.subscriptions.subscriber import ZONES

PREFIX = "b."  # of every action of these screens

_MAX_COPY = 256  # UTF-16 units that a button can copy
_EXAMPLE_ADDRESS = "https://example.org/page"
_LEFT_TO_RIGHT_MARK = "\u200e"


def main(reader: Reader, draft: Draft, headline: str = "", *, is_reopened: bool = False) -> Screen:
    """Return the main screen of the editor: a description of the draft, with buttons to change it.

    `headline` says what has just happened. `is_reopened` is True if the draft was begun earlier. Then a button offers
    to begin a new draft.
    """
    is_pending = draft.stage in (Stage.ASKED, Stage.DELAYED)
    parts = [headline, reader.say("broadcast.pending") if is_pending else "", *summary(reader, draft)]
    if not draft.pieces:
        parts.append(reader.say("broadcast.begin"))
    languages = draft.languages(reader.campaign.languages)
    rows: list[Row] = [tuple(_language_button(reader, draft, language) for language in languages)]
    if not draft.edited_broadcast:
        rows.append((action_button(reader, "audience", "whom"), action_button(reader, "moment", "when")))
    elif draft.scheduled_at is not None:
        rows.append((action_button(reader, "moment", "when"),))
    if any(piece.media for piece in draft.pieces.values()) and not draft.edited_broadcast:
        label, action = reader.say("button.share_media"), f"share.{int(not draft.shares_media)}"
        rows.append((_choice(reader, label, action, is_chosen=draft.shares_media),))
    if draft.pieces and not draft.edited_broadcast:
        rows.append(
            (_choice(reader, reader.say("channel.button_also"), "chan", is_chosen=bool(planned_posts(draft))),)
        )
    if draft.pieces and draft.can_become_urgent:
        label, action = reader.say("urgent.switch"), f"urgent.{int(not draft.urgent)}"
        rows.append((_choice(reader, label, action, is_chosen=draft.urgent),))
    if draft.pieces:
        rows.append((action_button(reader, "preview", "show"), action_button(reader, "try", "try")))
        rows.append((action_button(reader, "check", "check"),))
    last = [action_button(reader, "discard", "drop")]
    if is_reopened:
        last.append(action_button(reader, "begin_another", "another"))
    return titled_screen(reader, parts, *rows, tuple(last), list_row(reader))


def text(reader: Reader, draft: Draft, language: str, headline: str = "") -> Screen:
    """Return the screen that asks an admin for the announcement's text in one language.

    The admin's next message becomes that text. The screen shows the current text, if there is one, and buttons for
    changes. `headline` says what has just happened.
    """
    instruction = reader.say("broadcast.send_text", language=reader.language_name(language))
    parts = [headline, language_content(reader, draft, language), instruction]
    rows: list[Row] = []
    if draft.pieces:
        rows.append((action_button(reader, "links", f"links.{language}"),))
    if language in reader.campaign.editions and not draft.edited_broadcast:
        rows.append((reader.action_button(reader.say("attach_card.button"), f"{PREFIX}card.{language}"),))
    if language in draft.pieces:
        if language != draft.default_language:
            rows.append((action_button(reader, "make_default", f"first.{language}"),))
        if draft.pieces[language].media and not draft.edited_broadcast:
            rows.append((action_button(reader, "remove_media", f"nomedia.{language}"),))
        rows.append((action_button(reader, "remove_text", f"cut.{language}"),))
    source = draft.sources.get(f"text.{language}")
    is_whole = language in draft.pieces and not (source and source.is_cut)
    current = draft.pieces[language].text if is_whole else ""
    return _with_copy(reader, titled_screen(reader, parts, *rows, back_row(reader)), current)


def _with_copy(reader: Reader, screen: Screen, text: str) -> Screen:
    """Return `screen` with `text` below it, styled as code so that a tap copies it.

    If `text` is short enough, also add a button that copies it.
    """
    if is_blank(text):
        return screen
    label = Span("\n\n" + reader.say("broadcast.current_text") + "\n")
    can_have_button = units(text) <= _MAX_COPY
    rows = ((CopyButton(reader.say("button.copy_text"), text),), *screen.rows) if can_have_button else screen.rows
    return Screen((*screen.spans, label, Span(text, Style.CODE)), rows)


def links(reader: Reader, draft: Draft, language: str, headline: str = "") -> Screen:
    """Return the screen that asks an admin for the link buttons below the text in one language.

    The admin's next message replaces the present link buttons, which the screen shows. `headline` says what has just
    happened.
    """
    buttons, name = draft.links.get(language, ()), reader.language_name(language)
    example = reader.say("broadcast.link_example", address=_EXAMPLE_ADDRESS)
    instruction = reader.say("broadcast.send_links", language=name, example=example)
    if inherited := other_links(draft, language):
        instruction += "\n\n" + reader.say("broadcast.send_labels", number=len(inherited))
        buttons = buttons or inherited
    parts = [headline, instruction, "\n".join(f"{link.label} – {_left_to_right(link.url)}" for link in buttons)]
    is_own = language in draft.links
    rows = [(action_button(reader, "remove_links", f"unlink.{language}"),)] if is_own else []
    return titled_screen(reader, parts, *rows, (action_button(reader, "back", f"text.{language}"),))


def other_links(draft: Draft, language: str) -> tuple[LinkButton, ...]:
    """Return the link buttons of the default language, whose addresses the link buttons in `language` can reuse.

    If `language` is the default language, return ().
    """
    return () if language == draft.default_language else tuple(draft.links.get(draft.default_language, ()))


def audience(reader: Reader, draft: Draft) -> Screen:
    """Return the screen on which the admin chooses topics and languages."""
    chosen = draft.audience
    everyone = _choice(reader, reader.say("button.everyone"), "everyone", is_chosen=chosen == EVERYONE)
    rows: list[Row] = [(everyone,)]
    for topic in reader.campaign.topics:
        is_chosen = chosen.topics is not None and topic.number in chosen.topics
        action = f"topic.{topic.number}.{int(not is_chosen)}"
        rows.append((_choice(reader, topic.names[reader.lang], action, is_chosen=is_chosen),))
    languages = []
    for code, language in reader.campaign.languages.items():
        is_chosen = chosen.languages is not None and code in chosen.languages
        languages.append(_choice(reader, language.name, f"reads.{code}.{int(not is_chosen)}", is_chosen=is_chosen))
    return titled_screen(reader, [reader.say("broadcast.whom")], *rows, tuple(languages), back_row(reader))


def sending_time(reader: Reader, draft: Draft, now: float, headline: str = "") -> Screen:
    """Return the screen on which an admin chooses when the announcement is sent, by a button or by typing a time.

    `headline` says what has just happened.
    """
    zone = zone_name(reader, ZONES[draft.zone])
    language = reader.book.language
    tomorrow = language.time_words.get("tomorrow", ("",))[0]
    later = datetime.fromtimestamp(now, ZoneInfo(ZONES[draft.zone])) + timedelta(days=2)
    weekday = weekday_name(language, later.weekday())
    lines = ("18:00", f"{tomorrow} 9:30", f"{weekday} 18:00", f"{later:%d.%m.%Y} 18:00")
    examples = "\n".join(language.line_start + language.number(line) for line in lines)
    instruction = reader.say("broadcast.send_moment", example=examples, zone=zone)
    at_once = _choice(reader, reader.say("button.now"), "now", is_chosen=draft.send_at is None)
    times = [_time_button(reader, choice) for choice in time_choices(ZONES[draft.zone], now)]
    rows = [tuple([at_once, *times][start : start + 2]) for start in range(0, len(times) + 1, 2)]
    zone_button = reader.action_button(reader.say("button.zone", zone=zone), f"{PREFIX}zones")
    parts = [headline, draft_text.sending_time(reader, draft), instruction]
    return titled_screen(reader, parts, *rows, (zone_button,), back_row(reader))


def _time_button(reader: Reader, choice: TimeChoice) -> ActionButton:
    label = reader.say(f"button.{choice.key}", **({"time": format_hour(reader, choice.hour)} if choice.hour else {}))
    return reader.action_button(label, PREFIX + choice.action)


def zones(reader: Reader, draft: Draft) -> Screen:
    """Return the screen on which the admin chooses the time zone for sending."""
    buttons = [
        _choice(reader, zone_name(reader, zone), f"zone.{index}", is_chosen=index == draft.zone)
        for index, zone in enumerate(ZONES)
    ]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    return titled_screen(reader, [reader.say("broadcast.zone")], *rows, (action_button(reader, "back", "when"),))


def discard(reader: Reader, action: str = "dropped") -> Screen:
    """Return the screen that asks whether to discard the draft. `action` is the action of the button that does it."""
    confirm = action_button(reader, "drop_now", action)
    return titled_screen(reader, [reader.say("broadcast.drop")], (confirm,), back_row(reader))


def _language_button(reader: Reader, draft: Draft, language: str) -> ActionButton:
    is_written = language in draft.pieces
    languages = {str(code): known.name for code, known in reader.campaign.languages.items()}
    name = languages.get(language, language)  # buttons name a language as its own readers do
    return _choice(reader, name, f"text.{language}", is_chosen=is_written)


def _left_to_right(address: str) -> str:
    """Return an address between left-to-right marks, so that right-to-left text does not move its last slash."""
    return f"{_LEFT_TO_RIGHT_MARK}{address}{_LEFT_TO_RIGHT_MARK}"


def _choice(reader: Reader, label: str, action: str, *, is_chosen: bool) -> ActionButton:
    text = reader.say("button.chosen", label=label) if is_chosen else label
    return reader.action_button(text, PREFIX + action)


def action_button(reader: Reader, label: str, action: str) -> ActionButton:
    """Return a button that does `action`, an action of the editor without PREFIX.

    The button has the phrase with the key `button.{label}` as its text.
    """
    return reader.action_button(reader.say(f"button.{label}"), PREFIX + action)


def back_row(reader: Reader) -> Row:
    """Return a row with a button that leads back to the editor's main screen."""
    return (action_button(reader, "back", "main"),)


def titled_screen(reader: Reader, parts: Iterable[str], *rows: Row) -> Screen:
    """Return a screen with the editor's title, the nonempty `parts` as paragraphs, and `rows` of buttons."""
    title = Span(reader.say("broadcast.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(filter(None, parts)))), rows)
