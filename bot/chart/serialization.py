"""Convert a chart to JSON for the process that draws it, and back."""

from dataclasses import dataclass

import msgspec

from bot.chart.guide.device_guide import DeviceGuide
from bot.chart.progress_curve import ProgressCurve
from bot.chart.stats_chart import StatsChart

Chart = StatsChart | ProgressCurve | DeviceGuide


@dataclass(frozen=True, slots=True)
class _Document:
    """The JSON document of a chart. Exactly one field is set; its name is the kind of the chart."""

    stats: StatsChart | None = None
    progress: ProgressCurve | None = None
    guide: DeviceGuide | None = None


def encode(chart: Chart) -> bytes:
    """Return the chart as UTF-8 JSON."""
    match chart:
        case StatsChart():
            document = _Document(stats=chart)
        case ProgressCurve():
            document = _Document(progress=chart)
        case DeviceGuide():
            document = _Document(guide=chart)
    return msgspec.json.encode(document)


def decode(json: bytes) -> Chart:
    """Parse the JSON that `encode` returned. Raises msgspec.ValidationError for any other JSON."""
    document = msgspec.json.decode(json, type=_Document)
    chart = document.stats or document.progress or document.guide
    if chart is None:
        raise msgspec.ValidationError("The document holds no chart.")
    return chart
