"""Edit a person's own message, and notify the bots that can read it."""

from typing import Any

from playground.errors import BotApiError, SimulatorError
from playground.messages.text import checked_caption, checked_text, with_detected_entities
from playground.people.update_routing import send_update
from playground.world.model import Message, User
from playground.world.state import PlaygroundState

Json = dict[str, Any]


def edit(state: PlaygroundState, person: User, message: Message, text: str, entities: Any = None) -> None:
    """Replace the text or caption of a person's own message, and notify the bots that can read it.

    Raises SimulatorError when somebody else sent the message, or when the new text is invalid.
    """
    if message.sender is not person or message.via_bot:
        raise SimulatorError(f"{person.first_name} cannot edit message {message.id}: somebody else sent it.")
    replace = _with_text if "text" in message.content else _with_caption
    state.edit_message(message, replace(message, text, entities), message.reply_markup)
    send_update(state, message, "edited_message")


def _with_text(message: Message, text: str, entities: Any) -> Json:
    try:
        new_text, valid = checked_text(text, entities)
    except BotApiError as error:
        raise SimulatorError(f"This text cannot be sent ({error}): write 1 to 4096 characters.") from None
    fields = {"text": new_text, "entities": with_detected_entities(new_text, valid)}
    return _replaced(message.content, fields)


def _with_caption(message: Message, text: str, entities: Any) -> Json:
    try:
        caption, valid = checked_caption(text, entities)
    except BotApiError as error:
        raise SimulatorError(f"This caption cannot be sent ({error}): write at most 1024 characters.") from None
    fields = {"caption": caption, "caption_entities": with_detected_entities(caption, valid)}
    return _replaced(message.content, fields)


def _replaced(content: Json, fields: Json) -> Json:
    """Return `content` with the values of `fields`. A field whose new value is empty is removed."""
    unchanged = {name: value for name, value in content.items() if name not in fields}
    return unchanged | {name: value for name, value in fields.items() if value}
