"""Build the common parts of the settings pages: title, buttons with a check mark, and the row of ways back."""

from collections.abc import Sequence

from bot.flows.time_format import zone_name
from content.screens.frame import ways_out
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Button, Row, Screen, Span, Style
from storage.subscriptions.subscriber import ZONES


def screen(reader: Reader, phrases: list[str], *rows: Row) -> Screen:
    """Return a settings page: a paragraph for each phrase, and `rows` of buttons. `phrases` are keys of phrases."""
    text = "\n\n".join(reader.say(phrase) for phrase in phrases)
    return Screen((title(reader), Span(text)), rows)


def title(reader: Reader) -> Span:
    """Return the title that all settings pages have."""
    return Span(reader.say("panel.title") + "\n\n", Style.BOLD)


def act(reader: Reader, label: str, action: str) -> ActionButton:
    """Return a button that carries out `action`, with the phrase `button.LABEL` as its label."""
    return reader.action_button(reader.say(f"button.{label}"), action)


def switch(reader: Reader, label: str, action: str, is_on: bool) -> ActionButton:
    """Return a button that turns a setting off if `is_on`, and otherwise on.

    `action` names the setting. `button.LABEL` is the key of the phrase on the button.
    """
    return checkbox(reader, reader.say(f"button.{label}"), is_on, f"{action}.{int(not is_on)}")


def checkbox(reader: Reader, label: str, is_on: bool, action: str) -> ActionButton:
    """Return a button with the text `label`, after a check mark if `is_on`. A press of it carries out `action`."""
    return reader.action_button(reader.say("button.chosen", label=label) if is_on else label, action)


def in_columns(reader: Reader, buttons: Sequence[Button], columns: int) -> list[Row]:
    """Return the buttons in rows of `columns` buttons, in the reading direction of the language."""
    return [reader.directed_row(buttons[start : start + columns]) for start in range(0, len(buttons), columns)]


def back(reader: Reader, action: str = "open.main") -> Row:
    """Return the last row of buttons on a page: one to the page that `action` opens, and one to the menu."""
    return ways_out(reader, act(reader, "back", action))


def zone_page(reader: Reader, chosen: str, prefix: str, *, back_to: str) -> Screen:
    """Return a page with a button for each time zone, and a check mark at the zone `chosen`; "" means none.

    The action of a button is `prefix`, a dot, and the index of the zone in ZONES. "Back" carries out `back_to`.
    """
    buttons = [
        checkbox(reader, zone_name(reader, zone), zone == chosen, f"{prefix}.{number}")
        for number, zone in enumerate(ZONES)
    ]
    return screen(reader, ["panel.choose_zone"], *in_columns(reader, buttons, 2), back(reader, back_to))
