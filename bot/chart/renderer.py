"""Draw a chart in a subprocess."""

from bot.chart.drawing_process import DEADLINE, DrawingFailed, DrawingProcess
from bot.chart.serialization import Chart, encode

_PNG = b"\x89PNG\r\n\x1a\n"


class ChartRenderer:
    """Draw charts in subprocesses, one at a time."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self.process = DrawingProcess(deadline)

    async def render(self, chart: Chart) -> bytes:
        """Return the chart as a PNG. Raises DrawingFailed when the chart cannot be drawn.

        Calls wait until earlier charts are drawn. When this method ends, even by a cancellation, the subprocess has
        ended, too.
        """
        png = await self.process.run("bot.chart", encode(chart))
        if not png.startswith(_PNG):
            raise DrawingFailed("The chart's subprocess wrote no picture")
        return png
