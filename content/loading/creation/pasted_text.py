"""Read a text that an organiser pasted into a file, and remove only characters that a campaign may not contain."""

import codecs
import re
import unicodedata

from content.loading.problems import NewCampaignRefused

MAX_BYTES = 400_000  # with its indentation, the campaign's file stays below the limit for files
_BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # as Windows saves "Unicode"
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_PARAGRAPH_BREAK = "\u2029"
# Characters that no campaign's file may have: invisible ones, direction overrides, and two that YAML forbids.
_REFUSED = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_TRAILING_SPACES = re.compile(r"[^\S\n]+$", re.MULTILINE)


def read_pasted_text(raw: bytes, name: str) -> str:
    """Return the text in the file `name`, whose content is `raw`.

    Raises NewCampaignRefused if the file is empty, too large or not a text file.
    """
    if len(raw) > MAX_BYTES:
        raise NewCampaignRefused(f"{name} has more than {MAX_BYTES:,} bytes: leave only the declaration in it.")
    text = normalized(_decoded(raw, name))
    if not any(letter.isalpha() for letter in text):
        raise NewCampaignRefused(f"There is no text in {name}: paste the declaration into it, and save it.")
    return text


def _decoded(raw: bytes, name: str) -> str:
    encoding = _BYTE_ORDER_MARKS.get(raw[:2], "utf-8-sig")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise NewCampaignRefused(f"{name} is not a plain text: save it as a text file (.txt) in UTF-8.")
    return text


def normalized(text: str) -> str:
    """Return `text` without the characters that a campaign's file may not contain.

    The new text is in Unicode's NFC form, without tabs, control and invisible characters, and without spaces at the
    ends of lines.
    """
    text = _LINE_BREAKS.sub("\n", text).replace(_PARAGRAPH_BREAK, "\n\n").replace("\t", " ")
    text = "".join(letter for letter in _REFUSED.sub("", text) if letter == "\n" or not _is_control(letter))
    return _TRAILING_SPACES.sub("", unicodedata.normalize("NFC", text)).strip()


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs")
