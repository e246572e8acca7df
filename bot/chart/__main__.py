"""Draw one chart and exit: `python -m bot.chart` reads the chart as JSON from stdin and writes a PNG to stdout."""

import sys

from bot.runtime.resource_limits import limit_resources


def main() -> None:
    """Read a chart as JSON from stdin, draw it, and write it as a PNG to stdout."""
    limit_resources()
    from bot.chart import draw, serialization

    sys.stdout.buffer.write(draw.png(serialization.decode(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
