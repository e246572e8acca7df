"""The Bot API method answerCallbackQuery, with which a bot answers a pressed button."""

import re

from playground.errors import bad_request
from playground.messages.text import utf16_length
from playground.methods.support.parameters import boolean, text
from playground.methods.support.registry import MethodCall, method

# Without a game, Telegram opens only links to a bot with a start parameter.
_START_LINK = re.compile(r"(?:https?://)?(?:t|telegram)\.me/\w+\?start\w*=", re.IGNORECASE)


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback_query(call: MethodCall) -> bool:
    message, url = text(call.parameters, "text"), text(call.parameters, "url")
    if utf16_length(message) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not _START_LINK.match(url):
        raise bad_request("URL_INVALID")
    answer = {"text": message, "show_alert": boolean(call.parameters, "show_alert"), "url": url}
    call.state.callback_queries.answer(call.now(), call.bot, text(call.parameters, "callback_query_id"), answer)
    return True
