"""/metrics of the real bot is valid, complete and documented, and never tells what one person did."""

import asyncio
import json
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_and_playground import ROOT, BotAndPlayground, at_work, playground_alone
from tests.support.free_address import free_address

parser = pytest.importorskip("prometheus_client.parser", reason="the development lock has it: run make test")
PREFIX = "declaration_bot_"
DASHBOARD = ROOT / "docs" / "grafana-dashboard.json"


def read_metrics(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text: str = response.read().decode()
        return text


def values(text: str) -> dict[str, float]:
    """Return the samples by name and labels: `name{label="value"}`."""
    families = parser.text_string_to_metric_families(text)
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


async def metrics_of(place: BotAndPlayground, messages: int, data: Path) -> str:
    """Run the bot, let people send messages in all, and return its metrics afterwards."""
    address = free_address()
    async with at_work(place, LISTEN=address):
        people = [await place.newcomer() for _ in range(max(messages // 4, 1))]
        await asyncio.gather(*(person.start() for person in people[:messages]))
        for number in range(messages - len(people)):
            await people[number % len(people)].say("4")
        return await asyncio.to_thread(read_metrics, address)


async def test_metrics_are_valid_count_what_happened_and_hide_single_people(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        text = await metrics_of(place, 24, tmp_path)
    shown = values(text)

    assert shown[f"{PREFIX}updates_total[message]"] == 24
    assert shown[f"{PREFIX}answer_seconds_count[message]"] >= 20
    assert shown[f"{PREFIX}answer_seconds_bucket[message][+Inf]"] == shown[f"{PREFIX}answer_seconds_count[message]"]
    assert shown[f"{PREFIX}answer_calls_total[accepted]"] >= 20
    assert shown[f"{PREFIX}ready"] == 1
    assert shown[f"{PREFIX}subscribers"] == 0
    assert 20e6 < shown["process_resident_memory_bytes"] < 1e9
    check_with_promtool(text)


async def test_what_one_person_did_changes_no_figure_about_people(tmp_path: Path) -> None:
    about_people = ("updates", "answer", "broadcast_calls", "subscribers", "queue", "database", "flood_waits_total")
    async with playground_alone(tmp_path) as place:
        shown = values(await metrics_of(place, 2, tmp_path))

    assert {
        name: value for name, value in shown.items() if name.removeprefix(PREFIX).startswith(about_people) and value
    } == {}


def check_with_promtool(text: str) -> None:
    """Let Prometheus' own program check the text, where it is installed (Debian: prometheus)."""
    if promtool := shutil.which("promtool"):
        result = subprocess.run(
            [promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr


async def test_every_metric_is_documented_and_the_dashboard_asks_only_for_existing_ones(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        text = await metrics_of(place, 1, tmp_path)
    names = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    samples = {sample.name for family in parser.text_string_to_metric_families(text) for sample in family.samples}
    documented = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    asked = [query for panel in dashboard_panels() for query in re.findall(rf"(?:{PREFIX}|process_)\w+", panel)]

    assert asked
    assert {name for name in names if f"`{name}`" not in documented} == set()
    assert set(asked) <= samples
    assert {name for name in names if not any(name in query for query in asked)} <= {"process_start_time_seconds"}


def dashboard_panels() -> list[str]:
    panels: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]
