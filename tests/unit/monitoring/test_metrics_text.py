"""Metrics are written as Prometheus reads them, and figures about people appear in groups of ten."""

import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.monitoring.metrics.disclosed_figures import DisclosedFigures, in_tens
from bot.monitoring.metrics.exposition import Metric, MetricType, Sample, counter, exposition, gauge
from bot.monitoring.update_metrics import BOUNDS, OTHER, LatencyHistogram, UpdateMetrics

parser = pytest.importorskip("prometheus_client.parser", reason="the development lock has it: run make test")

LABEL_VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))
VALUES = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)


@given(st.dictionaries(LABEL_VALUES, VALUES, min_size=1))
@settings(max_examples=30)
def test_any_label_and_value_is_read_back(values: dict[str, float]) -> None:
    metric = gauge("a_metric", "Text.", *(Sample(value, {"label": name}) for name, value in values.items()))
    [family] = parser.text_string_to_metric_families(exposition([metric]))

    assert {sample.labels["label"]: sample.value for sample in family.samples} == values
    assert (family.type, family.documentation) == ("gauge", "Text.")


def test_a_sample_without_labels_and_a_metric_without_samples_are_valid() -> None:
    text = exposition([counter("calls_total", "Calls.", Sample(3)), Metric("none", MetricType.GAUGE, "None.", ())])
    [family] = parser.text_string_to_metric_families(text)

    assert [(sample.name, sample.value) for sample in family.samples] == [("calls_total", 3.0)]


@given(st.lists(st.integers(0, 25), max_size=60))
@settings(max_examples=50)
def test_two_readings_never_differ_by_fewer_than_ten(steps: list[int]) -> None:
    disclosed, count, shown = DisclosedFigures(), 0, 0.0
    for step in steps:
        count += step
        figure, follower = disclosed.show("key", (count, -count))
        assert figure == shown or figure - shown >= 10
        assert follower == -figure
        assert count - figure < 10
        shown = figure


def test_gauges_about_people_are_rounded_down_to_tens() -> None:
    assert [in_tens(number) for number in (0, 9, 10, 19, 1234)] == [0, 0, 10, 10, 1230]


def test_updates_are_counted_by_kind_and_an_unknown_kind_as_other() -> None:
    metrics = UpdateMetrics()
    kinds = [metrics.record_received({"update_id": 1, name: {}}) for name in ("message", "inline_query", "poll")]

    assert kinds == ["message", "inline_query", OTHER]
    assert metrics.received["message"] == metrics.received[OTHER] == 1


def test_a_duration_falls_into_the_bucket_of_its_upper_bound() -> None:
    histogram = LatencyHistogram()
    for seconds in (0.0, *BOUNDS, 1000.0):
        histogram.observe(seconds)

    assert histogram.counts == [2, *[1] * (len(BOUNDS) - 1), 1]
    assert histogram.seconds == sum(BOUNDS) + 1000


@pytest.mark.timing
def test_counting_an_update_costs_less_than_ten_microseconds() -> None:
    """It is about one; an answer costs some hundred."""
    metrics, update = UpdateMetrics(), {"update_id": 1, "callback_query": {}}

    def count() -> None:
        metrics.record_answered(metrics.record_received(update), 0.02)

    assert min(timeit.repeat(count, number=2000, repeat=5)) / 2000 < 10e-6
