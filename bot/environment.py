"""The settings as they are written: the process environment over `.env`, with what is wrong with that file.

Values are never repeated in a sentence: any of them may be a secret, also one that was written in the wrong line.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from storage.files import plain_file

NAMES = (
    "BOT_TOKEN", "BOT_TOKEN_FILE", "BOT_API_URL", "ADMIN_IDS", "DATABASE_URL", "SEAL_KEY_FILE", "BACKUP_RECIPIENT",
    "CONTENT_DIR", "SEND_RATE", "LISTEN", "LOG_LEVEL",
)  # fmt: skip
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_OF_OTHERS = {"FTP_PROXY", "RSYNC_PROXY", "SOCKS_PROXY"}
_LARGEST = 1 << 20  # bytes of `.env`
_SIMILAR = 0.8  # of 1; ADMINS is as similar to ADMIN_IDS
_VERY_SIMILAR = 0.85  # the process environment is full of other programs' names


@dataclass(frozen=True, slots=True)
class Environment:
    """`problems` prevent a start; `warnings` are told and prevent nothing."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_environment(environ: Mapping[str, str], folder: Path) -> Environment:
    """Return the process environment over the folder's `.env`; values that are empty count as unset."""
    path = folder / ".env"
    try:
        text = plain_file.read(path, _LARGEST).decode("utf-8-sig") if path.exists() or path.is_symlink() else ""
    except (OSError, UnicodeDecodeError) as broken:
        why = getattr(broken, "strerror", None) or "not UTF-8"
        return Environment(_cleaned(environ), (f"{path} cannot be read ({why}): mend it or take it away.",))
    lines = [line for line in parse_stream(io.StringIO(text, newline="")) if line.key or line.error]
    written = {line.key: line.value for line in lines if line.key and line.value}
    return Environment(
        _over(_cleaned(environ), _cleaned(written)),
        tuple(_problems(path, lines)),
        (*_warnings(path, lines), *_misspelt(environ), *_two_tokens(environ, written)),
    )


def _cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Without spaces around them, and without the quotes that Docker's --env-file leaves around ours."""
    cleaned = {name: value.strip() for name, value in values.items()}
    ours = {name: _unquoted(value) if name in NAMES else value for name, value in cleaned.items()}
    return {name: value for name, value in ours.items() if value}


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if is_quoted else value


def _over(environ: dict[str, str], written: dict[str, str]) -> dict[str, str]:
    """The environment wins over the file, also where it names the token's file and `.env` has a token."""
    if "BOT_TOKEN_FILE" in environ and "BOT_TOKEN" not in environ:
        written.pop("BOT_TOKEN", None)
    return written | environ


def _problems(path: Path, lines: Iterable[Binding]) -> Iterator[str]:
    for line in lines:
        text = line.original.string
        if line.error and ("'" in text or '"' in text):
            yield f"{path}, line {_number(line)}: a quote is opened and not closed, or something follows it: mend it."
        elif line.error and any(name in text for name in NAMES):
            yield f"{path}, line {_number(line)}: this is not read: write NAME=value, without spaces in the name."
        elif line.key in NAMES and line.value is None:
            yield f"{path}, line {_number(line)}: {line.key} has no value: write {line.key}=value, or remove it."
        elif line.key in NAMES and "\n" in (line.value or ""):
            yield f"{path}, line {_number(line)}: the quote that begins here ends in another line: close it."


def _number(line: Binding) -> int:
    """Where the statement begins; the parser counts from the empty lines before it."""
    text = line.original.string
    return line.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _warnings(path: Path, lines: list[Binding]) -> Iterator[str]:
    for line in lines:
        if line.error:
            continue
        meant = _nearest(line.key or "", (*NAMES, *PROXIES), _SIMILAR)
        if meant:
            yield f"{path}, line {_number(line)}: {line.key} is no setting here: write {meant} if you meant it."
    times = Counter(line.key for line in lines if line.key in NAMES or (line.key or "").upper() in PROXIES)
    for name, number in times.items():
        if number > 1:
            where = ", ".join(str(_number(line)) for line in lines if line.key == name)
            yield f"{path}: {name} is set {number} times (lines {where}): the last one counts, remove the others."


def _misspelt(environ: Mapping[str, str]) -> Iterator[str]:
    for name in environ:
        if meant := _nearest(name, NAMES, _VERY_SIMILAR):
            yield f"{name} in the environment is no setting here: set {meant} if you meant it."


def _nearest(name: str, names: Iterable[str], similar: float) -> str | None:
    """The setting that `name` was probably meant to be; None for a setting, and for what resembles none."""
    if name in NAMES or name.upper() in PROXIES or name.upper() in _OF_OTHERS:
        return None
    return next(iter(get_close_matches(name.upper(), names, 1, similar)), None)


def _two_tokens(environ: Mapping[str, str], written: Mapping[str, str | None]) -> Iterator[str]:
    both = {**written, **environ}
    if both.get("BOT_TOKEN") and both.get("BOT_TOKEN_FILE"):
        is_file = bool(environ.get("BOT_TOKEN_FILE")) and not environ.get("BOT_TOKEN")
        wins = (
            "BOT_TOKEN_FILE, as the environment wins over .env"
            if is_file and written.get("BOT_TOKEN")
            else "BOT_TOKEN"
        )
        yield f"BOT_TOKEN and BOT_TOKEN_FILE are both set: what counts is {wins}. Remove the other one."
