"""`python -m content.packed DIR`: the campaign in DIR for the process that asked for it (see `apart`), on stdout."""

import gc
import pickle
import sys
from contextlib import suppress
from pathlib import Path

from content.load import load_all
from content.match import Matcher
from content.mistakes import CampaignRefused, Mistake


def _packed(directory: Path) -> bytes:
    """The matcher, or the mistakes because of which there is none."""
    try:
        told: Matcher | list[Mistake] = load_all(directory)
    except CampaignRefused as refused:
        told = refused.mistakes
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    gc.disable()  # this process lives for half a second, a tenth of which went into looking for garbage
    with suppress(BrokenPipeError):  # whoever asked has gone
        sys.stdout.buffer.write(_packed(Path(sys.argv[1])))
        sys.stdout.buffer.flush()
