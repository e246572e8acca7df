"""Sign the announcements of the bot, if its campaign has a public key and the server has the secret key to it."""

import logging
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.model.announcement import Piece
from bot.signing import signature
from bot.signing.plain_form import plain_form
from bot.signing.signature import SignedKind, SignedText
from content import base58
from content.invisible import is_blank
from content.model import Campaign
from storage.errors import StorageRefused
from storage.sealing import signing_key
from storage.sealing.signing_key import SigningKey

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AnnouncementSigner:
    """Sign announcements with the key of a campaign. If `key` is None, nothing is signed."""

    campaign: Campaign
    key: SigningKey | None = None

    @property
    def is_missing(self) -> bool:
        """Return whether the campaign has a public key, but the bot lacks the secret key to sign with."""
        return bool(self.campaign.public_key) and self.key is None

    def signed(self, piece: Piece, language: str, day: date) -> str | None:
        """Return the plain form of `piece` with the code of the signature at its end; None without a key.

        `language` and `day` are signed together with the text. If the text already ends with a code, keep that code.
        """
        if not can_be_signed(piece):
            return None
        text, code = plain_form(without_code(piece)), signature.split(piece.text)[1]
        if code:
            return f"{text}\n\n{code}"
        if self.key is None:
            return None
        return sign_text(
            SignedText(SignedKind.ANNOUNCEMENT, self.campaign.id, language, day=day, text=text), self.key
        )

    def is_signed(self, piece: Piece) -> bool:
        """Return whether the text of `piece` ends with the code of a valid signature of the campaign."""
        code = signature.split(piece.text)[1]
        return bool(code) and signature.is_valid(code, plain_form(without_code(piece)), self.campaign)


def sign_text(text: SignedText, key: SigningKey) -> str:
    """Sign `text`, and return it with the code of the signature at its end."""
    return f"{text.text}\n\n{signature.sign(text, key)}"


def without_code(piece: Piece) -> Piece:
    """Return `piece` without the code of a signature at the end of its text, and without the code's formatting."""
    text, code = signature.split(piece.text)
    size = len(text.encode("utf-16-le", "surrogatepass")) // 2
    entities = tuple(entity for entity in piece.entities if entity["offset"] < size)
    return replace(piece, text=text, entities=entities) if code else piece


def can_be_signed(piece: Piece) -> bool:
    """Return whether `piece` can be signed, because it has a text or buttons.

    A picture itself cannot be signed. A signature of an empty text could be copied to any other picture.
    """
    return not is_blank(plain_form(without_code(piece)))


def open_signer(campaign: Campaign, keys: Path) -> AnnouncementSigner:
    """Return the signer of `campaign`. The signing key is a file next to `keys`, the path of the key file.

    Without a usable signing key, log the reason and return a signer that signs nothing.
    """
    path = signing_key.path_beside(keys)
    if not campaign.public_key:
        if path.exists():
            log.warning("Announcements are not signed: campaign.yaml has no public_key, although there is a key")
        return AnnouncementSigner(campaign)
    try:
        return AnnouncementSigner(campaign, read_fitting_key(campaign.public_key, path))
    except StorageRefused as refusal:
        log.warning("Announcements are not signed. %s", refusal)
        return AnnouncementSigner(campaign)


def read_fitting_key(public_key: str, path: Path) -> SigningKey:
    """Return the signing key in the file `path`, after a check that it belongs to `public_key`.

    `public_key` is in base58, as in `campaign.yaml`. Raises StorageRefused if the file cannot be read, or if its key
    belongs to another public key.
    """
    key = signing_key.read(path)
    if base58.encode(key.public) != public_key:
        raise StorageRefused(
            f"The signing key {path} is not the one of public_key in campaign.yaml: put the right key there, "
            "or correct public_key."
        )
    return key
