"""Read the language codes that an organiser types, and suggest codes in place of unknown ones."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from content.loading.phrases.locales import FALLBACK, is_known_language, known_languages, read_locale
from content.loading.problems import NewCampaignRefused
from content.loading.schema import CODE


def read_language_codes(typed: str) -> list[str]:
    """Return the codes in `typed`, which are separated by commas or spaces. Capitals and `_` are accepted.

    Raises NewCampaignRefused if there is none, or if one is unknown.
    """
    codes = [read_language_code(code) for code in re.split(r"[,;\s]+", typed) if code]
    if not codes:
        raise NewCampaignRefused("Name the languages of the declaration, the original first: --languages pt,en")
    return list(dict.fromkeys(codes))


def read_language_code(typed: str) -> str:
    """Return the code in `typed`. Raises NewCampaignRefused if it is unknown."""
    code = typed.strip().casefold().replace("_", "-")
    if re.fullmatch(CODE, code) and is_known_language(code):
        return code
    nearest = list(_nearest(code))
    advice = f"did you mean {' or '.join(nearest)}?" if nearest else "write codes such as pt or pt-br."
    raise NewCampaignRefused(f"{typed!r} is not the code of a language that this bot knows: {advice}")


def _nearest(typed: str) -> Iterator[str]:
    """Yield at most two languages whose code or name resembles `typed`, each as "CODE (NAME)"."""
    names = {language.name.casefold(): code for code, language in known_languages().items()}
    names |= {name.casefold(): code for code, name in read_locale(FALLBACK).facts["languages"].items()}
    by_name = [names[name] for name in get_close_matches(typed, names, n=1, cutoff=0.75)]
    by_code = [code for code in known_languages() if code == re.split("[^a-z]", typed)[0]]
    by_beginning = get_close_matches(typed[:3], known_languages(), n=2, cutoff=0.6)
    for code in dict.fromkeys((by_name or by_code or by_beginning)[:2]):
        yield f"{code} ({known_languages()[code].name})"
