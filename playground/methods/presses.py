"""answerCallbackQuery: what a pressed button says back."""

from urllib.parse import urlsplit

from playground.params import flag, text
from playground.refusals import bad
from playground.registry import Call, method
from playground.text import units


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback_query(call: Call) -> bool:
    said, url = text(call.given, "text"), text(call.given, "url")
    if units(said) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if url and not _allowed(url):
        raise bad("URL_INVALID")
    answer = {"text": said, "show_alert": flag(call.given, "show_alert"), "url": url}
    call.state.presses.answer(call.now(), call.bot, text(call.given, "callback_query_id"), answer)
    return True


def _allowed(url: str) -> bool:
    """Without a game only links to bots with a start parameter may be opened."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return parts.hostname in {"t.me", "telegram.me"} and "start" in parts.query
