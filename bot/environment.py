"""Merge the process environment with the file `.env`, and report the errors in that file.

No message repeats a value, because any value might be a secret, perhaps written into the wrong line.
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
    "CONTENT_DIR", "FEEDBACK", "GUEST_MODE", "SEND_RATE", "LISTEN", "LOG_LEVEL",
    "LOG_FORMAT", "ALERT_URL", "ALERT_FORMAT", "HEARTBEAT_URL", "BACKUP_MAX_AGE",
)  # fmt: skip
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_OTHER_PROGRAMS = {"FTP_PROXY", "RSYNC_PROXY", "SOCKS_PROXY", "TZ", "PATH", "HOME"}
_OTHER_PREFIXES = ("COMPOSE_", "DOCKER_", "BUILDKIT_", "LANG", "LC_", "PYTHON", "SSL_CERT_", "XDG_")
_MAX_SIZE = 1 << 20  # bytes of `.env`
_SIMILARITY = 0.8  # least similarity, from 0 to 1, of a typo in `.env` to the right name; ADMINS has 0.8
_ENVIRON_SIMILARITY = 0.85  # the same for the process environment, which is full of other programs' names


@dataclass(frozen=True, slots=True)
class Environment:
    """The merged values of the process environment and the file `.env`.

    `problems` are errors in the file that keep the bot from starting. `warnings` are all other errors. `unknown` are
    names in the file that are neither settings of the bot nor known settings of other programs.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_environment(environ: Mapping[str, str], folder: Path) -> Environment:
    """Return the values of `.env` in `folder`, overridden by those of the process environment `environ`.

    Empty values count as unset.
    """
    path = folder / ".env"
    try:
        text = plain_file.read(path, _MAX_SIZE).decode("utf-8-sig") if path.exists() or path.is_symlink() else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        return Environment(_cleaned(environ), (f"{path} cannot be read ({reason}): fix it or remove it.",))
    lines = [line for line in parse_stream(io.StringIO(text, newline="")) if line.key or line.error]
    file_values = {line.key: line.value for line in lines if line.key and line.value}
    return Environment(
        _merged(_cleaned(environ), _cleaned(file_values)),
        tuple(_problems(path, lines)),
        (*_warnings(path, lines), *_misspelt(environ), *_two_tokens(environ, file_values)),
        tuple(dict.fromkeys(line.key for line in lines if line.key and not line.error and _is_unknown(line.key))),
    )


def _cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Strip spaces from all values, and quotes from the bot's settings; leave out empty values.

    Docker's option --env-file keeps quotes as a part of the value.
    """
    cleaned = {name: value.strip() for name, value in values.items()}
    ours = {name: _unquoted(value) if name in NAMES else value for name, value in cleaned.items()}
    return {name: value for name, value in ours.items() if value}


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if is_quoted else value


def _merged(environ: dict[str, str], file_values: dict[str, str]) -> dict[str, str]:
    """Return the values of the file, overridden by those of the environment.

    If the environment has BOT_TOKEN_FILE, it also overrides BOT_TOKEN in the file.
    """
    if "BOT_TOKEN_FILE" in environ and "BOT_TOKEN" not in environ:
        file_values.pop("BOT_TOKEN", None)
    return file_values | environ


def _problems(path: Path, lines: Iterable[Binding]) -> Iterator[str]:
    for line in lines:
        if problem := _problem(line):
            yield f"{path}, line {_line_number(line)}: {problem}"


def _problem(line: Binding) -> str | None:
    """Return what is wrong with a line of `.env` and how to fix it.

    Return None when the line has no error that affects the bot.
    """
    text = line.original.string
    if line.error and ("'" in text or '"' in text):
        return "a quote is not closed, or text follows it: close the quote and remove that text."
    if line.error and any(name in text for name in NAMES):
        return "this line is not a setting: write NAME=value, without spaces in the name."
    if line.key in NAMES and line.value is None:
        return f"{line.key} has no value: write {line.key}=value, or remove it."
    if line.key in NAMES and "\n" in (line.value or ""):
        return "the quote that begins here ends in another line: close it in this one."
    return None


def _line_number(line: Binding) -> int:
    """Return the number of the line in `.env` on which the setting in `line` begins.

    The parser counts empty lines above a setting as a part of the setting. This function skips them.
    """
    text = line.original.string
    return line.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _warnings(path: Path, lines: list[Binding]) -> Iterator[str]:
    for line in lines:
        if line.error:
            continue
        intended = _nearest(line.key or "", (*NAMES, *PROXIES), _SIMILARITY)
        if intended:
            place = f"{path}, line {_line_number(line)}"
            yield f"{place}: {line.key} is not a setting: write {intended} if you meant that."
    counts = Counter(line.key for line in lines if line.key in NAMES or (line.key or "").upper() in PROXIES)
    for name, count in counts.items():
        if count > 1:
            places = ", ".join(str(_line_number(line)) for line in lines if line.key == name)
            yield f"{path}: {name} is set {count} times (lines {places}): the last one counts, remove the others."


def _is_unknown(name: str) -> bool:
    """Return whether `name` is neither a setting of this bot, nor a typo of one, nor a name of another program."""
    is_known = name in NAMES or name.upper() in PROXIES or name.upper() in _OTHER_PROGRAMS
    is_foreign = name.startswith(_OTHER_PREFIXES)
    return not is_known and not is_foreign and _nearest(name, (*NAMES, *PROXIES), _SIMILARITY) is None


def _misspelt(environ: Mapping[str, str]) -> Iterator[str]:
    for name in environ:
        if intended := _nearest(name, NAMES, _ENVIRON_SIMILARITY):
            yield f"{name} in the environment is not a setting: set {intended} if you meant that."


def _nearest(name: str, names: Iterable[str], similarity: float) -> str | None:
    """Return the setting in `names` that was probably meant, if `name` is a typo; otherwise None.

    `similarity` is how similar `name` and the setting must be, from 0 to 1 as in difflib.
    """
    if name in NAMES or name.upper() in PROXIES or name.upper() in _OTHER_PROGRAMS:
        return None
    return next(iter(get_close_matches(name.upper(), names, 1, similarity)), None)


def _two_tokens(environ: Mapping[str, str], file_values: Mapping[str, str | None]) -> Iterator[str]:
    both = {**file_values, **environ}
    if both.get("BOT_TOKEN") and both.get("BOT_TOKEN_FILE"):
        is_file = bool(environ.get("BOT_TOKEN_FILE")) and not environ.get("BOT_TOKEN")
        winner = (
            "BOT_TOKEN_FILE, because the environment overrides .env"
            if is_file and file_values.get("BOT_TOKEN")
            else "BOT_TOKEN"
        )
        yield f"BOT_TOKEN and BOT_TOKEN_FILE are both set: the bot uses {winner}. Remove the other one."
