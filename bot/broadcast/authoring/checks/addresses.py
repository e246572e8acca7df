"""Addresses as people see them in a text, and as browsers and Telegram open them. Pure.

A text shows an address wherever Telegram or a reader would take it for one: with a scheme, as a host name, as a
number, as a mail address or as a name of Telegram. Both sides are brought into one form before they are compared.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from bot.broadcast.authoring.checks import host_names
from content.invisible import is_invisible

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f"
)
_LABEL = rf"[\w{_MARKS}](?:[\w{_MARKS}-]{{0,61}}[\w{_MARKS}])?"  # at most 63 characters, as DNS has it
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{1,126}}"
_IPV6 = r"\[[0-9A-Fa-f:.]+\]|(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|:)(?![\w:])"
_REST = r"[/?#][^\s<>]*"
_ADDRESS = re.compile(
    rf"""(?P<web> (?<![a-z0-9])(?:https?|ftp):[/\\]*[^\s<>]+ )
       | (?P<telegram> (?<!\w)tg:[^\s<>]+ )
       | (?P<mail> (?<![\w.+-])(?:mailto:)?[\w.+%-]{{1,64}}@{_HOST}(?!\w) )
       | (?P<host> (?<!\w) (?:{_HOST}|{_IPV6}) (?::\d{{1,5}}(?!\d))? (?:[.](?=[/?#]))? (?:{_REST})? )
       | (?P<name> (?<![\w@/.])@[A-Za-z]\w{{3,31}}(?!\w) )""",
    re.VERBOSE | re.IGNORECASE,
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"([^/?#]*)(.*)", re.DOTALL)
_FINAL = ".,;:!?)]}>'\"»”’،؛؟۔…*_"  # what closes a sentence rather than an address
_SLASHES = frozenset("\\\u2044\u2215\u29f8\u2571\u29f5")  # which look like a slash, or which browsers read as one
_WEB = frozenset({"http", "https", "ftp"})
_PORTS = {"http": "80", "https": "443", "ftp": "21"}
OPENED = _WEB | {"tg", "mailto", "tel"}  # schemes that an announcement may open
_TELEGRAM_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_PEOPLE = frozenset({"user", "openmessage", "contact"})  # of tg:, which name somebody
# Last labels in other scripts than Latin that are domains: without a list, a sentence without a space would be one.
_SCRIPTS = """
    рф рус онлайн сайт орг дети ком москва бг бел срб укр мкд мон қаз ею католик ελ ευ հայ გე ישראל קום
    ایران امارات السعودية السعودیه مصر قطر فلسطين تونس الجزائر المغرب سورية الاردن عمان عراق ليبيا موريتانيا مليسيا
    سودان اليمن البحرين پاکستان پاكستان بھارت بارت ڀارت شبكة موقع بازار بيتك كوم عرب همراه كاثوليك العليان ارامكو
    ابوظبي اتصالات 中国 中國 公司 网络 網絡 香港 台湾 台灣 新加坡 澳門 网址 在线 中文网 政务 公益 集团 我爱你 商城
    网站 みんな コム グーグル ファッション 한국 닷컴 닷넷 삼성 भारत संगठन नेट कॉम ভারত বাংলা ไทย คอม ලංකා இந்தியா
"""
_DOMAINS = frozenset(_SCRIPTS.split())
# A file's name is no address.
_ENDINGS = """
    pdf doc docx odt xls xlsx csv ppt pptx txt rtf jpg jpeg png gif webp svg mp3 mp4 ogg opus wav avi mkv epub html
    htm php json xml exe apk
"""
_FILES = frozenset(_ENDINGS.split())


@dataclass(frozen=True, slots=True)
class Address:
    """An address in one form. `rest` follows the host. `is_odd`: it is written so that it deceives by itself."""

    kind: str  # web, tg, mailto, tel, or a scheme that nobody expects
    host: str
    rest: str = ""
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """An address in a text: `start` and `end` count characters of the text as it was given."""

    start: int
    end: int
    shown: str
    address: Address
    has_scheme: bool


def seen(text: str) -> Iterator[Seen]:
    """Find what looks like an address, also where invisible or wide characters disguise it."""
    plain, places = _plain(text)
    for match in _ADDRESS.finditer(plain):
        kind = str(match.lastgroup)
        shown = _trimmed(_without_decoration(match[0]) if kind == "web" else match[0])
        if not shown or (kind == "host" and not _is_host(shown)):
            continue
        start, end = places[match.start()], places[match.start() + len(shown) - 1] + 1
        address = _shown(kind, shown)
        if kind != "name" and _hides_something(text[start:end]):
            address = replace(address, is_odd=True)
        yield Seen(start, end, text[start:end], address, kind in ("web", "telegram"))


def opened(url: str) -> Address:
    """The address that `url` opens, as browsers read it: without line ends and what is invisible around it."""
    raw = "".join(one for one in url if one not in "\t\r\n").strip()
    plain, _ = _plain(raw)
    address = _opened(plain.strip())
    is_odd = address.is_odd or raw != url.strip() or _hides_something(_visible(raw))
    return replace(address, is_odd=is_odd)


def _opened(url: str) -> Address:
    found = _SCHEME.fullmatch(url)
    if found is None or (found[1].lower() not in OPENED and re.match(r"[\w.-]+\.\w", url)):
        return _web("http", url)
    match found[1].lower():
        case "http" | "https" | "ftp":
            return _web(found[1].lower(), found[2])
        case "tg":
            return _telegram(found[2])
        case "mailto":
            return Address("mailto", unquote(found[2]).partition("?")[0].strip().lower())
        case "tel":
            return Address("tel", re.sub(r"\D", "", found[2]))
        case scheme:
            return Address(scheme, found[2], is_odd=True)


def _visible(raw: str) -> str:
    """From its first to its last visible character."""
    seen_at = [place for place, one in enumerate(raw) if not is_invisible(one)]
    return raw[seen_at[0] : seen_at[-1] + 1] if seen_at else ""


def is_same(shown: Address, real: Address) -> bool:
    """Whether who opens `real` comes to what is `shown`. A host alone stands for any of its pages."""
    if shown.kind != real.kind or shown.host != real.host:
        return False
    if not shown.rest or _trimmed(shown.rest) == _trimmed(real.rest):
        return True
    name = shown.rest if shown.host == "t.me" and re.fullmatch(r"/\w+", shown.rest) else ""
    return bool(name) and real.rest.startswith((name + "?", name + "/"))


def names_person(url: str) -> bool:
    """Whether `url` opens the chat with somebody, by their number or their telephone."""
    address = opened(url)
    if address.kind == "tg":
        return address.host in _PEOPLE or (address.host == "resolve" and "phone=" in address.rest.lower())
    return address.kind == "web" and address.host in _TELEGRAM_HOSTS and bool(re.match(r"/\+\d+$", address.rest))


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` in compatibility form without what is invisible, and where each of its characters came from."""
    plain, places = [], []
    for place, character in enumerate(text):
        if not character.isspace() and is_invisible(character):
            continue
        for one in unicodedata.normalize("NFKC", character).translate(host_names.DOTS):
            plain.append(one)
            places.append(place)
    return "".join(plain), places


def _without_decoration(shown: str) -> str:
    """Up to a sign beside the host, such as an arrow or an emoji, which belongs to no address."""
    slashes, after = re.match(r"([a-z]+:[/\\]*)(.*)", shown, re.IGNORECASE).groups()  # type: ignore[union-attr]
    authority, rest = _AUTHORITY.fullmatch(after).groups()  # type: ignore[union-attr]
    for place, character in enumerate(authority):
        if _is_sign(character) and character not in _SLASHES:
            return str(slashes + authority[:place])
    return str(slashes + authority + rest)


def _trimmed(shown: str) -> str:
    """Without what closes a sentence, or decorates its end."""
    end = len(shown)
    while end and (shown[end - 1] in _FINAL or _is_sign(shown[end - 1])):
        end -= 1
    return shown[:end]


def _is_sign(character: str) -> bool:
    """A symbol or a punctuation mark beyond those of ASCII."""
    return not character.isascii() and unicodedata.category(character)[0] in "SP"


def _hides_something(raw: str) -> bool:
    """Whether invisible characters stand before the path: behind the host, Persian addresses have them of right."""
    authority = re.split(r"(?<![:/])/(?!/)|[?#]", raw, maxsplit=1)[0]
    return any(is_invisible(character) for character in authority)


def _is_host(shown: str) -> bool:
    """Whether a name with dots and without a scheme is taken for a host, and not for a sentence or a number."""
    host = re.split(r"[/?#]", shown, maxsplit=1)[0].rstrip(".")
    host = host if host.count(":") > 1 else host.partition(":")[0]
    if (host.count(".") == 3 or ":" in host) and host_names.number(host.strip("[]")):
        return True
    *_, last = host.split(".")
    if last.lower() in _FILES:
        return False
    if last.isascii():
        is_title = last[:1].isupper() and last[1:].islower()  # "noon.The next": the space is missing
        is_word = last.isalpha() and len(last) > 1 and not is_title
        return (is_word or last.lower().startswith("xn--")) and not _is_abbreviation(host)
    return last.lower() in _DOMAINS


def _is_abbreviation(host: str) -> bool:
    """Such as `U.S.SR`: all but the last is a letter each, in capitals."""
    labels = host.split(".")
    return len(labels) > 2 and all(len(one) == 1 for one in labels[:-1]) and host.isupper()


def _shown(kind: str, shown: str) -> Address:
    match kind:
        case "name":
            return _of_telegram(shown.removeprefix("@"))
        case "mail":
            return Address("mailto", shown.lower().removeprefix("mailto:"))
        case "host":
            return _web("http", shown)
        case _:
            return opened(shown)


def _web(scheme: str, after: str) -> Address:
    """`after` is what follows the scheme. Browsers take any number of slashes, of either sort."""
    authority, rest = _AUTHORITY.fullmatch(after.replace("\\", "/").lstrip("/")).groups()  # type: ignore[union-attr]
    _, at, host = authority.rpartition("@")
    is_odd = bool(at) or "%" in host or any(one in _SLASHES for one in re.split(r"[?#]", after, maxsplit=1)[0])
    name, port = host_names.folded(unquote(host)), ""
    is_odd = is_odd or host_names.is_mixed(name)
    if found := re.fullmatch(r"(.*[^:]):(\d*)", name):
        name, port = found[1], "" if found[2] in ("", _PORTS[scheme]) else f":{found[2]}"
    name, rest = host_names.canonical(name), _tidy(rest)
    if name in _TELEGRAM_HOSTS and not port:
        return Address("web", "t.me", _with_name_folded(rest), is_odd)
    if name.endswith(".t.me") and name.count(".") == 2:
        return Address("web", "t.me", f"/{name.partition('.')[0]}{rest}", is_odd)
    return Address("web", name + port, rest, is_odd)


def _tidy(rest: str) -> str:
    """What follows the host, with a path and without a last slash."""
    bare = "".join(one for one in unquote(rest) if one == " " or not is_invisible(one)).rstrip("/")
    return f"/{bare}" if bare[:1] in ("?", "#") else bare


def _with_name_folded(rest: str) -> str:
    """Telegram's names have no case; the secrets of invitations have."""
    return re.sub(r"^/\w+", lambda found: found[0].lower(), rest)


def _telegram(after: str) -> Address:
    action, _, query = after.lstrip("/ ").partition("?")
    action = action.strip("/ ").lower()
    if action == "resolve" and (found := re.search(r"(?:^|&)domain=(\w+)(?:&|$)", query, re.IGNORECASE)):
        return _of_telegram(found[1])
    return Address("tg", action, query)


def _of_telegram(name: str) -> Address:
    return Address("web", "t.me", f"/{name.lower()}")
