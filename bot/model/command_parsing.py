"""Commands in what people write: where Telegram marks them, and where only the letters tell. Pure.

Phones add a full stop, a quotation mark or an invisible joiner, and some keyboards write another slash. Telegram
marks `/forget.` and `«/forget»` as commands, but not `／forget` or `/ forget`.
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.model.events import ParsedCommand

LEAVING = ("forget", "unsubscribe")

_NAME = r"([A-Za-z0-9_]{1,32})(?:@(\w{1,64}))?"
_LEAVE = "|".join(LEAVING)
_MARKED = re.compile(rf"/{_NAME}", re.ASCII)
_ANY = re.compile(rf"{_NAME}(?![\w/<>])(.*)", re.DOTALL)
_LEAVING = re.compile(rf"({_LEAVE})_*(?:@(\w{{1,64}}))?(?!\w)(.*)", re.DOTALL | re.IGNORECASE)
_LEAVING_INSIDE = re.compile(rf"(?<!\w)/({_LEAVE})(?![\w/])", re.IGNORECASE)
_LEAVING_WORD = re.compile(rf"[\W_]*({_LEAVE})[\W_]*", re.IGNORECASE)
_AROUND = " \t\n\"'«»“”„‘’()[]*"
_SLASHES = dict.fromkeys(map(ord, "⁄∕╱⧸⟋\\"), "/")  # beside the full-width slash, which NFKC replaces


def command_in(text: str, entities: object = None) -> ParsedCommand | None:
    """Return the command that `text` begins with, apart from signs and spaces; `entities` are any JSON.

    A command to leave is read with a space behind its slash, too, where it stands alone.
    """
    plain = _plain(text)
    return _leave(plain) or _marked(text, entities) or _by_letters(plain)


def mentions_leaving(text: str) -> bool:
    """Return whether a command to leave stands somewhere in `text`, or `text` is the bare word for it."""
    plain = _plain(text)
    return bool(_LEAVING_INSIDE.search(plain) or _LEAVING_WORD.fullmatch(plain))


def without_mention(text: str, username: str) -> str | None:
    """Return `text` with spaces for the mentions of `username`, as long as before; None when there is none."""
    mention = re.compile(rf"(?<!\w)@{re.escape(username)}\b", re.IGNORECASE)
    return mention.sub(lambda found: " " * len(found[0]), text) if mention.search(text) else None


def _marked(text: str, entities: object) -> ParsedCommand | None:
    units = text.encode("utf-16-le", "surrogatepass")
    for start, end in _places(entities):
        before, marked, rest = (_decoded(piece) for piece in (units[:start], units[start:end], units[end:]))
        found = _MARKED.fullmatch(marked)
        if found and not any(map(str.isalnum, before)):
            return _command(found[1], found[2], rest)
    return None


def _places(entities: object) -> Iterable[tuple[int, int]]:
    """Yield where commands are marked, in bytes of UTF-16."""
    for entity in entities if isinstance(entities, list) else ():
        match entity:
            case {"type": "bot_command", "offset": int(offset), "length": int(length)} if offset >= 0 < length:
                yield 2 * offset, 2 * (offset + length)


def _leave(plain: str) -> ParsedCommand | None:
    signs, words = _parted(plain)
    if not signs.endswith("/") and signs.strip(_AROUND) != "/":
        return None
    found = _LEAVING.match(words)
    if found is None or (not signs.endswith("/") and any(map(str.isalnum, found[3]))):
        return None  # `:/ forget it` is a face and a remark
    return _command(found[1], found[2], found[3])


def _by_letters(plain: str) -> ParsedCommand | None:
    signs, words = _parted(plain)
    found = _ANY.match(words) if signs.endswith("/") and signs.count("/") == 1 else None
    return _command(found[1], found[2], found[3]) if found else None


def _parted(plain: str) -> tuple[str, str]:
    """Return what stands before the first letter or digit, and the rest."""
    begin = next((at for at, sign in enumerate(plain) if sign.isalnum()), len(plain))
    return plain[:begin], plain[begin:]


def _plain(text: str) -> str:
    """Return `text` without what cannot be seen, in plain letters and with plain slashes."""
    seen = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in ("Cf", "Cc", "Cs"))
    # One by one: together a letter and the mark behind it would become another letter.
    return "".join(map(_plain_sign, seen)).translate(_SLASHES)


def _plain_sign(sign: str) -> str:
    """Return the plain form of one sign. A symbol that consists of letters, such as a boxed word, stays a symbol."""
    plain = unicodedata.normalize("NFKC", sign)
    return " " if not sign.isalnum() and any(map(str.isalnum, plain)) else plain


def _command(name: str, bot: str | None, rest: str) -> ParsedCommand:
    return ParsedCommand(name.lower().strip("_"), rest.strip(), bot or "")


def _decoded(utf16: bytes) -> str:
    return utf16.decode("utf-16-le", "surrogatepass")
