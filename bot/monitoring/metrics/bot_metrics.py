"""Collect the metrics of the running bot. Each name, label and unit is documented in docs/operating.md.

Figures about people are shown only in steps of ten: see `disclosed_figures`.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from bot import __version__
from bot.monitoring.alerts.alert import Failure
from bot.monitoring.alerts.alert_watch import AlertWatch
from bot.monitoring.metrics.disclosed_figures import DisclosedFigures, in_tens
from bot.monitoring.metrics.exposition import Metric, MetricType, Sample, counter, exposition, gauge
from bot.monitoring.metrics.process_metrics import process_metrics
from bot.monitoring.readiness import Condition
from bot.monitoring.running_bot import RunningBot
from bot.monitoring.update_metrics import BOUNDS, LatencyHistogram
from bot.runtime.dates import today
from storage.errors import StorageRefused, StorageTrouble
from storage.store import Store

PREFIX = "declaration_bot"
_COUNT_INTERVAL = 60.0  # seconds for which the number of subscribers is not counted again
_DAY = 86_400


class BotMetrics:
    """The metrics of `bot`, as the text that /metrics shows.

    `reasons` returns why the bot is not ready; () if it is.
    """

    def __init__(self, bot: RunningBot, alerts: AlertWatch, reasons: Callable[[], tuple[str, ...]]) -> None:
        self._bot = bot
        self._alerts = alerts
        self._reasons = reasons
        self._disclosed = DisclosedFigures()
        self._subscribers: int | None = None
        self._counted_at = -_COUNT_INTERVAL

    async def text(self) -> str:
        """Return all metrics in the text format of Prometheus. A figure that cannot be read is left out."""
        await self._count_subscribers()
        return exposition([*self._traffic(), *self._queues(), *self._storage(), *self._state(), *process_metrics()])

    async def _count_subscribers(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._counted_at >= _COUNT_INTERVAL:
            self._counted_at = now
            try:
                self._subscribers = await self._bot.store.subscribers.count()
            except StorageTrouble:
                self._subscribers = None

    # Traffic

    def _traffic(self) -> Iterator[Metric]:
        monitors, floods = self._bot.monitors, self._bot.limiter.flood_waits
        yield self._counts("updates_total", "Updates that Telegram delivered.", "kind", monitors.updates.received)
        yield self._latencies(monitors.updates.answered)
        text = "Calls that answer people, by outcome."
        yield self._counts("answer_calls_total", text, "outcome", monitors.reply_calls.outcomes)
        text = "Calls that send announcements and clauses, by outcome."
        yield self._counts("broadcast_calls_total", text, "outcome", self._bot.client.outcomes)
        text = "Calls that post in the channel, by outcome. They concern nobody, so they are exact."
        posts = (Sample(count, {"outcome": name}) for name, count in self._bot.client.channel_outcomes.items())
        yield counter(f"{PREFIX}_channel_calls_total", text, *posts)
        samples = (Sample(floods[scope], {"scope": scope}) for scope in ("all", "method"))
        (in_chats,) = self._disclosed.show("flood waits of chats", (floods["chat"],))
        yield counter(
            f"{PREFIX}_flood_waits_total",
            "Times that Telegram asked to wait (HTTP 429).",
            *samples,
            Sample(in_chats, {"scope": "chat"}),
        )

    def _counts(self, name: str, text: str, label: str, counts: Mapping[str, int]) -> Metric:
        samples = (
            Sample(self._disclosed.show((name, value), (count,))[0], {label: value})
            for value, count in counts.items()
        )
        return counter(f"{PREFIX}_{name}", text, *samples)

    def _latencies(self, histograms: Mapping[str, LatencyHistogram]) -> Metric:
        samples = [sample for kind, latencies in histograms.items() for sample in self._buckets(kind, latencies)]
        text = "Seconds from the arrival of an update until its answer was complete."
        return Metric(f"{PREFIX}_answer_seconds", MetricType.HISTOGRAM, text, tuple(samples))

    def _buckets(self, kind: str, latencies: LatencyHistogram) -> Iterator[Sample]:
        figures = (sum(latencies.counts), latencies.seconds, *accumulate(latencies.counts))
        count, seconds, *buckets = self._disclosed.show(("answer_seconds", kind), figures)
        for bound, below in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
            yield Sample(below, {"kind": kind, "le": bound}, "_bucket")
        yield Sample(seconds, {"kind": kind}, "_sum")
        yield Sample(count, {"kind": kind}, "_count")

    # Queues

    def _queues(self) -> Iterator[Metric]:
        limiter = self._bot.limiter
        depths = {lane.name.lower(): count for lane, count in limiter.waiting_calls().items()}
        depths["updates"] = self._bot.poller.updates_in_work
        yield gauge(
            f"{PREFIX}_queue_depth",
            "Calls and updates that wait, rounded down to tens.",
            *(Sample(in_tens(depth), {"queue": queue}) for queue, depth in depths.items()),
        )
        text = "Seconds for which Telegram accepts no messages."
        yield gauge(f"{PREFIX}_flood_wait_seconds", text, Sample(limiter.paused_for))

    # Storage

    def _storage(self) -> Iterator[Metric]:
        store = self._bot.store
        figures = (store.database.transactions, store.database.transaction_seconds)
        count, seconds = self._disclosed.show("transactions", figures)
        yield Metric(
            f"{PREFIX}_database_seconds",
            MetricType.SUMMARY,
            "Seconds of transactions, with the wait for their turn.",
            (Sample(seconds, name_end="_sum"), Sample(count, name_end="_count")),
        )
        if self._subscribers is not None:
            text = "Subscribers, rounded down to tens."
            yield gauge(f"{PREFIX}_subscribers", text, Sample(in_tens(self._subscribers)))
        age = store.rotation.ages(today())[-1].days * _DAY
        yield gauge(f"{PREFIX}_epoch_age_seconds", "Age of the newest keys, in whole days.", Sample(age))
        text = "Rows that do not open, since the start."
        yield gauge(f"{PREFIX}_unreadable_rows", text, Sample(len(store.vault.rejected)))
        yield gauge(f"{PREFIX}_key_file_copied", "Whether the key file is copied.", *_copied(store))

    # State

    def _state(self) -> Iterator[Metric]:
        poller, readiness = self._bot.poller, self._bot.monitors.readiness
        yield gauge(f"{PREFIX}_info", "The version of the bot.", Sample(1, {"version": __version__}))
        text = "Whether somebody who writes now gets an answer."
        yield gauge(f"{PREFIX}_ready", text, Sample(not self._reasons()))
        text = "Conditions of /healthz that hold now."
        holding = (condition for condition in Condition if readiness.holds(condition))
        yield gauge(f"{PREFIX}_condition", text, *_flags("condition", Condition, holding))
        text = "Failures of which the operator was alerted."
        yield gauge(f"{PREFIX}_failure", text, *_flags("failure", Failure, self._alerts.lasting))
        if poller.answered_at is not None:
            text = "Seconds since Telegram last answered a request for updates."
            silent = asyncio.get_running_loop().time() - poller.answered_at
            yield gauge(f"{PREFIX}_telegram_silent_seconds", text, Sample(silent))


def _flags(label: str, values: Iterable[str], holding: Iterable[str]) -> list[Sample]:
    held = set(holding)
    return [Sample(value in held, {label: str(value)}) for value in values]


def _copied(store: Store) -> list[Sample]:
    try:
        return [Sample(store.is_copied())]
    except StorageRefused:
        return []
