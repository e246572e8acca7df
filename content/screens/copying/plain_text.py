"""Compose plain texts of the declaration that people copy: verbatim and with the source, but without any link.

The texts do not have the bot's name. Below a translation, a sentence says that it is a translation.
"""

from content.model import Addressee, AddresseeId, Clause, Lang, Phrasebook
from content.screens.reader import Reader
from content.screens.standalone_quotes import standalone
from content.screens.topics import clause_name


def clause_text(reader: Reader, clause: Clause, lang: Lang) -> str:
    """Return the whole text of `clause` in `lang`, below its source."""
    return _joined(reader, lang, source_of(reader, clause, lang), clause.texts[lang])


def demand_text(reader: Reader, addressee: Addressee, lang: Lang) -> str:
    """Return everything that is asked of `addressee` in `lang`, below the title of the declaration."""
    heading = f"{reader.campaign.editions[lang].title}\n{addressee.names[lang]}"
    return _joined(reader, lang, heading, *quotes_to(reader, addressee, lang))


def source_of(reader: Reader, clause: Clause, lang: Lang) -> str:
    """Return the source of a clause as text: the title of the declaration, and the number and title of the clause.

    The number is left out if the clause has none.
    """
    book, title = reader.campaign.phrasebooks[lang], reader.campaign.editions[lang].title
    if clause.number:
        source = book.say("inline.shared", declaration=title, number=clause.number)
        return f"{source}\n{clause.titles[lang]}"
    return book.say("inline.shared_part", declaration=title, title=clause.titles[lang])


def quotes_to(reader: Reader, addressee: Addressee, lang: Lang) -> tuple[str, ...]:
    """Return everything that is asked of `addressee`: each quote in quotation marks, below the name of its clause."""
    book = reader.campaign.phrasebooks[lang]
    return tuple(
        f"{clause_name(book, clause)}\n"
        + book.say("letter.quote", quote=_quote(book, clause, statement.quotes[lang]))
        for statement in reader.campaign.statements_to(addressee.id)
        for clause in [reader.campaign.clause_by_id[statement.clause]]
    )


def _quote(book: Phrasebook, clause: Clause, quote: str) -> str:
    return standalone(quote, clause.texts[book.language.code], book.language.pointers)


def addressee_of(reader: Reader, id_: AddresseeId) -> Addressee | None:
    """Return the addressee with this id, or None if the campaign has none."""
    return next((addressee for addressee in reader.campaign.addressees if addressee.id == id_), None)


def translation_notice(reader: Reader, lang: Lang) -> str:
    """Return the sentence that says that a text in `lang` is an unofficial translation; "" for an official text."""
    return "" if reader.campaign.editions[lang].is_official else reader.speaking(lang).edition_notice()


def _joined(reader: Reader, lang: Lang, *parts: str) -> str:
    """Return `parts`, texts in the language `lang`, as paragraphs.

    If `lang` is not the original language, a last paragraph says that the text is a translation.
    """
    return "\n\n".join(filter(None, (*parts, translation_notice(reader, lang))))
