"""Read the text or caption of a call, and its entities, which are a parameter or HTML markup in the text."""

from typing import Any

from playground.errors import bad_request
from playground.messages.markup import parse_markup
from playground.messages.text import checked_caption, checked_text, with_detected_entities
from playground.methods.support.parameters import Parameters, structure, text

Json = dict[str, Any]
_PREVIEW_FLAGS = frozenset({"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"})


def text_and_entities(
    parameters: Parameters, name: str, entities: str = "entities", too_long: str = "message is too long"
) -> tuple[str, list[Json]]:
    """Return the text in the parameter `name`, and its entities.

    The entities come from the HTML markup in the text, or from the parameter with the name in `entities`. Raises
    BotApiError for an invalid text or entity. `too_long` is the error message for a text that is too long.
    """
    return checked_text(*_raw_text(parameters, name, entities), too_long)


def caption_fields(parameters: Parameters) -> Json:
    """Return the message fields of the caption; {} when it is empty. Raises BotApiError when it is invalid."""
    caption, entities = checked_caption(*_raw_text(parameters, "caption", "caption_entities"))
    content: Json = {"caption": caption} if caption else {}
    return content | {"caption_entities": entities} if entities else content


def text_fields(parameters: Parameters, message_text: str, entities: list[Json]) -> Json:
    """Return the message fields of a text, with its `entities` and the link_preview_options of the call."""
    content: Json = {"text": message_text}
    if entities:
        content["entities"] = entities
    if parameters.get("link_preview_options"):
        options = link_preview_fields(structure(parameters, "link_preview_options"))
        content |= {"link_preview_options": options} if options else {}
    return content


def link_preview_fields(options: Any) -> Json:
    """Return the LinkPreviewOptions without fields that have default values, as Telegram returns them.

    Raises BotApiError when `options` is invalid.
    """
    if not isinstance(options, dict):
        raise bad_request("can't parse LinkPreviewOptions: expected an Object")
    for name in _PREVIEW_FLAGS & options.keys():
        if not isinstance(options[name], bool):
            raise bad_request(f'can\'t parse LinkPreviewOptions: Field "{name}" must be of type Boolean')
    if not isinstance(url := options.get("url", ""), str):
        raise bad_request('can\'t parse LinkPreviewOptions: Field "url" must be of type String')
    flags = {name: True for name in sorted(_PREVIEW_FLAGS) if options.get(name)}
    return flags | ({"url": url} if url else {})


def add_detected_entities(content: Json) -> Json:
    """Return message fields with the additional entities that Telegram's server detects, such as links."""
    for text_field, entity_field in (("text", "entities"), ("caption", "caption_entities")):
        if text_field not in content:
            continue
        if entities := with_detected_entities(content[text_field], content.get(entity_field, [])):
            content = content | {entity_field: entities}
    return content


def _raw_text(parameters: Parameters, name: str, entities: str) -> tuple[str, Any]:
    raw = text(parameters, name)
    if mode := text(parameters, "parse_mode"):
        return parse_markup(raw, mode)
    return raw, structure(parameters, entities)
