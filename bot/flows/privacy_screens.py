"""Build the screens under /privacy: the promises, and how Telegram's own settings leave fewer traces on a device."""

import re

from bot.model.events import ButtonPress
from bot.model.replies import CallbackReplies, EditMessage, Toast
from content.model import Lang
from content.screens.frame import ways_out
from content.screens.navigation import AtCommand
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, CopyButton, Screen, Span, Style

DEVICES = ("android", "iphone", "computer")
_PROMISES = "promises"
_DATA = re.compile(rf"p\.([a-z0-9-]{{2,9}})\.({'|'.join((*DEVICES, _PROMISES))})", re.ASCII)


def promises(reader: Reader, user: int) -> Screen:
    """Return the privacy promises and the person's Telegram id, which an operator needs for the setting ADMIN_IDS."""
    spans = (
        Span(reader.say("privacy.title") + "\n\n", Style.BOLD),
        Span(reader.say("privacy.text") + "\n\n" + reader.say("privacy.number") + " "),
        Span(str(user), Style.CODE),
    )
    copy = CopyButton(reader.say("button.copy_number"), str(user))
    rows = ((_button(reader, "traces", DEVICES[0]),), (copy,), ways_out(reader))
    return Screen(spans, rows, AtCommand("privacy"))


def traces(reader: Reader, device: str) -> Screen:
    """Return the screen that explains Telegram's settings on one of DEVICES; the bot itself promises nothing."""
    paragraphs = [reader.say(f"privacy.{name}") for name in ("traces", f"on_{device}", "traces_limits")]
    spans = (
        Span(reader.say("privacy.traces_title") + "\n\n", Style.BOLD),
        Span("\n\n".join(paragraphs)),
    )
    devices = reader.directed_row(_device_button(reader, other, is_chosen=other == device) for other in DEVICES)
    return Screen(spans, (devices, (_button(reader, "back", _PROMISES),), ways_out(reader)))


def press(event: ButtonPress, reader: Reader) -> CallbackReplies | None:
    """Answer a press that opens one of these screens in place; return None for any other button."""
    match = _DATA.fullmatch(event.data) if event.is_private else None
    if match is None:
        return None
    lang, page = Lang(match[1]), match[2]
    reader = reader.speaking(lang) if lang in reader.campaign.languages else reader
    screen = promises(reader, event.sender.id) if page == _PROMISES else traces(reader, page)
    return (Toast(), EditMessage(screen))


def _button(reader: Reader, label: str, page: str) -> CallbackButton:
    return CallbackButton(reader.say(f"button.{label}"), f"p.{reader.lang}.{page}")


def _device_button(reader: Reader, device: str, *, is_chosen: bool) -> CallbackButton:
    label = reader.say(f"button.{device}")
    return CallbackButton(
        reader.say("button.chosen", label=label) if is_chosen else label, f"p.{reader.lang}.{device}"
    )
