"""Name the kinds of files in which people can take the whole text with them."""

from enum import StrEnum


class FileKind(StrEnum):
    """A kind of file. The values are part of buttons in existing chats, of the keys of phrases and of file names."""

    HTML = "html"  # in all languages; the others are in one
    EPUB = "epub"
    PDF = "pdf"


def file_name(kind: FileKind, lang: str) -> str:
    """Return the name of a file, which names neither the campaign nor the declaration."""
    return "text.html" if kind is FileKind.HTML else f"text-{lang}.{kind}"
