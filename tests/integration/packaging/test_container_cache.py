"""The image holds the loaded campaign, as its Dockerfile makes it: root writes the cache, the bot only reads it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.bot_and_playground import ROOT
from tests.support.other_user import OWNER, interpreter, only_root

READ = (
    "from content.loading.campaign_cache import read_cached; from content.paths import SHIPPED_CAMPAIGN; "
    "import os; print(os.access('.', os.W_OK), read_cached(SHIPPED_CAMPAIGN) is not None)"
)
# The first two words are the folder and the user, the rest is the command.
READ_ONLY = (
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1/app" && user=$2 && shift 2 && '
    'exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@"'
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with the files of the image: `app`, and the `cache` that root has filled."""
    folder = tmp_path / "image"
    for package in ("bot", "content", "storage"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / "app" / package, ignore=ignored)
    env = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [interpreter(), "-m", "bot", "ask"]  # a cache is for one build of Python
    subprocess.run(command, cwd=folder / "app", env=env, stdin=subprocess.DEVNULL, check=True)
    for path in (folder, *tmp_path.parents):
        if path.is_relative_to("/tmp") and path != Path("/tmp"):
            path.chmod(path.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    return folder


@only_root
def test_the_bot_reads_the_cache_that_root_filled_while_the_image_was_built(image: Path) -> None:
    for path in (image / "cache", *(image / "cache").rglob("*")):
        os.chown(path, OWNER, OWNER)  # as COPY --chown does, which keeps the modes

    assert read_as_the_bot(image) == "False True"


@only_root
def test_a_cache_of_another_user_is_not_read(image: Path) -> None:
    assert read_as_the_bot(image) == "False False"


def read_as_the_bot(image: Path) -> str:
    """Return what READ prints where the file system is read-only, for another user than root."""
    env = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(image / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh", str(image), str(OWNER), interpreter(), "-c", READ]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if "mount" in done.stderr and done.returncode:
        pytest.skip("No file system can be mounted here, so none can be made read-only.")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
