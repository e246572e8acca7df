"""Load a campaign: from the cache, or from its files."""

import pickle
from pathlib import Path

from content.loading.campaign_cache import read_cached, write_cached
from content.loading.recordings.recording_files import with_recordings
from content.paths import SHIPPED_CAMPAIGN
from content.search.matcher import Matcher

_WORTH_CACHING = 1_000_000  # bytes; a smaller campaign is loaded in a fraction of a second


def load_matcher(directory: Path = SHIPPED_CAMPAIGN) -> Matcher:
    """Load the campaign in `directory`. Return its matcher, which holds the campaign and everything for searching it.

    If the files have not changed since they were last loaded, the matcher comes from the cache. Audio recordings are
    not cached, but looked up in the folder each time. Raises InvalidCampaign if the files have errors.
    """
    return with_recordings(_load_texts(directory), directory)


def _load_texts(directory: Path) -> Matcher:
    cached = read_cached(directory)
    if cached is not None:
        matcher: Matcher = pickle.loads(cached)  # noqa: S301 -- the cache reads only files that this user wrote
        return matcher
    from content.loading.campaign_builder import build_from_files  # a campaign in the cache needs no pydantic or YAML
    from content.shared_values import share_equal_values

    matcher = share_equal_values(build_from_files(directory))
    pickled = pickle.dumps(matcher, pickle.HIGHEST_PROTOCOL)
    if len(pickled) >= _WORTH_CACHING:
        write_cached(directory, pickled)
    return matcher
