"""Find commands in texts, whether Telegram marks them as commands or a person only meant to write one. Pure.

Phones add a full stop, a quotation mark or an invisible character to a command, and some keyboards write another kind
of slash. Telegram marks `/forget.` and `«/forget»` as commands, but neither `／forget` nor `/ forget`.
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.model.events import ParsedCommand

LEAVING = ("forget", "unsubscribe")

_NAME = r"([A-Za-z0-9_]{1,32})(?:@(\w{1,64}))?"
_LEAVE = "|".join(LEAVING)
_MARKED_COMMAND = re.compile(rf"/{_NAME}", re.ASCII)
_UNMARKED_COMMAND = re.compile(rf"{_NAME}(?![\w/<>])(.*)", re.DOTALL)
_LEAVING = re.compile(rf"({_LEAVE})_*(?:@(\w{{1,64}}))?(?!\w)(.*)", re.DOTALL | re.IGNORECASE)
_LEAVING_INSIDE = re.compile(rf"(?<!\w)/({_LEAVE})(?![\w/])", re.IGNORECASE)
_LEAVING_WORD = re.compile(rf"[\W_]*({_LEAVE})[\W_]*", re.IGNORECASE)
_QUOTES_AND_SPACES = " \t\n\"'«»“”„‘’()[]*"
_SLASHES = dict.fromkeys(map(ord, "⁄∕╱⧸⟋\\"), "/")  # NFKC replaces the full-width slash


def command_in(text: str, entities: object = None) -> ParsedCommand | None:
    """Return the command at the beginning of `text`, after any punctuation and spaces; None when there is none.

    `entities` is the field `entities` of Telegram's message, in which Telegram marks commands. A malformed value is
    ignored. Only `/forget` and `/unsubscribe` may have a space after the slash, and only if no other word follows.
    """
    plain = _plain(text)
    return _leave_command(plain) or _marked_command(text, entities) or _unmarked_command(plain)


def mentions_leaving(text: str) -> bool:
    """Return whether `text` contains `/forget` or `/unsubscribe`, or is only one of these words without the slash."""
    plain = _plain(text)
    return bool(_LEAVING_INSIDE.search(plain) or _LEAVING_WORD.fullmatch(plain))


def without_mention(text: str, username: str) -> str | None:
    """Return `text` with each mention of `username` replaced by as many spaces; None when there is no mention.

    Because the length stays the same, offsets of entities stay right.
    """
    mention = re.compile(rf"(?<!\w)@{re.escape(username)}\b", re.IGNORECASE)
    return mention.sub(lambda match: " " * len(match[0]), text) if mention.search(text) else None


def _marked_command(text: str, entities: object) -> ParsedCommand | None:
    units = text.encode("utf-16-le", "surrogatepass")
    for start, end in _marked_ranges(entities):
        before, marked, rest = (_decoded(piece) for piece in (units[:start], units[start:end], units[end:]))
        match = _MARKED_COMMAND.fullmatch(marked)
        if match and not any(map(str.isalnum, before)):
            return _parsed(match[1], match[2], rest)
    return None


def _marked_ranges(entities: object) -> Iterable[tuple[int, int]]:
    """Yield the start and end of each command that Telegram marked in `entities`, in bytes of UTF-16."""
    for entity in entities if isinstance(entities, list) else ():
        match entity:
            case {"type": "bot_command", "offset": int(offset), "length": int(length)} if offset >= 0 < length:
                yield 2 * offset, 2 * (offset + length)


def _leave_command(plain: str) -> ParsedCommand | None:
    signs, words = _split_at_first_word(plain)
    if not signs.endswith("/") and signs.strip(_QUOTES_AND_SPACES) != "/":
        return None
    match = _LEAVING.match(words)
    if match is None or (not signs.endswith("/") and any(map(str.isalnum, match[3]))):
        return None  # `:/ forget it` is an emoticon and a remark
    return _parsed(match[1], match[2], match[3])


def _unmarked_command(plain: str) -> ParsedCommand | None:
    signs, words = _split_at_first_word(plain)
    match = _UNMARKED_COMMAND.match(words) if signs.endswith("/") and signs.count("/") == 1 else None
    return _parsed(match[1], match[2], match[3]) if match else None


def _split_at_first_word(plain: str) -> tuple[str, str]:
    """Return the part of `plain` before its first letter or digit, and the rest."""
    start = next((index for index, char in enumerate(plain) if char.isalnum()), len(plain))
    return plain[:start], plain[start:]


def _plain(text: str) -> str:
    """Return `text` without invisible characters, and with ordinary letters and slashes in place of unusual ones."""
    visible = (char for char in text if char.isspace() or unicodedata.category(char) not in ("Cf", "Cc", "Cs"))
    # Characters are normalized separately: a letter and a combining mark together would become another letter.
    return "".join(map(_plain_char, visible)).translate(_SLASHES)


def _plain_char(char: str) -> str:
    """Return the ordinary form (NFKC) of a character. A symbol that contains letters, such as ㎏, becomes a space."""
    plain = unicodedata.normalize("NFKC", char)
    return " " if not char.isalnum() and any(map(str.isalnum, plain)) else plain


def _parsed(name: str, bot: str | None, rest: str) -> ParsedCommand:
    return ParsedCommand(name.lower().strip("_"), rest.strip(), bot or "")


def _decoded(utf16: bytes) -> str:
    return utf16.decode("utf-16-le", "surrogatepass")
