"""Write a document as markup that is valid both in HTML and in XHTML."""

from collections.abc import Iterator
from html import escape

from bot.export.document import Document, Part


def direction(document: Document) -> str:
    """Return the attributes `lang` and `dir` of an element with text of the document: 'lang="fa" dir="rtl"'."""
    return f'lang="{document.lang}" dir="{"rtl" if document.rtl else "ltr"}"'


def table_of_contents(document: Document, anchor: str) -> Iterator[str]:
    """Yield the lines of a list with a link to each part. The HTML id of a heading is `anchor` plus the part's id."""
    yield '<ul class="contents">'
    for part in document.parts:
        yield f'<li><a href="#{anchor}{part.id}">{escape(part.heading)}</a></li>'
    yield "</ul>"


def body(document: Document, anchor: str) -> Iterator[str]:
    """Yield the lines of all parts, each with a heading and its text, and then of the notice and the footer."""
    for part in document.parts:
        yield f'<h2 id="{anchor}{part.id}">{escape(part.heading)}</h2>'
        yield from _paragraphs(part)
    yield f'<p class="note">{escape(document.notice)}</p>'
    for line in document.footer:
        yield f'<p class="note">{escape(line)}</p>'


def _paragraphs(part: Part) -> Iterator[str]:
    """Yield a <p> element for each paragraph of the part. Empty lines separate the paragraphs in its text."""
    for paragraph in part.text.split("\n\n"):
        yield "<p>" + escape(paragraph, quote=False).replace("\n", "<br/>") + "</p>"
