"""Find the recordings of a campaign: `audio/LANG/CLAUSE.ogg`, and `audio/LANG/whole.ogg` for the whole declaration.

A file that breaks a rule is left out: `check` reports it, and the bot starts without it. The memory holds only paths
and lengths.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from content.loading.problems import Problem, Severity
from content.loading.recordings.ogg_opus import NotOpus, OpusFacts, read_opus
from content.model import WHOLE, Campaign, Lang, Recording
from content.search.matcher import Matcher

FOLDER = "audio"
_CONVERT = "convert it: ffmpeg -i OLD -map_metadata -1 -ac 1 -c:a libopus -b:a 24k NEW.ogg"
# Readers pay for data by the megabyte. At 24 kbit/s, 1 MB is more than five minutes: the longest clause takes two.
# Telegram plays an Ogg file as a voice message up to 50 MB.
_MAX_BYTES, _MAX_SECONDS = 1_000_000, 20 * 60
_MAX_BYTES_OF_WHOLE, _MAX_SECONDS_OF_WHOLE = 8_000_000, 60 * 60
_HARMLESS_TAGS = frozenset({"ENCODER", "ENCODER_OPTIONS"})  # they name the program


@dataclass(frozen=True, slots=True)
class _File:
    """A file in the folder of recordings. Its path says its language and which part of the declaration it has."""

    path: Path
    lang: str
    part: str

    @property
    def name(self) -> str:
        return f"{FOLDER}/{self.lang}/{self.path.name}"

    def problem(self, message: str, remedy: str) -> Problem:
        return Problem(self.name, 1, message, remedy, Severity.REPLACED)


def with_recordings(matcher: Matcher, directory: Path) -> Matcher:
    """Return a copy of `matcher` whose campaign has the recordings that are now in `directory`."""
    recordings: dict[Lang, dict[str, Recording]] = {}
    for file, result in _examined(directory, matcher.campaign):
        if isinstance(result, Recording):
            recordings.setdefault(Lang(file.lang), {})[file.part] = result
    return replace(matcher, campaign=replace(matcher.campaign, recordings=recordings)) if recordings else matcher


def recording_problems(directory: Path, campaign: Campaign) -> Iterator[Problem]:
    """Yield a problem for each file in the folder of recordings that the bot cannot use."""
    for _, result in _examined(directory, campaign):
        if isinstance(result, Problem):
            yield result


def _examined(directory: Path, campaign: Campaign) -> Iterator[tuple[_File, Recording | Problem]]:
    """Yield each file in the folder of recordings, with its recording or with the reason why it is left out."""
    for path in sorted((directory / FOLDER).glob("*/*")):
        if not path.name.startswith("."):
            file = _File(path, path.parent.name, path.stem)
            yield file, _misplaced(file, campaign) or _read(file)


def _misplaced(file: _File, campaign: Campaign) -> Problem | None:
    if file.lang not in campaign.languages:
        languages = ", ".join(campaign.languages)
        return file.problem(f"the campaign has no language {file.lang}", f"name the folder as one of {languages}")
    if file.path.suffix != ".ogg":
        return file.problem("recordings are files that end in .ogg", _CONVERT)
    if file.part != WHOLE and file.part not in campaign.clause_by_id:
        parts = ", ".join(campaign.clause_by_id)
        return file.problem(f"there is no clause {file.part}", f"name the file as one of {parts}, or {WHOLE}")
    return None


def _read(file: _File) -> Recording | Problem:
    is_whole = file.part == WHOLE
    max_bytes = _MAX_BYTES_OF_WHOLE if is_whole else _MAX_BYTES
    try:
        if not file.path.is_file():
            return file.problem("this is not a regular file", "replace it by a file")
        if file.path.stat().st_size > max_bytes:
            return file.problem(f"it is larger than {max_bytes:,} bytes", f"use fewer bits a second, or {_CONVERT}")
        facts = read_opus(file.path.read_bytes())
    except OSError as error:
        return file.problem(f"it cannot be read ({error.strerror})", "let the bot's user read it")
    except NotOpus as error:
        return file.problem(str(error), _CONVERT)
    max_seconds = _MAX_SECONDS_OF_WHOLE if is_whole else _MAX_SECONDS
    return _broken_rule(file, facts, max_seconds) or Recording(file.path.absolute(), max(1, round(facts.seconds)))


def _broken_rule(file: _File, facts: OpusFacts, max_seconds: int) -> Problem | None:
    tags = [tag for tag in facts.tags if tag not in _HARMLESS_TAGS]
    if tags:
        return file.problem(f"its tags may reveal who made it ({', '.join(tags)})", f"remove them, or {_CONVERT}")
    if facts.channels != 1:
        return file.problem(f"it has {facts.channels} channels", f"use one, or {_CONVERT}")
    if facts.seconds > max_seconds:
        return file.problem(f"it is longer than {max_seconds // 60} minutes", "read less, or cut the silence")
    return None
