"""Measure the search on one core: time of a normal query and of hostile texts, time to load, and memory."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from content.loading.load import load_matcher
from content.search.matcher import Matcher

QUERIES = Path(__file__).parents[1] / "tests" / "queries"
_HOSTILE_TEXTS = (
    "ا" * 4096,
    "women " * 682,
    "qzxwv " * 682,
    "".join(chr(0x600 + i % 255) for i in range(4096)),
    "\u0301" * 4096,
    " ".join(f"gilrs{i}" for i in range(400)),
)
_MEMORY = """
import tracemalloc, gc
from content.loading.load import load_matcher
import content.loading.concept_files
tracemalloc.start()
matcher = load_matcher()
gc.collect()
print(tracemalloc.get_traced_memory()[0] / 1e6)
"""


def measure(rounds: int) -> dict[str, float]:
    """Return the figures by label. Each query runs `rounds` times.

    The time and memory for loading include those of the campaign's texts.
    """
    start = time.perf_counter()
    matcher = load_matcher()
    loading = (time.perf_counter() - start) * 1000
    queries = [row["q"] for path in sorted(QUERIES.glob("*.jsonl")) for row in _rows(path)]
    times = sorted(_microseconds(matcher, query) for _ in range(rounds) for query in queries)
    hostile = max(_microseconds(matcher, text) for text in _HOSTILE_TEXTS for _ in range(3)) / 1000
    memory = subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, text=True, check=True)
    return {
        "queries": len(queries),
        "median, microseconds": statistics.median(times),
        "99th percentile, microseconds": times[len(times) * 99 // 100],
        "worst hostile text of 4,096 characters, ms": hostile,
        "ms to load campaign and matcher": loading,
        "MB of campaign and matcher": float(memory.stdout),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _microseconds(matcher: Matcher, query: str) -> float:
    start = time.perf_counter_ns()
    matcher.find(query)
    return (time.perf_counter_ns() - start) / 1000
