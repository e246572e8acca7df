"""A campaign with a signing key for tests, and texts that tell a careless comparison from an exact one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.model.announcement import Announcement, LinkButton, Piece
from bot.signing.signature import SignedKind, SignedText
from bot.signing.signer import AnnouncementSigner, sign_text
from content import base58
from storage.sealing import signing_key
from tests.support.shipped_campaign import CAMPAIGN, MATCHER

Change = Callable[[str], str]
KEY, OTHER_KEY = signing_key.of_secret(bytes(range(32))), signing_key.of_secret(bytes(range(1, 33)))
SIGNING_CAMPAIGN = replace(CAMPAIGN, public_key=base58.encode(KEY.public))
SIGNING_MATCHER = replace(MATCHER, campaign=SIGNING_CAMPAIGN)
SIGNER = AnnouncementSigner(SIGNING_CAMPAIGN, KEY)
DAY = date(2026, 11, 30)

# RFC 8032, section 7.1: secret key, public key, message and signature of TEST 1 to 3, in hexadecimal.
RFC_8032 = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        "eeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
        "8dc027beceea1ec40a",
    ),
)

ENGLISH_TEXT = "We meet tomorrow at noon. ❤️\n\nBring a friend, and read https://example.org/plan first."
DARI_TEXT = "فردا چاشت می‌بینیم.\n\nبرنامه: https://example.org/plan"
LINK = {"type": "text_link", "offset": 3, "length": 4, "url": "https://example.org/place"}  # on "meet"
BUTTON = LinkButton("Programme", "https://example.org/programme")
PIECE = Piece(ENGLISH_TEXT, (LINK,), buttons=((BUTTON,),))
ANNOUNCEMENT = Announcement("en", {"en": PIECE, "fa": Piece(DARI_TEXT)})

# Changes that apps make on the way, and that do not change what a person reads.
ON_THE_WAY: tuple[tuple[str, Change], ...] = (
    ("line ends of Windows", lambda text: text.replace("\n", "\r\n")),
    ("spaces at the end of lines", lambda text: text.replace("\n", "  \n") + " \n"),
    ("empty lines before it", lambda text: "\n\n " + text),
    ("spaces that do not break", lambda text: text.replace(" ", "\u00a0")),
    ("an emoji without its style", lambda text: text.replace("\ufe0f", "")),
    ("decomposed letters", lambda text: text),
)
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202e\u2060\u2066\ufe0f\ufeff\U000e0041"
# With each of these changes, a deceiver could gain something.
FORGERIES: tuple[tuple[str, Change], ...] = (
    ("one letter", lambda text: text.replace("noon", "moon")),
    ("a Cyrillic о", lambda text: text.replace("o", "о", 1)),
    ("a full-width digit", lambda text: text + " ７"),
    ("another domain", lambda text: text.replace("example.org", "example.0rg")),
    ("a word more", lambda text: text + " Urgent!"),
    ("a word less", lambda text: text.replace(" first", "")),
    ("an empty line less", lambda text: text.replace("\n\n", "\n")),
    *((f"U+{ord(sign):04X}", lambda text, sign=sign: text.replace("noon", f"no{sign}on")) for sign in INVISIBLE),
)


def signed(text: str, key: signing_key.SigningKey = KEY, kind: SignedKind = SignedKind.ANNOUNCEMENT) -> str:
    """Return an English text with a code at its end."""
    return sign_text(SignedText(kind, SIGNING_CAMPAIGN.id, "en", day=DAY, text=text), key)
