"""Sketch the two screens of a guide on each kind of device: a chat, and the profile page of the chat.

The apps keep this layout in right-to-left languages, too: the back button is left, and the menu button right.
"""

from bot.chart.canvas import INK, Canvas
from bot.chart.guide import sketch
from bot.chart.guide.sketch import Box
from bot.model.devices import Device

_CORNER = 46  # radius of a phone's corners, in pixels, as all lengths here
_BAR = 112  # height of the bar at the top of an app
_LIST = 250  # width of the list of chats on a computer


def draw_chat(canvas: Canvas, box: Box, device: Device) -> Box:
    """Draw the chat in `box`; return the box to tap, which opens the profile page of the chat."""
    match device:
        case Device.ANDROID:
            return _android_chat(canvas, box)
        case Device.IPHONE:
            return _iphone_chat(canvas, box)
        case Device.COMPUTER:
            return _computer_chat(canvas, box)


def draw_page(canvas: Canvas, box: Box, device: Device) -> Box:
    """Draw the profile page of the chat in `box`; return the box of the button that opens the menu."""
    match device:
        case Device.ANDROID:
            return _android_page(canvas, box)
        case Device.IPHONE:
            return _iphone_page(canvas, box)
        case Device.COMPUTER:
            return _computer_page(canvas, box)


def _phone(canvas: Canvas, box: Box) -> None:
    """Draw a phone with a bar at the top of its screen and a back button in the bar."""
    sketch.frame(canvas, box, _CORNER)
    sketch.area(canvas, box.part(5, 5, box.width - 10, _BAR), _CORNER - 5)
    sketch.area(canvas, box.part(5, _CORNER, box.width - 10, _BAR - _CORNER + 5))
    sketch.back_arrow(canvas, box.part(20, 36, 44, 44))


def _chat_on_phone(canvas: Canvas, box: Box) -> None:
    """Draw a phone with the messages of a chat, and the input field below them."""
    _phone(canvas, box)
    sketch.messages(canvas, box.part(30, _BAR + 90, box.width - 60, box.height - _BAR - 230))
    sketch.area(canvas, box.part(30, -96, box.width - 60, 60), 30)


def _android_chat(canvas: Canvas, box: Box) -> Box:
    _chat_on_phone(canvas, box)
    sketch.picture(canvas, box.part(80, 26, 64, 64))
    sketch.words(canvas, box.part(160, 34, 170, 50))
    sketch.dots(canvas, box.part(-64, 36, 44, 44), is_upright=True)
    return box.part(76, 24, 260, 68)


def _android_page(canvas: Canvas, box: Box) -> Box:
    _phone(canvas, box)
    sketch.picture(canvas, box.part(box.width / 2 - 70, 430, 140, 140))
    _settings(canvas, box)
    menu_button = box.part(-70, 30, 52, 56)
    sketch.dots(canvas, menu_button, is_upright=True)
    return menu_button


def _iphone_chat(canvas: Canvas, box: Box) -> Box:
    _chat_on_phone(canvas, box)
    sketch.words(canvas, box.part(box.width / 2 - 85, 34, 170, 50))
    portrait = box.part(-92, 26, 64, 64)
    sketch.picture(canvas, portrait)
    return portrait


def _iphone_page(canvas: Canvas, box: Box) -> Box:
    """Draw the profile page with four large buttons; return the box of the last, which opens the menu."""
    _phone(canvas, box)
    sketch.picture(canvas, box.part(box.width / 2 - 60, 40, 120, 120))
    side, gap = 84, 18
    first = (box.width - 4 * side - 3 * gap) / 2
    buttons = [box.part(first + number * (side + gap), 230, side, 72) for number in range(4)]
    for button in buttons:
        sketch.area(canvas, button, 16)
    _settings(canvas, box)
    sketch.dots(canvas, buttons[-1], is_upright=False)
    return buttons[-1]


def _settings(canvas: Canvas, box: Box) -> None:
    """Draw placeholders for lines of settings in the lower part of a profile page."""
    for top in (-180, -100):
        sketch.words(canvas, box.part(36, top, box.width * 0.6, 46))


def _window(canvas: Canvas, box: Box) -> Box:
    """Draw a window with the list of chats at the left; return the remaining box, for the open chat."""
    sketch.frame(canvas, box, 20)
    for number in range(3):
        row = box.part(5, 60 + number * 96, _LIST - 5, 88)
        if number == 1:
            sketch.area(canvas, row)
        sketch.picture(canvas, row.part(20, 14, 60, 60))
        sketch.words(canvas, row.part(96, 22, 120, 44))
    canvas.rectangle(box.part(_LIST, 5, 4, box.height - 10).corners, 0, fill=INK)
    return box.part(_LIST + 4, 0, box.width - _LIST - 4, box.height)


def _computer_chat(canvas: Canvas, box: Box) -> Box:
    chat = _window(canvas, box)
    sketch.area(canvas, chat.part(0, 5, chat.width - 5, 92), 0)
    name = chat.part(40, 24, 200, 54)
    sketch.words(canvas, name)
    sketch.messages(canvas, chat.part(40, 150, chat.width - 80, chat.height - 180))
    return name


def _computer_page(canvas: Canvas, box: Box) -> Box:
    """Draw the profile page as a smaller window over the chat; return the box of the button that opens the menu."""
    chat = _window(canvas, box)
    page = chat.part(70, 24, chat.width - 140, chat.height - 48)
    sketch.frame(canvas, page, 18)
    sketch.picture(canvas, page.part(30, 96, 100, 100))
    sketch.words(canvas, page.part(160, 120, 170, 50))
    menu_button = page.part(-76, 22, 52, 52)
    sketch.dots(canvas, menu_button, is_upright=True)
    return menu_button
