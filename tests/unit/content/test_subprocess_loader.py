"""The campaign is loaded by a process of its own: the one that serves has all of it, and none of what reads it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks import start
from content.loading.load import SHIPPED_CAMPAIGN, load_matcher
from content.loading.problems import InvalidCampaign, LoadingFailed
from content.loading.subprocess_loader import load_in_subprocess
from tests.support.bot_and_playground import CAMPAIGN, MATCHER

ROOT = Path(__file__).parents[3]
# What serving can do without: readers and shapes of files, imaging, backups, the library's own framework.
_ELSEWHERE = ("PIL", "pydantic", "pyrage", "telegram.ext", "yaml")
_SERVING = f"""
import sys
from pathlib import Path
import bot.cli.main
from benchmarks import start
from content.loading.subprocess_loader import load_in_subprocess
with load_in_subprocess(Path(sys.argv[1])) as loaded:
    from bot import app; from bot.runtime import logs
    matcher = loaded()
for asked in ("clause 4", "cluase four", "girls schools", "مکتب دختران", "dukhtaran", "میخوام بپرسم", "xqzt"):
    matcher.find(asked)
print(*(name for name in {_ELSEWHERE} if name in sys.modules))
"""


def test_what_comes_back_is_what_loading_here_gives() -> None:
    with load_in_subprocess(SHIPPED_CAMPAIGN) as loaded:
        matcher = loaded()

    assert matcher.campaign == CAMPAIGN
    assert matcher.references == MATCHER.references
    assert matcher.vocabulary == MATCHER.vocabulary
    assert (matcher.concepts, matcher.passages) == (MATCHER.concepts, MATCHER.passages)


def test_mistakes_come_back_as_loading_here_tells_them(tmp_path: Path) -> None:
    mine = shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "کمپاین")
    (mine / "topics.yaml").write_text("- number: many\n", "utf-8")
    with pytest.raises(InvalidCampaign) as here:
        load_matcher(mine)
    with pytest.raises(InvalidCampaign) as apart, load_in_subprocess(mine) as loaded:
        loaded()

    assert str(apart.value) == str(here.value)
    assert apart.value.problems


def test_a_folder_is_found_from_where_the_bot_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "mine")
    (tmp_path / "content").mkdir()  # not to be taken for ours
    (tmp_path / "content" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    with load_in_subprocess(Path("mine")) as loaded:
        assert loaded().campaign == CAMPAIGN


def test_a_process_that_is_killed_is_told_in_a_sentence() -> None:
    with load_in_subprocess(SHIPPED_CAMPAIGN) as loaded:
        [reader] = psutil.Process().children()
        reader.kill()
        with pytest.raises(LoadingFailed, match=r"ended with -9.*short of memory"):
            loaded()


def test_nobody_is_left_behind_when_the_start_is_given_up() -> None:
    with load_in_subprocess(SHIPPED_CAMPAIGN):
        [reader] = psutil.Process().children()
        assert reader.is_running()

    assert not reader.is_running()


def test_the_other_process_does_not_get_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456:not-to-be-handed-on")
    with load_in_subprocess(SHIPPED_CAMPAIGN):
        [reader] = psutil.Process().children()
        os.kill(reader.pid, signal.SIGSTOP)
        assert "not-to-be-handed-on" not in str(reader.environ())


def test_what_serves_imports_nothing_that_others_do_for_it() -> None:
    asked = [sys.executable, "-c", _SERVING, str(SHIPPED_CAMPAIGN)]
    serving = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)

    assert serving.stdout.split() == []


def test_at_rest_the_bot_holds_less_than_ninety_megabytes() -> None:
    assert start.measure(rounds=1)["MB resident at rest"] < 90
