"""The Bot API method sendPoll. People cannot vote: polls can only be seen, copied and forwarded."""

from typing import Any

from playground.errors import bad_request
from playground.messages.text import utf16_length
from playground.methods.support.parameters import boolean, structure, text
from playground.methods.support.posting import COMMON_PARAMETERS, post
from playground.methods.support.registry import MethodCall, method

Json = dict[str, Any]
MAX_OPTIONS = 12


@method("sendPoll", f"question options is_anonymous type allows_multiple_answers is_closed {COMMON_PARAMETERS}")
def send_poll(call: MethodCall) -> Json:
    parameters = call.parameters
    question = _checked("poll question", text(parameters, "question"), 300)
    poll: Json = {
        "id": str(6_000_000_000_000_000_001 + call.state.new_message_id()),
        "question": question,
        "options": _options(structure(parameters, "options")),
        "total_voter_count": 0,
        "is_closed": boolean(parameters, "is_closed"),
        "is_anonymous": parameters.get("is_anonymous") is None or boolean(parameters, "is_anonymous"),
        "type": "quiz" if text(parameters, "type") == "quiz" else "regular",
        "allows_multiple_answers": boolean(parameters, "allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    }
    return post(call, {"poll": poll})


def _options(options: Any) -> list[Json]:
    if not isinstance(options, list):
        raise bad_request("can't parse options: expected an Array of InputPollOption")
    if not options:
        raise bad_request("poll must have at least 1 option")
    if len(options) > MAX_OPTIONS:
        raise bad_request(f"poll can't have more than {MAX_OPTIONS} options")
    return [_option(index, option) for index, option in enumerate(options)]


def _option(index: int, option: Any) -> Json:
    option_text = option.get("text") if isinstance(option, dict) else None
    if not isinstance(option_text, str):
        raise bad_request("can't parse InputPollOption: Can't find field \"text\"")
    return {"persistent_id": str(index), "text": _checked("poll options", option_text, 100), "voter_count": 0}


def _checked(name: str, value: str, maximum: int) -> str:
    """Return a text without leading and trailing whitespace. `name` is what errors call it.

    Raises BotApiError when it is empty or longer than `maximum` UTF-16 units.
    """
    value = value.strip()
    if not value:
        raise bad_request(f"{name} must be non-empty")
    if utf16_length(value) > maximum:
        raise bad_request(f"{name} length must not exceed {maximum}")
    return value
