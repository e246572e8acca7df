"""Create and check the signature of a text: a code of 92 letters and digits, which stands at the end of the text.

The code encodes the kind of the text, the day of the signature and an Ed25519 signature of 64 bytes. It signs the
kind, the campaign, the language, the day and the plain form of the text.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

from content import base58
from content.model import PUBLIC_KEY_SIZE, Campaign
from storage.sealing import signing_key
from storage.sealing.signing_key import SIGNATURE_SIZE, SigningKey

_FIRST_DAY = date(1970, 1, 1)
_HEAD = 3  # bytes before the signature: the kind, and the number of the day since 1970
CODE_LENGTH = base58.length_of(_HEAD + SIGNATURE_SIZE)
_SPACE = "[ \t\r\n\u00a0]"
_CODE_AT_END = re.compile(rf"(?:^|{_SPACE})([{base58.ALPHABET}]{{{CODE_LENGTH}}}){_SPACE}*\Z")


class SignedKind(IntEnum):
    """The kinds of signed texts. The bot signs announcements; only the command line signs hand-overs."""

    ANNOUNCEMENT = 1
    HANDOVER = 2


@dataclass(frozen=True, slots=True)
class SignedText:
    """A text in its plain form (see `plain_form`), and the other fields that are signed together with it."""

    kind: SignedKind
    campaign: str
    language: str
    day: date
    text: str

    @property
    def message(self) -> bytes:
        """Return the bytes that are signed: a line for each field, then the text."""
        fields = (self.kind.name.lower(), self.campaign, self.language, self.day.isoformat(), self.text)
        return "\n".join(("declaration-bot 1", *fields)).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Signature:
    """The decoded content of a code at the end of a text. `value` is the Ed25519 signature, not checked yet."""

    kind: SignedKind
    day: date
    value: bytes


def sign(text: SignedText, key: SigningKey) -> str:
    """Sign `text` with `key`, and return the signature as a code of letters and digits."""
    head = bytes([text.kind]) + (text.day - _FIRST_DAY).days.to_bytes(_HEAD - 1, "big")
    return base58.encode(head + key.sign(text.message))


def parse(code: str) -> Signature | None:
    """Decode `code`, without a check whether the signature is valid; return None if it is not such a code."""
    data = base58.decode(code, _HEAD + SIGNATURE_SIZE)
    if data is None or data[0] not in tuple(SignedKind):
        return None
    day = _FIRST_DAY + timedelta(days=int.from_bytes(data[1:_HEAD], "big"))
    return Signature(SignedKind(data[0]), day, data[_HEAD:])


def split(text: str) -> tuple[str, str]:
    """Split a text into the part before the code of its signature, and the code; the code is "" if there is none."""
    match = _CODE_AT_END.search(text)
    return (text[: match.start()].rstrip(" \t\r\n\u00a0"), match[1]) if match else (text, "")


def is_valid(code: str, text: str, campaign: Campaign) -> bool:
    """Return whether `code` is the campaign's signature of `text`, a plain form, for any language of the campaign."""
    signature, public = parse(code), public_key(campaign)
    if signature is None or public is None:
        return False
    signed = (
        SignedText(signature.kind, campaign.id, str(language), day=signature.day, text=text)
        for language in campaign.languages
    )
    return any(signing_key.is_signed(candidate.message, signature.value, public) for candidate in signed)


def public_key(campaign: Campaign) -> bytes | None:
    """Return the public key of a campaign; None if it has none."""
    return base58.decode(campaign.public_key, PUBLIC_KEY_SIZE) if campaign.public_key else None


def day_of(at: float) -> date:
    """Return the day of a Unix time, in UTC."""
    return datetime.fromtimestamp(at, UTC).date()
