"""Loading a campaign in a process of its own, so that the one that serves holds neither pydantic nor YAML.

They and what they leave behind take 19 MB, and are needed for half a second; the other process imports Telegram's
library meanwhile. What comes back is pickled: from our own code, over a pipe that nobody else can write to.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from content.loading.problems import InvalidCampaign, LoadingFailed
from content.search.matcher import Matcher

_ROOT = Path(__file__).parents[2]
# Nothing else of the environment is handed on: the bot's token may be in it.
_HANDED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "SYSTEMROOT")


@contextmanager
def load_in_subprocess(directory: Path) -> Iterator[Callable[[], Matcher]]:
    """Begins to load the campaign in `directory`; what it yields waits for it, and is as `load_matcher`.

    Raises LoadingFailed where that process does not come to its end. It is not left behind.
    """
    environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    # Ctrl-C is for the bot alone, which ends this process when it ends.
    try:
        reader = subprocess.Popen(  # noqa: S603 -- ourselves
            [sys.executable, "-P", "-m", "content.loading", str(directory)],
            env=environment | {"PYTHONPATH": str(_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as broken:
        raise LoadingFailed(
            f"The campaign in {directory} could not be loaded, no process to read it could be started "
            f"({broken.strerror}): let this user start more of them."
        ) from None
    with reader:
        try:
            yield lambda: _received(reader, directory)
        finally:
            reader.kill()


def _received(reader: subprocess.Popen[bytes], directory: Path) -> Matcher:
    packed, _ = reader.communicate()
    if reader.returncode:
        raise LoadingFailed(
            f"The campaign in {directory} could not be loaded, the process that reads it ended with "
            f"{reader.returncode}: what it said stands above; without a word it was short of memory."
        )
    told = pickle.loads(packed)  # noqa: S301 -- from our own child, see above
    if isinstance(told, Matcher):
        return told
    raise InvalidCampaign(str(directory), told)
