"""What a call says: a text or a caption with its entities, as given or out of parse_mode."""

from typing import Any

from playground.errors import bad
from playground.messages.markup import parsed
from playground.messages.text import captioned, with_found, written
from playground.methods.support.parameters import Given, structure, text

Json = dict[str, Any]
_PREVIEW = frozenset({"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"})


def content_of(given: Given, name: str, entities: str = "entities", too_long: str = "message is too long") -> Any:
    """Text and entities as they will be kept: entities as given, or out of the text by parse_mode."""
    return written(*_said(given, name, entities), too_long)


def caption_of(given: Given) -> Json:
    kept, entities = captioned(*_said(given, "caption", "caption_entities"))
    content: Json = {"caption": kept} if kept else {}
    return content | {"caption_entities": entities} if entities else content


def text_content(given: Given, kept: str, entities: list[Json]) -> Json:
    content: Json = {"text": kept}
    if entities:
        content["entities"] = entities
    if given.get("link_preview_options"):
        options = preview_of(structure(given, "link_preview_options"))
        content |= {"link_preview_options": options} if options else {}
    return content


def preview_of(options: Any) -> Json:
    """What is as by default is left out, as Telegram leaves it out of messages."""
    if not isinstance(options, dict):
        raise bad("can't parse LinkPreviewOptions: expected an Object")
    for name in _PREVIEW & options.keys():
        if not isinstance(options[name], bool):
            raise bad(f'can\'t parse LinkPreviewOptions: Field "{name}" must be of type Boolean')
    if not isinstance(url := options.get("url", ""), str):
        raise bad('can\'t parse LinkPreviewOptions: Field "url" must be of type String')
    flags = {name: True for name in sorted(_PREVIEW) if options.get(name)}
    return flags | ({"url": url} if url else {})


def complete(content: Json) -> Json:
    """With the links, commands and tags that the server finds by itself."""
    for words, entities in (("text", "entities"), ("caption", "caption_entities")):
        if words in content and (found := with_found(content[words], content.get(entities, []))):
            content = content | {entities: found}
    return content


def _said(given: Given, name: str, entities: str) -> tuple[str, Any]:
    said = text(given, name)
    if mode := text(given, "parse_mode"):
        return parsed(said, mode)
    return said, structure(given, entities)
