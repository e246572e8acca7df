"""Test loading in a subprocess: the serving process gets the whole campaign and imports no parser."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks import start
from content.loading.load import load_matcher
from content.loading.problems import InvalidCampaign, LoadingFailed
from content.loading.subprocess_loader import load_in_subprocess
from content.paths import SHIPPED_CAMPAIGN
from tests.support.bot_and_playground import CAMPAIGN, MATCHER
from tests.support.small_campaign import copy_with_few_words

ROOT = Path(__file__).parents[3]
# Packages that the serving process does not need: what proxies need, parsers, imaging, backups, a framework.
_NOT_NEEDED = ("aiohttp", "PIL", "pydantic", "pyrage", "python_socks", "telegram.ext", "yaml")
_SERVING = f"""
import sys
from pathlib import Path
import bot.cli.main
from content.loading.subprocess_loader import load_in_subprocess
with load_in_subprocess(Path(sys.argv[1])) as loaded:
    from bot import app; from bot.runtime import logs
    matcher = loaded()
for query in ("clause 4", "cluase four", "girls schools", "مکتب دختران", "dukhtaran", "میخوام بپرسم", "xqzt"):
    matcher.find(query)
print(*(name for name in {_NOT_NEEDED} if name in sys.modules))
"""


def test_the_matcher_is_equal_to_one_loaded_in_this_process() -> None:
    with load_in_subprocess(SHIPPED_CAMPAIGN) as loaded:
        matcher = loaded()

    assert matcher.campaign == CAMPAIGN
    assert matcher.references == MATCHER.references
    assert matcher.vocabulary == MATCHER.vocabulary
    assert (matcher.concepts, matcher.quotations) == (MATCHER.concepts, MATCHER.quotations)


def test_errors_are_reported_as_by_loading_in_this_process(tmp_path: Path) -> None:
    folder = copy_with_few_words(tmp_path / "کمپاین")
    (folder / "topics.yaml").write_text("- number: many\n", "utf-8")
    with pytest.raises(InvalidCampaign) as in_this_process:
        load_matcher(folder)
    with pytest.raises(InvalidCampaign) as in_subprocess, load_in_subprocess(folder) as loaded:
        loaded()

    assert str(in_subprocess.value) == str(in_this_process.value)
    assert in_subprocess.value.problems


def test_a_relative_folder_is_resolved_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_with_few_words(tmp_path / "mine")
    (tmp_path / "content").mkdir()  # must not hide the real package
    (tmp_path / "content" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    with load_in_subprocess(Path("mine")) as loaded:
        assert loaded().campaign == CAMPAIGN


def test_a_killed_subprocess_is_reported_in_a_sentence() -> None:
    with load_in_subprocess(SHIPPED_CAMPAIGN) as loaded:
        [process] = psutil.Process().children()
        process.kill()
        with pytest.raises(LoadingFailed, match=r"ended with -9.*short of memory"):
            loaded()


def test_the_subprocess_ends_when_the_start_is_given_up() -> None:
    with load_in_subprocess(SHIPPED_CAMPAIGN):
        [process] = psutil.Process().children()
        assert process.is_running()

    assert not process.is_running()


def test_the_subprocess_does_not_get_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456:not-to-be-handed-on")
    with load_in_subprocess(SHIPPED_CAMPAIGN):
        [process] = psutil.Process().children()
        os.kill(process.pid, signal.SIGSTOP)
        assert "not-to-be-handed-on" not in str(process.environ())


def test_the_serving_process_imports_no_package_that_it_does_not_need() -> None:
    command = [sys.executable, "-c", _SERVING, str(SHIPPED_CAMPAIGN)]
    serving = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert serving.stdout.split() == []


def test_at_rest_the_bot_holds_less_than_84_megabytes() -> None:
    """It holds 75 in production. httpx imports 4 MB of packages for its command line where they are installed."""
    assert start.measure(rounds=1)["MB resident at rest"] < 84
