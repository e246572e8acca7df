"""Write one leaflet (a PDF to print and fold) and exit: read a Document as JSON from stdin, write a PDF to stdout."""

import contextlib
import sys

from bot.runtime.resource_limits import limit_resources


def main() -> None:
    """Read a Document as JSON from stdin, and write it as a PDF to stdout; nothing if the fonts lack letters."""
    limit_resources()
    import msgspec

    from bot.export.document import Document
    from bot.export.leaflet.pdf_writer import leaflet
    from bot.export.leaflet.shaping import LettersMissing

    document = msgspec.json.decode(sys.stdin.buffer.read(), type=Document)
    with contextlib.suppress(LettersMissing):
        sys.stdout.buffer.write(leaflet(document))


if __name__ == "__main__":
    main()
