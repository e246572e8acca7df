"""answerCallbackQuery: what a pressed button says back."""

import re

from playground.errors import bad
from playground.messages.text import units
from playground.methods.support.parameters import flag, text
from playground.methods.support.registry import Call, method

# Without a game only links to a bot with a start parameter may be opened.
_START_LINK = re.compile(r"(?:https?://)?(?:t|telegram)\.me/\w+\?start\w*=", re.IGNORECASE)


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback_query(call: Call) -> bool:
    said, url = text(call.given, "text"), text(call.given, "url")
    if units(said) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if url and not _START_LINK.match(url):
        raise bad("URL_INVALID")
    answer = {"text": said, "show_alert": flag(call.given, "show_alert"), "url": url}
    call.state.presses.answer(call.now(), call.bot, text(call.given, "callback_query_id"), answer)
    return True
