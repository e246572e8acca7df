"""Compose drafts of letters to addressees, and the screen from which a person copies and sends a letter.

A draft quotes what the declaration asks of the addressee, word for word. It does not mention the bot. The bot sends
no letter and stores nothing about letters. Telegram does not open `mailto:` addresses from buttons or links, but a
tap on an e-mail address in a text opens the mail program.
"""

from collections.abc import Iterator
from dataclasses import replace

from content.model import Addressee, Contact, Edition, Lang
from content.screens.copying.copy_buttons import copy_button
from content.screens.copying.copy_data import CopyKind, CopyRequest, to_copy_data
from content.screens.copying.plain_text import addressee_of, quotes_to, translation_notice
from content.screens.frame import ways_out
from content.screens.navigation.places import AtDemand, PassOn
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Row, Screen, Span, Style, UrlButton


def letter_button(reader: Reader, subject: AtDemand) -> CallbackButton | None:
    """Return the button that opens the screen with drafts of a letter to the addressee of `subject`.

    Return None if the bot offers no letters, or if the campaign does not have this addressee.
    """
    if addressee_of_letter(reader, subject) is None:
        return None
    data = to_copy_data(CopyRequest(CopyKind.LETTER, subject), reader.lang)
    return CallbackButton(reader.say("letter.button"), data)


def letter_screen(reader: Reader, subject: AtDemand) -> Screen | None:
    """Return the screen for a letter to the addressee of `subject`: addresses, and buttons that show drafts.

    Return None if the bot offers no letters, or if the campaign does not have this addressee.
    """
    addressee = addressee_of_letter(reader, subject)
    if addressee is None:
        return None
    spans = (
        Span(reader.say("letter.title", addressee=addressee.names[reader.lang]), Style.BOLD),
        Span(f"\n\n{reader.say('letter.steps')}\n\n{_contact_text(reader, addressee.contact)}\n\n"),
        Span(reader.say("letter.sender"), Style.ITALIC),
    )
    back = ways_out(reader, reader.place_button("back", PassOn(subject)))
    return Screen(spans, (*_letter_rows(reader, subject), *_web_row(reader, addressee.contact), back))


def addressee_of_letter(reader: Reader, subject: AtDemand) -> Addressee | None:
    """Return the addressee of `subject`, to whom a letter can be written.

    Return None if the bot offers no letters, or if the campaign does not have this addressee.
    """
    return addressee_of(reader, subject.addressee) if reader.campaign.has_letters else None


def letter_text(reader: Reader, addressee: Addressee, lang: Lang) -> str:
    """Return the draft of a letter to `addressee` in `lang`."""
    say, edition = reader.campaign.phrasebooks[lang].say, reader.campaign.editions[lang]
    parts = (
        addressee.names[lang],
        say("letter.salutation"),
        say("letter.opening", declaration=_name_with_date(edition)),
        *quotes_to(reader, addressee, lang),
        translation_notice(reader, lang),
        say("letter.own_words"),
        say("letter.closing"),
    )
    return "\n\n".join(filter(None, parts))


def letter_copy_row(reader: Reader, addressee: Addressee, lang: Lang) -> Row:
    """Return a row with buttons that copy the subject line of a letter in `lang`, and the e-mail address."""
    subject = reader.campaign.phrasebooks[lang].say(
        "letter.subject", declaration=reader.campaign.editions[lang].title
    )
    texts = (("letter.copy_subject", subject), ("letter.copy_email", addressee.contact.email))
    buttons = (copy_button(reader.say(label), text) for label, text in texts)
    return reader.directed_row(button for button in buttons if button)


def _name_with_date(edition: Edition) -> str:
    return f"{edition.title} ({edition.date})" if edition.date else edition.title


def _contact_text(reader: Reader, contact: Contact) -> str:
    """Return the e-mail and postal address of an addressee, or a sentence that says that none is known."""
    post = contact.addresses.get(reader.lang) or next(iter(contact.addresses.values()), "")
    email = reader.say("letter.email", address=contact.email) if contact.email else ""
    lines = [email, reader.say("letter.post") + f"\n{post}" if post else ""]
    return "\n\n".join(filter(None, lines)) or reader.say("letter.web_only" if contact.web else "letter.no_contact")


def _letter_rows(reader: Reader, subject: AtDemand) -> Iterator[Row]:
    """Yield a row with a button for the letter in the reader's language, and another for the original language."""
    for lang in dict.fromkeys((reader.lang, reader.campaign.original)):
        request = CopyRequest(CopyKind.LETTER_TEXT, replace(subject, in_original=lang != reader.lang))
        label = reader.say("letter.show", language=reader.language_name(lang))
        yield (CallbackButton(label, to_copy_data(request, reader.lang)),)


def _web_row(reader: Reader, contact: Contact) -> Iterator[Row]:
    if contact.web:
        yield (UrlButton(reader.say("letter.web"), contact.web),)
