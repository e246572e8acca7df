"""Draw the guide for a device: two sketched screens with numbered marks, and the steps in words below them."""

from bot.chart import typesetting
from bot.chart.canvas import INNER, MARGIN, WIDTH, Canvas, note_height
from bot.chart.guide import device_screens, sketch
from bot.chart.guide.device_guide import DeviceGuide
from bot.chart.guide.sketch import Box
from bot.model.devices import Device

_TITLE, _ABOVE_SKETCH, _BELOW_SKETCH = 44, 46, 30  # pixels, as all below
_PHONE_HEIGHT, _WINDOW_HEIGHT = 800, 440
_GAP = 60  # between the two screens
_MENU_ON_PHONE, _MENU_ON_COMPUTER = 390, 430  # widths
_TEXT_SIZE, _LINE, _BETWEEN_STEPS, _ABOVE_NOTE = 38, 54, 30, 24
_INDENT = 84  # of the words of a step, which leaves room for its number


def draw_guide(guide: DeviceGuide) -> Canvas:
    canvas = Canvas(_height(guide), guide.rtl)
    canvas.down(_TITLE)
    canvas.write(guide.title, size=46)
    canvas.down(_ABOVE_SKETCH)
    _draw_screens(canvas, guide)
    for number in range(len(guide.steps)):
        _write_step(canvas, guide, number)
    canvas.down(_ABOVE_NOTE)
    canvas.write_note(guide.note)
    return canvas


def _draw_screens(canvas: Canvas, guide: DeviceGuide) -> None:
    first, second = _boxes(canvas, guide)
    target = device_screens.draw_chat(canvas, first, guide.device)
    sketch.mark(canvas, target, guide.steps[0].number)
    menu_button = device_screens.draw_page(canvas, second, guide.device)
    width = _MENU_ON_COMPUTER if guide.device is Device.COMPUTER else _MENU_ON_PHONE
    entry = sketch.menu(canvas, menu_button, width, guide.entry)
    sketch.mark(canvas, menu_button, guide.steps[1].number)
    sketch.mark(canvas, entry, guide.steps[2].number)
    canvas.y = round(second.bottom) + _BELOW_SKETCH


def _boxes(canvas: Canvas, guide: DeviceGuide) -> tuple[Box, Box]:
    """Return the boxes of the first and the second screen: windows one below the other, phones side by side."""
    if guide.device is Device.COMPUTER:
        first = Box(MARGIN, canvas.y, INNER, _WINDOW_HEIGHT)
        return first, Box(MARGIN, first.bottom + _GAP, INNER, _WINDOW_HEIGHT)
    width = (INNER - _GAP) / 2
    left = Box(MARGIN, canvas.y, width, _PHONE_HEIGHT)
    right = Box(WIDTH - MARGIN - width, canvas.y, width, _PHONE_HEIGHT)
    return (right, left) if guide.rtl else (left, right)


def _write_step(canvas: Canvas, guide: DeviceGuide, number: int) -> None:
    lines = _step_lines(guide, number)
    x = WIDTH - MARGIN - 30 if guide.rtl else MARGIN + 30
    canvas.down(_BETWEEN_STEPS)
    sketch.numbered_dot(canvas, (x, canvas.y + _LINE - _TEXT_SIZE * 0.35), guide.steps[number].number)
    for line in lines:
        canvas.down(_LINE)
        canvas.write(line, size=_TEXT_SIZE, indent=_INDENT, width=INNER - _INDENT)


def _step_lines(guide: DeviceGuide, number: int) -> list[str]:
    return typesetting.wrap(guide.steps[number].text, _TEXT_SIZE, INNER - _INDENT, is_rtl=guide.rtl)


def _height(guide: DeviceGuide) -> int:
    screens = 2 * _WINDOW_HEIGHT + _GAP if guide.device is Device.COMPUTER else _PHONE_HEIGHT
    steps = sum(_BETWEEN_STEPS + _LINE * len(_step_lines(guide, number)) for number in range(len(guide.steps)))
    note = note_height(guide.note, is_rtl=guide.rtl)
    return 2 * MARGIN + _TITLE + _ABOVE_SKETCH + screens + _BELOW_SKETCH + steps + _ABOVE_NOTE + note
