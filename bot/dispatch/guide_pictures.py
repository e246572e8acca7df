"""Answer the buttons that ask for a guide: a picture of where to tap in Telegram's settings on one kind of device."""

import logging

from bot.chart.drawing_process import DrawingFailed
from bot.chart.guide.device_guide import DeviceGuide, Step
from bot.chart.renderer import ChartRenderer
from bot.flows import privacy_screens
from bot.model.devices import Device
from bot.model.events import Event
from bot.model.replies import CallbackReplies, SendPhoto, SendText, Toast
from content.model import Lang
from content.screens.reader import Reader

log = logging.getLogger(__name__)


class GuidePictures:
    """Draw the picture for each kind of device and language once, and keep it in memory: at most 60 kB for each."""

    def __init__(self, renderer: ChartRenderer) -> None:
        self._renderer = renderer
        self._pictures: dict[tuple[Lang, Device], bytes] = {}

    async def replies(self, event: Event, reader: Reader) -> CallbackReplies | None:
        """Return the picture that a button press asks for, or its steps as text when it cannot be drawn.

        Return None for any other event.
        """
        request = privacy_screens.picture_request(event, reader)
        if request is None:
            return None
        caption = privacy_screens.picture_caption(request.reader, request.device)
        try:
            png = await self._picture(request.reader, request.device)
        except DrawingFailed as error:
            log.warning("%s", error)
            return (Toast(), SendText(caption))
        return (Toast(), SendPhoto(png, caption, name=f"guide.{request.device}.{request.reader.lang}"))

    async def _picture(self, reader: Reader, device: Device) -> bytes:
        key = (reader.lang, device)
        if key not in self._pictures:
            self._pictures[key] = await self._renderer.render(device_guide(reader, device))
        return self._pictures[key]


def device_guide(reader: Reader, device: Device) -> DeviceGuide:
    """Return the words of the picture that shows the three steps to Telegram's auto-delete timer on `device`."""
    language = reader.book.language
    first, second, third = (
        Step(language.number(number), text) for number, text in enumerate(privacy_screens.steps(reader, device), 1)
    )
    return DeviceGuide(
        rtl=language.rtl,
        device=device,
        title=privacy_screens.picture_title(reader, device),
        steps=(first, second, third),
        entry=reader.say("privacy.auto_delete"),
        note=reader.say("privacy.picture_note"),
    )
