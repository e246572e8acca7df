"""Load a campaign in a subprocess, so that the serving process need not import pydantic and YAML.

These two libraries are needed for half a second only, but take 19 MB of memory that Python would not free. While the
subprocess loads, the serving process imports the Telegram library. The subprocess returns the matcher pickled.
Unpickling is safe, because nobody else can write to the pipe between the two processes.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from content.loading.problems import InvalidCampaign, LoadingFailed

if TYPE_CHECKING:  # the subprocess can load while this process imports the search
    from content.search.matcher import Matcher

_ROOT = Path(__file__).parents[2]
# The subprocess gets no other environment variables: the bot's token may be among them.
_PASSED_ON = (
    "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONOPTIMIZE",
    "PYTHONUTF8", "SYSTEMROOT", "XDG_CACHE_HOME",
)  # fmt: skip


@contextmanager
def load_in_subprocess(directory: Path) -> "Iterator[Callable[[], Matcher]]":
    """Start a subprocess that loads the campaign in `directory`. Yield a function that returns the matcher.

    The function waits until the matcher is loaded. It raises InvalidCampaign if the campaign has errors, and
    LoadingFailed if the subprocess did not finish. Entering the block raises LoadingFailed if the subprocess cannot
    be started. Leaving the block kills a subprocess that still runs.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 -- ourselves
            [sys.executable, "-P", "-m", "content.loading", str(directory)],
            env=environment | {"PYTHONPATH": str(_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the bot alone, which kills this process when it ends
        )
    except OSError as error:
        raise LoadingFailed(
            f"The campaign in {directory} could not be loaded, because no process could be started for it "
            f"({error.strerror}): allow this user more processes."
        ) from None
    with process:
        try:
            yield lambda: _result_of(process, directory)
        finally:
            process.kill()


def _result_of(process: subprocess.Popen[bytes], directory: Path) -> "Matcher":
    pickled, _ = process.communicate()
    if process.returncode:
        raise LoadingFailed(
            f"The campaign in {directory} could not be loaded, because the process that loads it ended with "
            f"{process.returncode}: see its message above. Without a message it was probably short of memory."
        )
    from content.loading.recordings.recording_files import with_recordings
    from content.search.matcher import Matcher

    result = pickle.loads(pickled)  # noqa: S301 -- from our own subprocess, see above
    if isinstance(result, Matcher):
        return with_recordings(result, directory)
    raise InvalidCampaign(str(directory), result)
