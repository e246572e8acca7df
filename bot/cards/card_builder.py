"""Choose the words of a card, a picture of one clause or of all demands on one addressee."""

from hashlib import sha256

import msgspec

from bot.cards.card_text import CardText, Passage
from content.model import Addressee, Clause, Statement
from content.screens.card_request import CardRequest
from content.screens.navigation.deep_links import address
from content.screens.navigation.places import AtClause, AtDemand
from content.screens.reader import Reader
from content.screens.standalone_quotes import standalone
from content.screens.topics import clause_name


def requested_card(reader: Reader, request: CardRequest) -> CardText | None:
    """Return the words of the card that `request` asks for; None if the campaign has no such clause or addressee."""
    text_reader = reader.speaking(reader.text_language(request.place.in_original))
    match request.place:
        case AtClause(clause_id):
            clause = reader.campaign.clause_by_id.get(clause_id)
            return _clause_card(text_reader, clause, request) if clause else None
        case AtDemand(addressee_id):
            addressees = (row for row in reader.campaign.addressees if row.id == addressee_id)
            addressee = next(addressees, None)
            return _demand_card(text_reader, addressee, request) if addressee else None


def card_name(card: CardText) -> str:
    """Return a name that only cards with exactly these words and colours have: a hash, such as "card.0f3a…"."""
    return f"card.{sha256(msgspec.json.encode(card)).hexdigest()[:16]}"


def _clause_card(reader: Reader, clause: Clause, request: CardRequest) -> CardText:
    kind = reader.say("clause.name", number=clause.number) if clause.number else ""
    return _card(reader, kind, clause.titles[reader.lang], (Passage(clause.texts[reader.lang]),), request=request)


def _demand_card(reader: Reader, addressee: Addressee, request: CardRequest) -> CardText:
    passages = tuple(_passage(reader, statement) for statement in reader.campaign.statements_to(addressee.id))
    return _card(reader, reader.say("card.asked_of"), addressee.names[reader.lang], passages, request=request)


def _passage(reader: Reader, statement: Statement) -> Passage:
    """Return a passage with the quote of a statement, and the name of its clause.

    The quote can stand alone: it may include the sentence before it, or have an ellipsis (see `standalone`).
    """
    clause = reader.campaign.clause_by_id[statement.clause]
    pointers = reader.book.language.pointers
    quote = standalone(statement.quotes[reader.lang], clause.texts[reader.lang], pointers)
    return Passage(quote, clause_name(reader.book, clause))


def _card(reader: Reader, kind: str, title: str, passages: tuple[Passage, ...], *, request: CardRequest) -> CardText:
    language = reader.book.language
    link = address(reader.username, request.place).removeprefix("https://") if request.has_address else ""
    return CardText(
        lang=language.code,
        is_rtl=language.rtl,
        digits=language.digits,
        declaration=reader.campaign.editions[reader.lang].title,
        kind=kind,
        title=title,
        passages=passages,
        notice=reader.edition_notice(),
        address=link,
        is_dark=request.is_dark,
    )
