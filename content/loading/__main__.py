"""Load the campaign in the folder DIR and write it to stdout, pickled, with everything for searching it.

`subprocess_loader` runs this module with the argument DIR. The object that is written is a `Matcher`.
"""

import gc
import sys
from contextlib import suppress
from pathlib import Path

from content.loading.campaign_cache import read_cached


def _pickled(directory: Path) -> bytes:
    """Return the campaign's matcher, pickled, or a pickled list of problems if the campaign has errors.

    The matcher holds the campaign and everything for searching it.
    """
    cached = read_cached(directory)
    if cached is not None:
        return cached
    # A campaign in the cache needs none of these, which take a third of a second to import.
    import pickle

    from content.loading.load import load_matcher
    from content.loading.problems import InvalidCampaign, Problem
    from content.search.matcher import Matcher

    try:
        result: Matcher | list[Problem] = load_matcher(directory)
    except InvalidCampaign as invalid:
        result = invalid.problems
    return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    gc.disable()  # this process lives for half a second, of which garbage collection took a tenth
    with suppress(BrokenPipeError):  # the process that started this one has ended
        sys.stdout.buffer.write(_pickled(Path(sys.argv[1])))
        sys.stdout.buffer.flush()
