"""Decide whether a message that a person received is an announcement of this campaign. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rapidfuzz import fuzz

from bot.model.announcement import Announcement, Piece
from bot.signing import signature
from bot.signing.plain_form import forms, plain_form
from bot.signing.signature import SignedKind
from bot.signing.signer import without_code
from content.model import Campaign

_SIMILAR = 75.0  # of 100: a text with more in common was probably made from an announcement


class Standing(Enum):
    """The result of a verification. The phrase with the key `signing.VALUE` explains it to people."""

    GENUINE = "genuine"
    GENUINE_HANDOVER = "genuine_handover"
    GENUINE_TEXT = "genuine_text"  # the picture or file above the text was not compared
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"  # by the campaign, but this bot has not sent it, or has changed or withdrawn it since
    SIGNED_HANDOVER = "signed_handover"
    BAD_CODE = "bad_code"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SentAnnouncement:
    """An announcement whose sending has begun on `day`."""

    content: Announcement
    day: date
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a verification. `day` is that of the announcement or of the signature, None without either."""

    standing: Standing
    day: date | None = None


def judge(message: Piece, sent: Iterable[SentAnnouncement], campaign: Campaign) -> Verdict:
    """Decide whether `message` is one of the announcements in `sent`, or has a valid signature; return the verdict.

    `sent` has the newest announcement first. A code at the end of the message is taken for a signature only if the
    campaign has a public key. If the code is wrong, the verdict is BAD_CODE, whatever the text is.
    """
    code = signature.split(message.text)[1] if campaign.public_key else ""
    body = without_code(message) if campaign.public_key else message
    text, announcements = plain_form(body), list(sent)
    for announcement in announcements:
        if piece := _same_piece(text, announcement.content, campaign):
            if code and not _has_valid_code(code, (text, plain_form(piece)), campaign):
                return Verdict(Standing.BAD_CODE)
            return _of_sent(announcement, code, has_media=message.media is not None)
    if code:
        return _of_code(code, text, campaign)
    is_similar = any(_is_similar(text, announcement.content) for announcement in announcements)
    return Verdict(Standing.ALTERED if is_similar else Standing.UNKNOWN)


def _same_piece(text: str, announcement: Announcement, campaign: Campaign) -> Piece | None:
    """Return the language version of the announcement that has the plain form `text`; None if none has.

    Signatures are left out of the comparison and of the returned piece.
    """
    for piece in announcement.pieces.values():
        bare = without_code(piece) if campaign.public_key else piece
        if text and text in forms(bare):
            return bare
    return None


def _has_valid_code(code: str, texts: Iterable[str], campaign: Campaign) -> bool:
    return any(signature.is_valid(code, text, campaign) for text in texts)


def _of_sent(announcement: SentAnnouncement, code: str, *, has_media: bool) -> Verdict:
    if announcement.is_withdrawn:
        return Verdict(Standing.WITHDRAWN, announcement.day)
    if has_media:
        return Verdict(Standing.GENUINE_TEXT, announcement.day)
    signed = signature.parse(code)
    if signed and signed.kind is SignedKind.HANDOVER:
        return Verdict(Standing.GENUINE_HANDOVER, announcement.day)
    return Verdict(Standing.GENUINE, announcement.day)


def _of_code(code: str, text: str, campaign: Campaign) -> Verdict:
    signed = signature.parse(code)
    if signed is None or not signature.is_valid(code, text, campaign):
        return Verdict(Standing.BAD_CODE)
    is_handover = signed.kind is SignedKind.HANDOVER
    return Verdict(Standing.SIGNED_HANDOVER if is_handover else Standing.SIGNED, signed.day)


def _is_similar(text: str, announcement: Announcement) -> bool:
    return any(
        fuzz.ratio(text, plain_form(piece), score_cutoff=_SIMILAR) > 0 for piece in announcement.pieces.values()
    )
