"""Write a document as markup that is valid both in HTML and in XHTML."""

from collections.abc import Iterator
from html import escape

from bot.export.document import Document, Part


def direction(document: Document) -> str:
    """Return the attributes that say in which language and direction an element is written."""
    return f'lang="{document.lang}" dir="{"rtl" if document.rtl else "ltr"}"'


def table_of_contents(document: Document, anchor: str) -> Iterator[str]:
    """Yield the lines of a list of links to all parts. The id of a part begins with `anchor`."""
    yield '<ul class="contents">'
    for part in document.parts:
        yield f'<li><a href="#{anchor}{part.id}">{escape(part.heading)}</a></li>'
    yield "</ul>"


def body(document: Document, anchor: str) -> Iterator[str]:
    """Yield the lines of all parts, each with a heading and its text, and of the footer."""
    for part in document.parts:
        yield f'<h2 id="{anchor}{part.id}">{escape(part.heading)}</h2>'
        yield from _paragraphs(part)
    yield f'<p class="note">{escape(document.notice)}</p>'
    for line in document.footer:
        yield f'<p class="note">{escape(line)}</p>'


def _paragraphs(part: Part) -> Iterator[str]:
    """Yield the paragraphs of a text. The text is the paragraphs with an empty line between any two of them."""
    for paragraph in part.text.split("\n\n"):
        yield "<p>" + escape(paragraph, quote=False).replace("\n", "<br/>") + "</p>"
