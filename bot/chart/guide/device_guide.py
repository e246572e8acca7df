"""Define the words of a guide, a picture of where to tap in Telegram, in the language of a reader."""

from dataclasses import dataclass

from bot.model.devices import Device


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a guide. `number` is its number as text, which marks the place to tap in the drawing."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class DeviceGuide:
    """The words of a picture of three steps in Telegram's app on `device`.

    The steps are: open the profile page of a chat, open the menu there, and choose `entry` in the menu. `note` says
    that the picture is a sketch, not a screenshot.
    """

    rtl: bool
    device: Device
    title: str
    steps: tuple[Step, Step, Step]
    entry: str
    note: str
