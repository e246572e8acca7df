"""Build the web page that checks signatures offline: one HTML file with the public key and all texts of the page."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from content.model import Campaign, Phrasebook

_FOLDER = Path(__file__).parent
# Of TweetNaCl.js 1.0.3, the file package/nacl.min.js of the npm package tweetnacl.
LIBRARY_SHA256 = "973cc5733cc7432e30ee4682098f413094f494bccf76a567c23908c5035ddbbc"
_WORDS = (
    "title", "intro", "text", "code", "check", "announcement", "handover", "forged", "no_code", "no_text", "limits",
    "key_hint",
)  # fmt: skip


def build_page(campaign: Campaign) -> str:
    """Return the page as HTML. Its Content Security Policy allows only its own scripts, and no network access."""
    scripts = [_file(name) for name in ("nacl.min.js", "verify.js", "page.js")]
    style, book = _file("page.css"), campaign.phrasebooks[campaign.original]
    library, verify, page = scripts
    return Template(_file("page.html")).substitute(
        hashes_of_scripts=" ".join(map(_hash, scripts)),
        hash_of_style=_hash(style),
        title=escape(book.say("signing_page.title")),
        noscript=escape(book.say("signing_page.noscript")),
        style=style,
        data=json.dumps(_data(campaign), ensure_ascii=False).replace("<", "\\u003c"),
        library=library,
        verify=verify,
        page=page,
    )


def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the hash of a script or style, as a Content Security Policy names it: 'sha256-…'."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _data(campaign: Campaign) -> dict[str, object]:
    """Return the JSON data for the scripts of the page: the campaign with its public key, and texts by language."""
    languages = [str(language) for language in campaign.languages]
    return {
        "campaign": {"id": campaign.id, "languages": languages, "public_key": campaign.public_key},
        "words": {str(language): _words(book) for language, book in campaign.phrasebooks.items()},
    }


def _words(book: Phrasebook) -> dict[str, str]:
    words = {name: book.say(f"signing_page.{name}", day="{day}") for name in _WORDS}
    return {**words, "name": book.language.name, "direction": "rtl" if book.language.rtl else "ltr"}
