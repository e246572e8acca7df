"""Write all languages of the declaration into one HTML file, without scripts and without links to other files."""

from collections.abc import Iterator, Sequence
from html import escape

from bot.export import markup
from bot.export.document import Document

NAME = "text"  # of the files, and of the page in a browser's history: it names no campaign
# The policy forbids all that a page could fetch. Old browsers ignore the rules that they do not know.
_HEAD = """<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>"""
_STYLE = """
body{margin:0 auto;padding:1em;max-width:38em;font:1.05em/1.6 serif;color:#111;background:#fff}
[dir=rtl]{line-height:1.9}
h1{font-size:1.4em;line-height:1.4}
h2{font-size:1.1em;margin-top:1.8em}
a{color:#04c}
p,li{overflow-wrap:break-word;word-wrap:break-word}
ul{padding:0;list-style:none}
li a{display:block;padding:.35em 0}
section{border-top:1px solid #888;margin-top:2em}
.note{font-size:.9em;font-style:italic}
[dir=rtl] .note{font-style:normal}
@media (prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#8bf}}
@media print{section{page-break-before:always}}
"""


def web_page(documents: Sequence[Document]) -> bytes:
    """Return the HTML file as UTF-8: links to all languages, then for each language its contents and its text.

    The first of `documents` is that of the original.
    """
    original = documents[0]
    lines = (
        f"<!DOCTYPE html>\n<html {markup.direction(original)}>\n<head>",
        f"{_HEAD}\n<title>{NAME}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        *_languages(documents),
        *(line for document in documents for line in _section(document)),
        "</body>\n</html>\n",
    )
    return "\n".join(lines).encode()


def _languages(documents: Sequence[Document]) -> Iterator[str]:
    yield '<ul id="top">'
    for document in documents:
        link = f'<a href="#{document.lang}">{escape(document.name)}: {escape(document.title)}</a>'
        yield f"<li {markup.direction(document)}>{link}</li>"
    yield "</ul>"


def _section(document: Document) -> Iterator[str]:
    yield f'<section id="{document.lang}" {markup.direction(document)}>'
    yield f"<h1>{escape(document.title)}</h1>"
    if document.date:
        yield f"<p>{escape(document.date)}</p>"
    yield f'<p class="note">{escape(document.notice)}</p>'
    anchor = f"{document.lang}-"
    yield f"<h2>{escape(document.contents_title)}</h2>"
    yield from markup.table_of_contents(document, anchor)
    yield from markup.body(document, anchor)
    yield '<p><a href="#top">↑</a></p>'
    yield "</section>"
