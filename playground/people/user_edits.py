"""Editing by people: what somebody does to a message of their own, and what bots hear of it."""

from typing import Any

from playground.errors import Mistake, Refused
from playground.messages.text import captioned, with_found, written
from playground.people.update_routing import deliver
from playground.world.model import Message, Person
from playground.world.state import State

Json = dict[str, Any]


def edit(state: State, person: Person, message: Message, text: str, entities: Any = None) -> None:
    """Replace the text of a person's own message, or the caption under their picture or file."""
    if message.sender is not person or message.via:
        raise Mistake(f"{person.first_name} cannot edit message {message.id}: it is not theirs.")
    content = (
        _with_text(message, text, entities) if "text" in message.content else _with_caption(message, text, entities)
    )
    state.change(message, content, message.markup)
    deliver(state, message, "edited_message")


def _with_text(message: Message, text: str, entities: Any) -> Json:
    try:
        kept, marked = written(text, entities)
    except Refused as no:
        raise Mistake(f"This cannot be sent ({no}): write 1 to 4096 characters.") from None
    return _replaced(message.content, "text", kept, "entities", with_found(kept, marked))


def _with_caption(message: Message, text: str, entities: Any) -> Json:
    try:
        kept, marked = captioned(text, entities)
    except Refused as no:
        raise Mistake(f"This caption cannot be sent ({no}): write at most 1024 characters.") from None
    return _replaced(message.content, "caption", kept, "caption_entities", with_found(kept, marked))


def _replaced(content: Json, words: str, text: str, marks: str, entities: list[Json]) -> Json:
    rest = {name: value for name, value in content.items() if name not in (words, marks)}
    said: Json = {words: text} if text else {}
    return rest | said | ({marks: entities} if entities else {})
