"""parse_mode HTML read into entities, the subset that Telegram documents; other modes are refused."""

from html.parser import HTMLParser
from typing import Any

from playground.errors import bad
from playground.messages.text import units

Json = dict[str, Any]
_STYLES = {
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


def parsed(text: str, mode: str) -> tuple[str, list[Json]]:
    """Text and entities of `text` in `mode`, or Telegram's error."""
    if mode.lower() != "html":
        raise bad(f"unsupported parse_mode: the box reads HTML, not {mode!r}; or send entities")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{reader.open[-1][0]}\"")
    return "".join(reader.pieces), reader.entities


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.entities: list[Json] = []
        self.open: list[tuple[str, Json]] = []
        self._length = 0

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        self._length += units(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = _STYLES.get("tg-spoiler" if tag == "span" and ("class", "tg-spoiler") in attrs else tag)
        if kind is None:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        if kind == "blockquote" and any(name == "expandable" for name, _ in attrs):
            kind = "expandable_blockquote"
        entity: Json = {"type": kind, "offset": self._length}
        if kind == "text_link":
            entity["url"] = dict(attrs).get("href") or ""
        self.open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise bad(f'can\'t parse entities: Unexpected end tag "{tag}"')
        _, entity = self.open.pop()
        self.entities.append(entity | {"length": self._length - entity["offset"]})
