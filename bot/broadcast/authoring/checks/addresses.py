"""Find the addresses that a text shows, and parse the addresses that links open, so that the two can be compared.

A text shows an address wherever Telegram or a reader would see one. The address can have a scheme, or be only a host
name, an IP address, a mail address or a Telegram username. Both addresses are normalized for the comparison. Pure.
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
_CLOSING = ".,;:!?)]}>'\"»”’،؛؟۔…*_"  # punctuation that ends a sentence, not an address
_SLASHES = frozenset("\\\u2044\u2215\u29f8\u2571\u29f5")  # look like a slash, or are read as one by browsers
_WEB = frozenset({"http", "https", "ftp"})
_PORTS = {"http": "80", "https": "443", "ftp": "21"}
KNOWN_SCHEMES = _WEB | {"tg", "mailto", "tel"}  # schemes that an announcement may open
_TELEGRAM_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_PERSON_ACTIONS = frozenset({"user", "openmessage", "contact"})  # of tg: links, which name a person
# Top-level domains in scripts other than Latin. Without this list, two sentences without a space between them would
# count as a host name.
_NON_LATIN_DOMAINS = """
    рф рус онлайн сайт орг дети ком москва бг бел срб укр мкд мон қаз ею католик ελ ευ հայ გე ישראל קום
    ایران امارات السعودية السعودیه مصر قطر فلسطين تونس الجزائر المغرب سورية الاردن عمان عراق ليبيا موريتانيا مليسيا
    سودان اليمن البحرين پاکستان پاكستان بھارت بارت ڀارت شبكة موقع بازار بيتك كوم عرب همراه كاثوليك العليان ارامكو
    ابوظبي اتصالات 中国 中國 公司 网络 網絡 香港 台湾 台灣 新加坡 澳門 网址 在线 中文网 政务 公益 集团 我爱你 商城
    网站 みんな コム グーグル ファッション 한국 닷컴 닷넷 삼성 भारत संगठन नेट कॉम ভারত বাংলা ไทย คอม ලංකා இந்தியா
"""
_TOP_LEVEL_DOMAINS = frozenset(_NON_LATIN_DOMAINS.split())
# A file name such as `declaration.pdf` is not an address.
_EXTENSIONS = """
    pdf doc docx odt xls xlsx csv ppt pptx txt rtf jpg jpeg png gif webp svg mp3 mp4 ogg opus wav avi mkv epub html
    htm php json xml exe apk
"""
_FILE_EXTENSIONS = frozenset(_EXTENSIONS.split())


@dataclass(frozen=True, slots=True)
class Address:
    """A normalized address. `rest` is the part after the host.

    `is_deceptive` is True if the spelling can mislead readers about where the address leads.
    """

    kind: str  # web, tg, mailto, tel, or an unexpected scheme
    host: str
    rest: str = ""
    is_deceptive: bool = False


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address in a text. `start` and `end` are its position in the original text, in characters."""

    start: int
    end: int
    text: str
    address: Address


def find_addresses(text: str) -> Iterator[FoundAddress]:
    """Yield each part of `text` that looks like an address, even if invisible or wide characters disguise it."""
    plain, positions = _plain(text)
    for match in _ADDRESS.finditer(plain):
        kind = str(match.lastgroup)
        shown = _without_closing(_without_decoration(match[0]) if kind == "web" else match[0])
        if not shown or (kind == "host" and not _is_host(shown)):
            continue
        start, end = positions[match.start()], positions[match.start() + len(shown) - 1] + 1
        address = _parse_shown(kind, shown)
        if kind != "name" and _has_hidden_characters(text[start:end]):
            address = replace(address, is_deceptive=True)
        yield FoundAddress(start, end, text[start:end], address)


def parse_url(url: str) -> Address:
    """Return the normalized address that `url` opens. Like browsers, ignore tabs, line breaks and outer spaces."""
    raw = "".join(character for character in url if character not in "\t\r\n").strip()
    plain, _ = _plain(raw)
    address = _parse_plain(plain.strip())
    is_altered = raw != url.strip() or _has_hidden_characters(_visible_part(raw))
    return replace(address, is_deceptive=address.is_deceptive or is_altered)


def _parse_plain(url: str) -> Address:
    match = _SCHEME.fullmatch(url)
    if match is None or (match[1].lower() not in KNOWN_SCHEMES and re.match(r"[\w.-]+\.\w", url)):
        return _parse_web("http", url)
    scheme, rest = match[1].lower(), match[2]
    match scheme:
        case "http" | "https" | "ftp":
            return _parse_web(scheme, rest)
        case "tg":
            return _parse_telegram(rest)
        case "mailto":
            return Address("mailto", unquote(rest).partition("?")[0].strip().lower())
        case "tel":
            return Address("tel", re.sub(r"\D", "", rest))
        case _:
            return Address(scheme, rest, is_deceptive=True)


def _visible_part(raw: str) -> str:
    """Return the part of `raw` from its first to its last visible character."""
    visible = [position for position, character in enumerate(raw) if not is_invisible(character)]
    return raw[visible[0] : visible[-1] + 1] if visible else ""


def is_same(shown: Address, target: Address) -> bool:
    """Return whether a link opens the address that its text shows: whether `target` is the same as `shown`.

    If `shown` is a host without a path, any page of that host is the same. If it is a Telegram username, any link
    below that username is the same.
    """
    if shown.kind != target.kind or shown.host != target.host:
        return False
    if not shown.rest or _without_closing(shown.rest) == _without_closing(target.rest):
        return True
    is_username = shown.host == "t.me" and re.fullmatch(r"/\w+", shown.rest)
    return bool(is_username) and target.rest.startswith((shown.rest + "?", shown.rest + "/"))


def names_person(url: str) -> bool:
    """Return whether `url` opens a chat with a person whom it identifies by user id or telephone number."""
    address = parse_url(url)
    if address.kind == "tg":
        has_phone = address.host == "resolve" and "phone=" in address.rest.lower()
        return address.host in _PERSON_ACTIONS or has_phone
    return address.kind == "web" and address.host in _TELEGRAM_HOSTS and bool(re.match(r"/\+\d+$", address.rest))


def _plain(text: str) -> tuple[str, list[int]]:
    """Return `text` in NFKC form without invisible characters.

    Also return a list with the position in `text` from which each character comes.
    """
    plain, positions = [], []
    for position, character in enumerate(text):
        if not character.isspace() and is_invisible(character):
            continue
        for normalized in unicodedata.normalize("NFKC", character).translate(host_names.DOTS):
            plain.append(normalized)
            positions.append(position)
    return "".join(plain), positions


def _without_decoration(shown: str) -> str:
    """Return the part of an address before the first symbol in its host, such as an arrow or an emoji.

    Host names contain no such symbols, so the symbol belongs to the text around the address. If the host has no
    symbol, return the whole address.
    """
    slashes, after = re.match(r"([a-z]+:[/\\]*)(.*)", shown, re.IGNORECASE).groups()  # type: ignore[union-attr]
    authority, rest = _AUTHORITY.fullmatch(after).groups()  # type: ignore[union-attr]
    for position, character in enumerate(authority):
        if _is_symbol(character) and character not in _SLASHES:
            return str(slashes + authority[:position])
    return str(slashes + authority + rest)


def _without_closing(shown: str) -> str:
    """Return an address without punctuation and non-ASCII symbols at its end."""
    end = len(shown)
    while end and (shown[end - 1] in _CLOSING or _is_symbol(shown[end - 1])):
        end -= 1
    return shown[:end]


def _is_symbol(character: str) -> bool:
    """Return whether `character` is a symbol or punctuation mark outside ASCII."""
    return not character.isascii() and unicodedata.category(character)[0] in "SP"


def _has_hidden_characters(raw: str) -> bool:
    """Return whether an address has invisible characters before its path.

    In the path they are allowed, because Persian addresses contain zero-width non-joiners.
    """
    authority = re.split(r"(?<![:/])/(?!/)|[?#]", raw, maxsplit=1)[0]
    return any(is_invisible(character) for character in authority)


def _is_host(shown: str) -> bool:
    """Return whether `shown` is a host name or IP address, and not a number, a file name or the end of a sentence.

    `shown` contains dots or colons but no scheme.
    """
    host = re.split(r"[/?#]", shown, maxsplit=1)[0].rstrip(".")
    host = host if host.count(":") > 1 else host.partition(":")[0]
    if (host.count(".") == 3 or ":" in host) and host_names.ip_address(host.strip("[]")):
        return True
    *_, last = host.split(".")
    if last.lower() in _FILE_EXTENSIONS:
        return False
    if last.isascii():
        is_title = last[:1].isupper() and last[1:].islower()  # "noon.The next": a space is missing
        is_word = last.isalpha() and len(last) > 1 and not is_title
        return (is_word or last.lower().startswith("xn--")) and not _is_abbreviation(host)
    return last.lower() in _TOP_LEVEL_DOMAINS


def _is_abbreviation(host: str) -> bool:
    """Return whether `host` is an abbreviation such as `P.O.BOX`.

    It is in capitals, and has at least two dots, with a single letter before each of them.
    """
    labels = host.split(".")
    return len(labels) > 2 and all(len(label) == 1 for label in labels[:-1]) and host.isupper()


def _parse_shown(kind: str, shown: str) -> Address:
    match kind:
        case "name":
            return _telegram_name(shown.removeprefix("@"))
        case "mail":
            return Address("mailto", shown.lower().removeprefix("mailto:"))
        case "host":
            return _parse_web("http", shown)
        case _:
            return parse_url(shown)


def _parse_web(scheme: str, after: str) -> Address:
    """Return the address of a web link. `after` is the part after the scheme and its colon.

    Like browsers, accept any number of slashes and backslashes at the beginning of `after`.
    """
    authority, rest = _AUTHORITY.fullmatch(after.replace("\\", "/").lstrip("/")).groups()  # type: ignore[union-attr]
    _, at, host = authority.rpartition("@")
    name, port = host_names.normalized(unquote(host)), ""
    has_slash = any(character in _SLASHES for character in re.split(r"[?#]", after, maxsplit=1)[0])
    is_deceptive = bool(at) or "%" in host or has_slash or host_names.imitates_other(name)
    if match := re.fullmatch(r"(.*[^:]):(\d*)", name):
        name, port = match[1], "" if match[2] in ("", _PORTS[scheme]) else f":{match[2]}"
    return _web_address(host_names.canonical(name), port, _normalized_rest(rest), is_deceptive)


def _web_address(name: str, port: str, rest: str, is_deceptive: bool) -> Address:
    if name in _TELEGRAM_HOSTS and not port:
        return Address("web", "t.me", _with_lowercase_name(rest), is_deceptive)
    if name.endswith(".t.me") and name.count(".") == 2:
        return Address("web", "t.me", f"/{name.partition('.')[0]}{rest}", is_deceptive)
    return Address("web", name + port, rest, is_deceptive)


def _normalized_rest(rest: str) -> str:
    """Return path, query and fragment without percent-encoding, invisible characters and trailing slashes.

    If there is a query or a fragment but no path, put `/` before it.
    """
    visible = "".join(character for character in unquote(rest) if character == " " or not is_invisible(character))
    bare = visible.rstrip("/")
    return f"/{bare}" if bare[:1] in ("?", "#") else bare


def _with_lowercase_name(rest: str) -> str:
    """Return the path of a t.me address with the username at its beginning in lower case.

    Telegram ignores the case of usernames. It does not ignore the case of the codes in invitation links, such as
    `/+AbC`, so these stay unchanged.
    """
    return re.sub(r"^/\w+", lambda match: match[0].lower(), rest)


def _parse_telegram(after: str) -> Address:
    """Return the address of a Telegram link; `after` is what follows `tg:`."""
    action, _, query = after.lstrip("/ ").partition("?")
    action = action.strip("/ ").lower()
    if action == "resolve" and (match := re.search(r"(?:^|&)domain=(\w+)(?:&|$)", query, re.IGNORECASE)):
        return _telegram_name(match[1])
    return Address("tg", action, query)


def _telegram_name(name: str) -> Address:
    return Address("web", "t.me", f"/{name.lower()}")
