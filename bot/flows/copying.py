"""Answer presses of buttons that show a text to copy, or advice on writing a letter."""

from bot.model.events import ButtonPress
from bot.model.replies import CallbackReplies, EditMessage, SetLanguage, Toast
from content.screens.copying.copy_data import CopyKind, from_copy_data
from content.screens.copying.copy_screen import copy_screen
from content.screens.reader import Reader


def press(event: ButtonPress, reader: Reader) -> CallbackReplies | None:
    """Answer a press that asks for a text to copy; return None for any other button.

    Return None as well if the campaign no longer has the text.
    """
    target = from_copy_data(event.data)
    if target is None:
        return None
    request, lang = target
    is_known = lang in reader.campaign.languages
    reader = reader.speaking_if_known(lang)
    screen = copy_screen(reader, request)
    if screen is None:
        return None
    remember = (SetLanguage(lang),) if is_known and event.is_private else ()
    hint = "" if request.kind is CopyKind.LETTER else reader.say("copying.hint")
    return (Toast(hint), *remember, EditMessage(screen))
