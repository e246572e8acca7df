"""Describe the picture of a guide: all its words, in the language of a reader."""

from dataclasses import dataclass

from bot.model.devices import Device


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a guide. `number` is the text in the circle that marks its place in the drawing."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class DeviceGuide:
    """A picture of three steps: open the page of a chat, open the menu there, and choose `entry` in the menu.

    `note` says that the picture is a drawing.
    """

    rtl: bool
    device: Device
    title: str
    steps: tuple[Step, Step, Step]
    entry: str
    note: str
