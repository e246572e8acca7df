"""Write and sign a hand-over: the announcement of another bot of the campaign, to which people are to move."""

import re
from datetime import date

from bot.signing.plain_form import normalized
from bot.signing.signature import SignedKind, SignedText
from bot.signing.signer import sign_text
from content.model import Campaign, Lang
from content.screens.navigation.deep_links import SubscribeIn, address
from storage.sealing.signing_key import SigningKey

_USERNAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9])", re.ASCII)


def username_in(text: str) -> str | None:
    """Return the username in `text`, without the at sign; None if `text` is not a possible username of a bot."""
    match = _USERNAME.fullmatch(text.strip())
    return match[1] if match and match[1].lower().endswith("bot") else None


def handover_texts(campaign: Campaign, username: str, day: date, key: SigningKey) -> dict[Lang, str]:
    """Return the signed announcement of the new bot `username` in every language of the campaign.

    Each text has a link that opens the new bot, which then offers to subscribe in the language of the text. The link
    contains nothing else about a person. `day` is the day of the signature.
    """
    return {
        language: sign_text(
            SignedText(
                SignedKind.HANDOVER,
                campaign.id,
                str(language),
                day=day,
                text=normalized(_text(campaign, username, language)),
            ),
            key,
        )
        for language in campaign.languages
    }


def _text(campaign: Campaign, username: str, language: Lang) -> str:
    book, link = campaign.phrasebooks[language], address(username, SubscribeIn(language))
    return book.say("signing.handover", link=link, button=book.say("button.subscribe"))
