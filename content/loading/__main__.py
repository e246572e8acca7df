"""`python -m content.loading DIR`: write the campaign in DIR to stdout, for `subprocess_loader`."""

import gc
import pickle
import sys
from contextlib import suppress
from pathlib import Path

from content.loading.load import load_matcher
from content.loading.problems import InvalidCampaign, Problem
from content.search.matcher import Matcher


def _packed(directory: Path) -> bytes:
    """The matcher, or the mistakes because of which there is none."""
    try:
        told: Matcher | list[Problem] = load_matcher(directory)
    except InvalidCampaign as refused:
        told = refused.problems
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    gc.disable()  # this process lives for half a second, a tenth of which went into looking for garbage
    with suppress(BrokenPipeError):  # whoever asked has gone
        sys.stdout.buffer.write(_packed(Path(sys.argv[1])))
        sys.stdout.buffer.flush()
