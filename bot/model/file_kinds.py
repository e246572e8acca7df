"""Define the formats of the files that contain the whole text of the declaration."""

from enum import StrEnum


class FileKind(StrEnum):
    """The format of a file.

    The values are part of callback data in existing chats, of phrase keys and of file names.
    """

    HTML = "html"  # one file for all languages; each of the other files is in one language
    EPUB = "epub"
    PDF = "pdf"


def file_name(kind: FileKind, lang: str) -> str:
    """Return the name of a file, which reveals neither the campaign nor the declaration."""
    return "text.html" if kind is FileKind.HTML else f"text-{lang}.{kind}"
