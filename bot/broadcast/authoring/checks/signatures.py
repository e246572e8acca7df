"""Check the signature code at the end of an announcement's texts, and whether the bot can sign announcements."""

from collections.abc import Iterator

from bot.broadcast.authoring.checks.lint import LintProblem, ProblemKind
from bot.model.announcement import Announcement
from bot.signing import signature
from bot.signing.signer import AnnouncementSigner


def signing_problems(announcement: Announcement, signer: AnnouncementSigner) -> Iterator[LintProblem]:
    """Yield a problem for each text with a wrong signature, and a warning if texts cannot be signed.

    If the campaign has no public key, nothing is signed, so yield nothing.
    """
    if not signer.campaign.public_key:
        return
    coded = {language for language, piece in announcement.pieces.items() if signature.split(piece.text)[1]}
    for language, piece in announcement.pieces.items():
        if language in coded and not signer.is_signed(piece):
            yield LintProblem(ProblemKind.WRONG_SIGNATURE, language)
    if signer.is_missing and coded != announcement.pieces.keys():
        yield LintProblem(ProblemKind.UNSIGNED, announcement.default)
