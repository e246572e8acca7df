"""Measure this process: its memory, its CPU time and its start time, under the usual names for Prometheus."""

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from bot.monitoring.metrics.exposition import Metric, Sample, counter, gauge

_STATM = Path("/proc/self/statm")  # sizes in pages: of the address space, of the resident memory, … (man 5 proc)
_STARTED = time.time()


def process_metrics() -> Iterator[Metric]:
    """Yield the metrics of this process. Without /proc, the memory is left out."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    yield counter("process_cpu_seconds_total", "Time of the processor.", Sample(usage.ru_utime + usage.ru_stime))
    yield gauge("process_start_time_seconds", "Unix time of the start.", Sample(_STARTED))
    if _STATM.exists():
        pages = int(_STATM.read_text().split()[1])
        text = "Resident memory."
        yield gauge("process_resident_memory_bytes", text, Sample(pages * os.sysconf("SC_PAGE_SIZE")))
