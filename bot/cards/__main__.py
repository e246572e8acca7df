"""Draw a card and exit: `python -m bot.cards` reads a CardText as JSON from stdin and writes its pages to stdout.

The pages are a MessagePack list of PNG pictures.
"""

import sys

import msgspec

from bot.cards.card_text import CardText
from bot.runtime.resource_limits import limit_resources


def main() -> None:
    """Read a card as JSON from stdin, draw it, and write its pages to stdout as a MessagePack list of PNGs."""
    limit_resources()
    from bot.cards import draw_card

    card = msgspec.json.decode(sys.stdin.buffer.read(), type=CardText)
    sys.stdout.buffer.write(msgspec.msgpack.encode(draw_card.pngs(card)))


if __name__ == "__main__":
    main()
