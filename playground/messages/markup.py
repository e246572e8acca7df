"""Convert text in parse_mode HTML into plain text and entities. Only the tags that Telegram documents are valid."""

from html.parser import HTMLParser
from typing import Any

from playground.errors import bad_request
from playground.messages.text import utf16_length

Json = dict[str, Any]
_ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}


def parse_markup(text: str, mode: str) -> tuple[str, list[Json]]:
    """Return the plain text and the entities of a `text` with HTML tags.

    Raises BotApiError for an unknown or unclosed tag, or when `mode` (the parse_mode) is not HTML.
    """
    if mode.lower() != "html":
        raise bad_request(f"unsupported parse_mode: the playground supports HTML or entities, not {mode!r}")
    parser = _MarkupParser()
    parser.feed(text)
    parser.close()
    if parser.open_tags:
        tag, _ = parser.open_tags[-1]
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
    return "".join(parser.pieces), parser.entities


class _MarkupParser(HTMLParser):
    """An HTML parser that collects plain text in `pieces`, and `entities`.

    `open_tags` are the tags that are not closed yet, with their unfinished entities.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.entities: list[Json] = []
        self.open_tags: list[tuple[str, Json]] = []
        self._length = 0

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        self._length += utf16_length(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        entity_type = _ENTITY_TYPES.get("tg-spoiler" if tag == "span" and ("class", "tg-spoiler") in attrs else tag)
        if entity_type is None:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}"')
        if entity_type == "blockquote" and any(name == "expandable" for name, _ in attrs):
            entity_type = "expandable_blockquote"
        entity: Json = {"type": entity_type, "offset": self._length}
        if entity_type == "text_link":
            entity["url"] = dict(attrs).get("href") or ""
        self.open_tags.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags[-1][0] != tag:
            raise bad_request(f'can\'t parse entities: Unexpected end tag "{tag}"')
        _, entity = self.open_tags.pop()
        self.entities.append(entity | {"length": self._length - entity["offset"]})
