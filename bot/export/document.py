"""Collect all texts of a file of the declaration, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass

from content.model import Campaign, Clause, Lang, Phrasebook
from content.screens.reader import Reader


@dataclass(frozen=True, slots=True)
class Part:
    """A clause: its heading, such as "4. Women", and its exact text. `id` is that of the clause."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """The declaration in one language, with all texts that a file of it contains.

    `name` is the name of the language in the language itself, and `digits` are its ten digits. `date` is "" if the
    declaration has none. `notice` says whether the text is the original. `footer` holds the lines below the text.
    """

    lang: str
    name: str
    rtl: bool
    digits: str
    title: str
    date: str
    notice: str
    contents_title: str
    parts: tuple[Part, ...]
    footer: tuple[str, ...] = ()


def documents(campaign: Campaign) -> tuple[Document, ...]:
    """Return a document for each language of the campaign, the original language first."""
    return tuple(document(campaign, lang) for lang in campaign.languages)


def document(campaign: Campaign, lang: Lang) -> Document:
    """Return the document in the language `lang`.

    Its footer names the source of the text and the public key of signatures, if the campaign has these.
    """
    edition, book = campaign.editions[lang], campaign.phrasebooks[lang]
    return Document(
        lang=lang,
        name=book.language.name,
        rtl=book.language.rtl,
        digits=book.language.digits,
        title=edition.title,
        date=edition.date,
        notice=Reader(campaign, lang).edition_notice(),
        contents_title=book.say("button.contents"),
        parts=tuple(_parts(campaign, lang, book)),
        footer=tuple(_footer(campaign, lang, book)),
    )


def _footer(campaign: Campaign, lang: Lang, book: Phrasebook) -> Iterator[str]:
    if source := campaign.source.get(lang):
        yield source
    if campaign.public_key:
        yield book.say("signing.key")
        yield campaign.public_key


def _parts(campaign: Campaign, lang: Lang, book: Phrasebook) -> Iterator[Part]:
    for clause in campaign.clauses:
        yield Part(clause.id, _heading(clause, lang, book), clause.texts[lang])


def _heading(clause: Clause, lang: Lang, book: Phrasebook) -> str:
    title = clause.titles[lang]
    return book.say("contents.line", number=clause.number, title=title) if clause.number else title
