"""sendPoll: polls to be seen, copied and refused; nobody can vote in the box."""

from typing import Any

from playground.errors import bad
from playground.messages.text import units
from playground.methods.support.parameters import flag, structure, text
from playground.methods.support.posting import COMMON, post
from playground.methods.support.registry import Call, method

Json = dict[str, Any]
MOST_OPTIONS = 12


@method("sendPoll", f"question options is_anonymous type allows_multiple_answers is_closed {COMMON}")
def send_poll(call: Call) -> Json:
    given = call.given
    question = _within("poll question", text(given, "question"), 300)
    poll: Json = {
        "id": str(6_000_000_000_000_000_001 + call.state.new_message_id()),
        "question": question,
        "options": _options(structure(given, "options")),
        "total_voter_count": 0,
        "is_closed": flag(given, "is_closed"),
        "is_anonymous": given.get("is_anonymous") is None or flag(given, "is_anonymous"),
        "type": "quiz" if text(given, "type") == "quiz" else "regular",
        "allows_multiple_answers": flag(given, "allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    }
    return post(call, {"poll": poll})


def _options(given: Any) -> list[Json]:
    if not isinstance(given, list):
        raise bad("can't parse options: expected an Array of InputPollOption")
    if not given:
        raise bad("poll must have at least 1 option")
    if len(given) > MOST_OPTIONS:
        raise bad(f"poll can't have more than {MOST_OPTIONS} options")
    return [_option(at, option) for at, option in enumerate(given)]


def _option(at: int, given: Any) -> Json:
    said = given.get("text") if isinstance(given, dict) else None
    if not isinstance(said, str):
        raise bad("can't parse InputPollOption: Can't find field \"text\"")
    return {"persistent_id": str(at), "text": _within("poll options", said, 100), "voter_count": 0}


def _within(what: str, said: str, most: int) -> str:
    said = said.strip()
    if not said:
        raise bad(f"{what} must be non-empty")
    if units(said) > most:
        raise bad(f"{what} length must not exceed {most}")
    return said
