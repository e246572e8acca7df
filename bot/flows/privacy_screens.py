"""Build the screens of /privacy: the bot's promises, and advice how to leave fewer traces of Telegram on a device."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.model.devices import Device
from bot.model.events import ButtonPress, Event
from bot.model.replies import CallbackReplies, DeleteMessage, EditMessage, Toast
from content.screens.frame import HIDE, hide_button, ways_out
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, CopyButton, Screen, Span, Style


class _Page(StrEnum):
    """The action of a button: open the page with the promises, or delete the message with the button.

    The value is the last part of the button's callback data, as in "p.en.promises". Never change one, because
    existing chats have such buttons. For a page about a device, the last part is the name of the device instead.
    """

    PROMISES = "promises"
    HIDE = HIDE  # deletes the message with the button


_PROMISES = ("privacy.text", "group.privacy", "privacy.number")
_PICTURE = "picture."  # followed by the name of a device: the button for its picture
_PAGES = "|".join((*_Page, *Device, *(re.escape(_PICTURE + device) for device in Device)))
_DATA = re.compile(rf"p\.([a-z0-9-]{{2,9}})\.({_PAGES})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A request for the picture that explains the settings on `device`, in the language of `reader`."""

    reader: Reader
    device: Device


def promises(reader: Reader, user: int) -> Screen:
    """Return the screen with the privacy promises and the person's Telegram id, which is `user`.

    Operators need this id for the setting ADMIN_IDS.
    """
    spans = (
        Span(reader.say("privacy.title") + "\n\n", Style.BOLD),
        Span("\n\n".join(reader.say(name) for name in _PROMISES) + " "),
        Span(str(user), Style.CODE),
    )
    copy = CopyButton(reader.say("button.copy_number"), str(user))
    rows = ((_button(reader, "traces", Device.ANDROID),), (copy,), ways_out(reader))
    return Screen(spans, rows, AtCommand("privacy"))


def traces(reader: Reader, device: Device) -> Screen:
    """Return the screen that explains which settings of Telegram leave fewer traces on a device."""
    paragraphs = [reader.say(f"privacy.{name}") for name in ("traces", f"on_{device}", "traces_limits")]
    spans = (
        Span(reader.say("privacy.traces_title") + "\n\n", Style.BOLD),
        Span("\n\n".join(paragraphs)),
    )
    devices = reader.directed_row(_device_button(reader, other, is_chosen=other == device) for other in Device)
    picture = _button(reader, "picture", _PICTURE + device)
    return Screen(spans, (devices, (picture,), ways_out(reader, _button(reader, "back", _Page.PROMISES))))


def steps(reader: Reader, device: Device) -> tuple[str, ...]:
    """Return the steps that lead to Telegram's auto-delete timer on a device, one text each."""
    entry = reader.say("privacy.auto_delete")
    return tuple(reader.say(f"privacy.steps_{device}", entry=entry).split("\n"))


def picture_title(reader: Reader, device: Device) -> str:
    """Return the title of the picture that explains the settings on a device."""
    return reader.say("privacy.picture_title", device=reader.say(f"button.{device}"))


def picture_caption(reader: Reader, device: Device) -> Screen:
    """Return the caption of the picture: its steps as numbered lines of text, and a button that deletes it."""
    lines = [
        reader.say("privacy.step", number=number, text=text) for number, text in enumerate(steps(reader, device), 1)
    ]
    spans = (Span(picture_title(reader, device) + "\n\n", Style.BOLD), Span("\n".join(lines)))
    return Screen(spans, ((hide_button(reader),),))


def picture_request(event: Event, reader: Reader) -> PictureRequest | None:
    """Return the request for a picture that a press makes in a private chat; None for any other event."""
    match = _match(event)
    if match is None or not match[2].startswith(_PICTURE):
        return None
    return PictureRequest(reader.speaking_if_known(match[1]), Device(match[2].removeprefix(_PICTURE)))


def press(event: ButtonPress, reader: Reader) -> CallbackReplies | None:
    """Answer a press that opens one of these screens or deletes a picture; return None for any other button."""
    match = _match(event)
    if match is None or match[2].startswith(_PICTURE):
        return None
    reader, page = reader.speaking_if_known(match[1]), match[2]
    if page == _Page.HIDE:
        return (DeleteMessage(reader.say("toast.not_deleted")),)
    screen = promises(reader, event.sender.id) if page == _Page.PROMISES else traces(reader, Device(page))
    return (Toast(), EditMessage(screen))


def _match(event: Event) -> re.Match[str] | None:
    """Return the match of `_DATA` in the callback data of a press in a private chat; None for any other event.

    Group 1 is the language, and group 2 is the page.
    """
    return _DATA.fullmatch(event.data) if isinstance(event, ButtonPress) and event.is_private else None


def _button(reader: Reader, label: str, page: str) -> CallbackButton:
    return CallbackButton(reader.say(f"button.{label}"), f"p.{reader.lang}.{page}")


def _device_button(reader: Reader, device: Device, *, is_chosen: bool) -> CallbackButton:
    label = reader.say(f"button.{device}")
    return CallbackButton(
        reader.say("button.chosen", label=label) if is_chosen else label, f"p.{reader.lang}.{device}"
    )
