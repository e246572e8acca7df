"""Write metrics in the text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats, 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class MetricType(StrEnum):
    """The types of Prometheus metrics that the bot uses."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric. `name_end` is appended to the metric's name, for example `_sum`."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    name_end: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its samples. `text` explains it in one line."""

    name: str
    type: MetricType
    text: str
    samples: tuple[Sample, ...]


def gauge(name: str, text: str, *samples: Sample) -> Metric:
    return Metric(name, MetricType.GAUGE, text, samples)


def counter(name: str, text: str, *samples: Sample) -> Metric:
    return Metric(name, MetricType.COUNTER, text, samples)


def exposition(metrics: Iterable[Metric]) -> str:
    """Return the metrics as text. A metric without samples is left out."""
    lines = [line for metric in metrics if metric.samples for line in _lines(metric)]
    return "\n".join(lines) + "\n"


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.text}"
    yield f"# TYPE {metric.name} {metric.type}"
    for sample in metric.samples:
        labels = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in sample.labels.items())
        yield f"{metric.name}{sample.name_end}{{{labels}}} {_number(sample.value)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
