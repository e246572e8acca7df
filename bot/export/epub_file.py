"""Write the declaration in one language as an e-book: EPUB 3, a ZIP archive of XHTML."""

import io
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bot.export import markup
from bot.export.document import Document

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP archive can have
_MODIFIED = "2000-01-01T00:00:00Z"  # required by EPUB 3; a real date would reveal when the file was made
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = (
    "body{line-height:1.5}h1{font-size:1.4em}h2{font-size:1.1em}.note{font-size:.9em}ul{list-style:none;padding:0}\n"
)


def epub_file(document: Document) -> bytes:
    """Return the e-book as bytes. Its file `mimetype` comes first and is not compressed, as EPUB requires."""
    archive = io.BytesIO()
    with ZipFile(archive, "w") as epub:
        _add(epub, "mimetype", "application/epub+zip", ZIP_STORED)
        _add(epub, "META-INF/container.xml", _CONTAINER)
        _add(epub, "EPUB/book.opf", _package(document))
        _add(epub, "EPUB/nav.xhtml", _xhtml(document, _navigation(document)))
        _add(epub, "EPUB/text.xhtml", _xhtml(document, _text(document)))
        _add(epub, "EPUB/style.css", _STYLE)
    return archive.getvalue()


def _add(epub: ZipFile, name: str, text: str, compression: int = ZIP_DEFLATED) -> None:
    entry = ZipInfo(name, _FIXED_DATE)
    entry.create_system = 3  # by default, the system of the machine that writes the archive
    entry.external_attr = 0o644 << 16
    epub.writestr(entry, text.encode(), compression)


def _package(document: Document) -> str:
    direction = "rtl" if document.rtl else "ltr"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"
 xml:lang="{document.lang}" dir="{direction}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{_identifier(document)}</dc:identifier>
<dc:title>{escape(document.title)}</dc:title>
<dc:language>{document.lang}</dc:language>
<meta property="dcterms:modified">{_MODIFIED}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="text" href="text.xhtml" media-type="application/xhtml+xml"/>
<item id="style" href="style.css" media-type="text/css"/>
</manifest>
<spine page-progression-direction="{direction}">
<itemref idref="text"/>
</spine>
</package>
"""


def _identifier(document: Document) -> UUID:
    """Return a UUID that depends only on the words of the book, so that the same book always has the same UUID."""
    return UUID(bytes=sha256(repr(document).encode()).digest()[:16], version=4)


def _xhtml(document: Document, body: Iterator[str]) -> str:
    direction = "rtl" if document.rtl else "ltr"
    namespaces = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>',
        f'<html {namespaces} lang="{document.lang}" xml:lang="{document.lang}" dir="{direction}">',
        f'<head><title>{escape(document.title)}</title><link rel="stylesheet" href="style.css"/></head>\n<body>',
        *body,
        "</body>\n</html>\n",
    )
    return "\n".join(lines)


def _navigation(document: Document) -> Iterator[str]:
    yield f'<nav epub:type="toc"><h1>{escape(document.contents_title)}</h1>\n<ol>'
    for part in document.parts:
        yield f'<li><a href="text.xhtml#p-{part.id}">{escape(part.heading)}</a></li>'
    yield "</ol></nav>"


def _text(document: Document) -> Iterator[str]:
    yield f"<h1>{escape(document.title)}</h1>"
    if document.date:
        yield f"<p>{escape(document.date)}</p>"
    yield from markup.body(document, "p-")
