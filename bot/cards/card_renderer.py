"""Draw cards in a subprocess."""

import msgspec

from bot.cards.card_text import CardText
from bot.chart.drawing_process import DrawingFailed, DrawingProcess


class CardRenderer:
    """Draw cards in subprocesses of `process`, which also draws the charts, one at a time."""

    def __init__(self, process: DrawingProcess) -> None:
        self._process = process

    async def render(self, card: CardText) -> tuple[bytes, ...]:
        """Return the pages of a card as PNG pictures. Raises DrawingFailed when it cannot be drawn."""
        pages = await self._process.run("bot.cards", msgspec.json.encode(card))
        try:
            return msgspec.msgpack.decode(pages, type=tuple[bytes, ...])
        except msgspec.DecodeError as error:
            raise DrawingFailed(f"The subprocess of a card wrote no pictures: {error}") from error
