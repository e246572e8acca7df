"""What finding costs: microseconds a query, the worst text, loading, and memory. One core."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from content.loading.load import load_matcher
from content.search.matcher import Matcher

QUERIES = Path(__file__).parents[1] / "tests" / "queries"
_HOSTILE = (
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
    """Microseconds, milliseconds and megabytes; the campaign is in the memory and the loading too."""
    begun = time.perf_counter()
    matcher = load_matcher()
    loading = (time.perf_counter() - begun) * 1000
    queries = [row["q"] for path in sorted(QUERIES.glob("*.jsonl")) for row in _rows(path)]
    micros = sorted(_micros(matcher, query) for _ in range(rounds) for query in queries)
    hostile = max(_micros(matcher, text) for text in _HOSTILE for _ in range(3)) / 1000
    traced = subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, text=True, check=True)
    return {
        "queries": len(queries),
        "median, microseconds": statistics.median(micros),
        "99th percentile, microseconds": micros[len(micros) * 99 // 100],
        "the worst hostile text of 4,096, ms": hostile,
        "loading campaign and matcher, ms": loading,
        "MB of campaign and matcher": float(traced.stdout),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _micros(matcher: Matcher, query: str) -> float:
    begun = time.perf_counter_ns()
    matcher.find(query)
    return (time.perf_counter_ns() - begun) / 1000
