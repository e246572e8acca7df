"""Convert a chart to JSON for the process that draws it, and back."""

from dataclasses import dataclass

import msgspec

from bot.chart.progress_curve import ProgressCurve
from bot.chart.stats_chart import StatsChart


@dataclass(frozen=True, slots=True)
class _Document:
    """The JSON document of a chart. Exactly one field is set; the name of this field tells the kind of the chart."""

    stats: StatsChart | None = None
    progress: ProgressCurve | None = None


def encode(chart: StatsChart | ProgressCurve) -> bytes:
    """Return the chart as UTF-8 JSON."""
    return msgspec.json.encode(
        _Document(progress=chart) if isinstance(chart, ProgressCurve) else _Document(stats=chart)
    )


def decode(json: bytes) -> StatsChart | ProgressCurve:
    """Return the chart that `encode` wrote. Raises msgspec.ValidationError for anything else."""
    document = msgspec.json.decode(json, type=_Document)
    chart = document.stats or document.progress
    if chart is None:
        raise msgspec.ValidationError("The document holds no chart.")
    return chart
