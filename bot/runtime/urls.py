"""Split the URLs in settings into parts. A wrong URL raises no exception."""

from urllib.parse import SplitResult, urlsplit


def split_url(url: str) -> SplitResult:
    """Return the parts of `url`; all parts are empty when it is not a valid URL."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- reading the port checks it
    except ValueError:
        return urlsplit("")
    return parts
