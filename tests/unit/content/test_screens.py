"""Test the screen of every place in every language: it fits, is verbatim, and names the kind of its text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain

import pytest

from content.model import AddresseeId, Campaign, Clause, ClauseId, Lang, Statement, TopicId
from content.plurals import phrase_forms
from content.screens import card_request, declaration
from content.screens.copying.copy_data import from_copy_data
from content.screens.declaration import Reader
from content.screens.menu import languages
from content.screens.navigation.button_data import from_data, to_data
from content.screens.navigation.deep_links import from_link
from content.screens.navigation.places import (
    AtAnswer,
    AtChoices,
    AtClause,
    AtCommand,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    Home,
    LanguageChosen,
    Languages,
    Offline,
    PassOn,
    Place,
    Start,
    Topics,
)
from content.screens.screen import (
    DATA_LIMIT,
    TEXT_LIMIT,
    Button,
    CallbackButton,
    CopyButton,
    Screen,
    ShareButton,
    Style,
    UrlButton,
    units,
)
from content.screens.split import split_screen
from tests.support.shipped_campaign import CAMPAIGN

LABEL_LIMIT = 64
ORIGINAL = CAMPAIGN.original
TRANSLATIONS = [lang for lang in CAMPAIGN.languages if lang != ORIGINAL]


def places(campaign: Campaign = CAMPAIGN) -> Iterator[Place]:
    """Yield every place of the campaign, those in the original as well."""
    yield from (Start(), Home(), Contents(), Topics(), Demands(), Languages())
    yield AtAnswer((ClauseId("4"), ClauseId("8")), (0,), TopicId("women"))
    yield AtChoices((ClauseId("4"), ClauseId("8")))
    yield AtChoices((ClauseId("4"), ClauseId("8")), "privacy")
    yield from (LanguageChosen(lang) for lang in campaign.languages)
    yield from (PassOn(AtClause(clause.id)) for clause in campaign.clauses)
    yield from (PassOn(AtDemand(addressee.id, True)) for addressee in campaign.addressees)
    for in_original in (False, True):
        yield from (AtClause(clause.id, in_original=in_original) for clause in campaign.clauses)
        yield from (AtTopic(topic.id, in_original) for topic in campaign.topics)
        yield from (AtDemand(addressee.id, in_original) for addressee in campaign.addressees)


def screen_at(lang: Lang, place: Place) -> Screen:
    screen = declaration.show(Reader(CAMPAIGN, lang), place)
    assert screen, place
    return screen


def buttons(screen: Screen) -> Iterator[Button]:
    return chain.from_iterable(screen.rows)


def check_limits(screen: Screen) -> None:
    """Check the rules of Telegram for messages and buttons."""
    assert screen.text.strip()
    for message in split_screen(screen):
        assert 1 <= units(message.text) <= TEXT_LIMIT
        assert len(message.entities) <= 100
        for entity in message.entities:
            assert 0 <= entity.offset < entity.offset + entity.length <= units(message.text)
    for row in screen.rows:
        assert 1 <= len(row) <= 8
    for button in buttons(screen):
        assert button.label.strip()
        assert units(button.label) <= LABEL_LIMIT, button.label
        match button:
            case CallbackButton(_, data):
                assert 1 <= len(data.encode()) <= DATA_LIMIT
                is_privacy_page = data.startswith("p.")  # see `bot.flows.privacy_screens`
                assert from_data(data) or is_privacy_page or card_request.from_data(data) or from_copy_data(data)
            case CopyButton(_, text):
                assert 1 <= units(text) <= 256
            case ShareButton(_, query):
                assert query == "" or from_link(query)
            case UrlButton(_, url):
                assert url.startswith("https://t.me/")


def foreign_digits(text: str) -> list[str]:
    """Return the ASCII digits in `text`, except for those of commands and links, which have no others."""
    return re.findall(r"[0-9]", re.sub(r"/[a-z]+ \d+|clause-\d+", "", text))


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_screen_keeps_to_the_limits_of_telegram(lang: Lang) -> None:
    for place in places():
        check_limits(screen_at(lang, place))


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_button_opens_a_screen_in_the_same_language_or_in_the_one_that_it_names(lang: Lang) -> None:
    languages_by_name = {language.name: code for code, language in CAMPAIGN.languages.items()}
    for place in places():
        for button in buttons(screen_at(lang, place)):
            if isinstance(button, CallbackButton) and not (
                card_request.from_data(button.data) or from_copy_data(button.data)
            ):
                target = from_data(button.data)
                assert target
                opened, spoken = target
                assert spoken == (
                    lang if isinstance(opened, LanguageChosen) else languages_by_name.get(button.label, lang)
                )
                assert isinstance(opened, AtCommand | Offline) or declaration.show(
                    Reader(CAMPAIGN, spoken), opened
                ), button


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_one_tap_shows_a_clause_a_topic_and_a_demand_in_another_language_and_keeps_the_way_back(lang: Lang) -> None:
    origin = AtTopic(TopicId("women"))
    for place in (AtClause(ClauseId("4"), origin=origin), origin, AtDemand(CAMPAIGN.addressees[0].id, True, origin)):
        names = {button.label: button for button in buttons(screen_at(lang, place))}
        for other in set(CAMPAIGN.languages) - {lang}:
            button = names[CAMPAIGN.languages[other].name]
            assert isinstance(button, CallbackButton)
            target = from_data(button.data)
            assert target
            expected = replace(target[0], text_hash="") if isinstance(target[0], AtClause) else target[0]
            assert (expected, target[1]) == (replace(place, in_original=False), other)


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_back_leads_to_where_the_person_came_from(lang: Lang) -> None:
    answer = AtAnswer((ClauseId("4"), ClauseId("8")), (0,), TopicId("women"))
    for origin in (
        answer,
        AtChoices((ClauseId("4"),)),
        AtTopic(TopicId("women")),
        AtDemand(CAMPAIGN.addressees[0].id),
    ):
        screen = screen_at(lang, origin)
        opened = [from_data(button.data) for button in buttons(screen) if isinstance(button, CallbackButton)]
        clauses = [target[0] for target in opened if target and isinstance(target[0], AtClause)]
        assert clauses
        for clause in clauses:
            assert _after(screen_at(lang, clause), lang, "button.back") == screen


def test_with_many_languages_one_button_opens_their_list_and_the_list_leads_back_to_the_clause() -> None:
    many = dict.fromkeys(map(Lang, ("en", "fa", "ps", "de", "fr")), CAMPAIGN.languages[ORIGINAL])
    campaign = replace(CAMPAIGN, languages={**many, **CAMPAIGN.languages})
    reader = Reader(campaign, ORIGINAL)
    clause = AtClause(ClauseId("4"))
    screen = declaration.show(reader, clause)
    assert screen
    target = Languages(replace(clause, text_hash=""))

    assert to_data(target, ORIGINAL) in [
        button.data for button in buttons(screen) if isinstance(button, CallbackButton)
    ]
    listed = [button.data for button in buttons(languages(reader, target)) if isinstance(button, CallbackButton)]
    assert [to_data(clause, lang) for lang in campaign.languages] == listed[: len(campaign.languages)]


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_digits_follow_the_language(lang: Lang) -> None:
    for place in places():
        screen = screen_at(lang, place)
        in_english = lang == ORIGINAL or getattr(place, "in_original", False)

        assert in_english or not foreign_digits(screen.text)
        assert lang == ORIGINAL or not any(foreign_digits(button.label) for button in buttons(screen))
        assert not in_english or not re.search(r"[۰-۹]", screen.text)


@cache
def _lines(lang: Lang) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return the lines of the campaign's files in one language, and patterns for those with placeholders."""
    edition, book = CAMPAIGN.editions[lang], CAMPAIGN.phrasebooks[lang]
    texts = [text[lang] for clause in CAMPAIGN.clauses for text in (clause.titles, clause.texts)]
    quotes = [statement.quotes[lang] for statement in CAMPAIGN.statements]
    names = [topic.names[lang] for topic in CAMPAIGN.topics]
    names += [addressee.names[lang] for addressee in CAMPAIGN.addressees]
    phrases = list(
        chain.from_iterable(form.split("\n") for phrase in book.phrases.values() for form in phrase_forms(phrase))
    )
    known = chain.from_iterable(text.split("\n") for text in [edition.title, edition.date, *texts, *quotes, *names])
    return frozenset([*known, *phrases]), tuple(_filled(lang, line) for line in phrases if "{" in line)


def _filled(lang: Lang, line: str) -> re.Pattern[str]:
    """Return a pattern for the filled phrase: titles in the place of {title}, numbers in the place of others."""
    titles = "|".join(re.escape(clause.titles[lang]) for clause in CAMPAIGN.clauses)
    words = {"title": f"({titles})", "declaration": re.escape(CAMPAIGN.editions[lang].title)}
    parts = re.split(r"\{(\w+)\}", line)
    return re.compile(
        "".join(words.get(part, r"\d+") if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_line_of_a_screen_is_a_line_of_the_campaign_s_files(lang: Lang) -> None:
    """Screens show titles, quotes, whole clauses and the campaign's phrases. Nothing is composed."""
    for place in places():
        languages = {lang, ORIGINAL} if getattr(place, "in_original", False) else {lang}
        for line in filter(None, screen_at(lang, place).text.split("\n")):
            assert any(_has_line(language, line) for language in languages), line


def _has_line(lang: Lang, line: str) -> bool:
    lines, patterns = _lines(lang)
    plain = line.strip("…")
    return (
        plain in lines or any(pattern.fullmatch(line) for pattern in patterns) or _is_quoted_with_context(plain, lang)
    )


def _is_quoted_with_context(line: str, lang: Lang) -> bool:
    """Tell whether `line` is a quote with the sentence before it."""
    is_verbatim = any(line in clause.texts[lang] for clause in CAMPAIGN.clauses)
    return is_verbatim and any(statement.quotes[lang] in line for statement in CAMPAIGN.statements)


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
@pytest.mark.parametrize("clause", CAMPAIGN.clauses, ids=lambda clause: clause.id)
def test_a_clause_is_shown_whole_and_verbatim(lang: Lang, clause: Clause) -> None:
    texts = [span.text.strip() for span in screen_at(lang, AtClause(clause.id)).spans]

    assert clause.texts[lang] in texts


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_topics_and_addressees_show_all_their_quotes_and_no_others(lang: Lang) -> None:
    expected: dict[Place, list[Statement]] = {
        AtTopic(topic.id): [statement for statement in CAMPAIGN.statements if topic.id in statement.topics]
        for topic in CAMPAIGN.topics
    }
    expected |= {
        AtDemand(addressee.id): [
            statement for statement in CAMPAIGN.statements if addressee.id in statement.addressees
        ]
        for addressee in CAMPAIGN.addressees
    }
    for place, statements in expected.items():
        shown = [span.text for span in screen_at(lang, place).spans if span.style is Style.QUOTE]
        for quote, statement in zip(shown, statements, strict=True):
            assert statement.quotes[lang] in quote
            assert quote.strip("…") in CAMPAIGN.clause_by_id[statement.clause].texts[lang]


def _shows_declaration(screen: Screen, lang: Lang) -> bool:
    texts = [clause.texts[lang] for clause in CAMPAIGN.clauses]
    return any(
        text in screen.text for text in [*texts, *(statement.quotes[lang] for statement in CAMPAIGN.statements)]
    )


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_translation_says_that_it_is_one_and_the_original_is_one_tap_away(lang: Lang) -> None:
    for place in places():
        screen = screen_at(lang, place)
        if not _shows_declaration(screen, lang):
            continue
        if isinstance(place, AtAnswer):
            continue  # its buttons lead to the whole clause
        assert isinstance(place, AtClause | AtTopic | AtDemand)
        assert Reader(CAMPAIGN, lang).say("mark.unreviewed") in screen.text

        original = _after(screen, lang, "button.original")

        assert _shows_declaration(original, ORIGINAL)
        assert not _shows_declaration(original, lang)
        assert original.text.startswith(screen_at(ORIGINAL, place).text.rsplit("\n\n", 1)[0])
        assert Reader(CAMPAIGN, lang).say("mark.unreviewed") not in original.text
        assert _after(original, lang, "button.translation") == screen


def _after(screen: Screen, lang: Lang, label: str) -> Screen:
    """Return the screen that opens when the only button with this label is pressed."""
    label = Reader(CAMPAIGN, lang).say(label)
    (button,) = [button for button in buttons(screen) if button.label == label]
    assert isinstance(button, CallbackButton)
    target = from_data(button.data)
    assert target
    return screen_at(lang, target[0])


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_every_clause_topic_and_addressee_shows_text_of_the_declaration(lang: Lang) -> None:
    """The test above skips screens without such text, so this one proves that it does not skip too many."""
    showing = [place for place in places() if _shows_declaration(screen_at(lang, place), lang)]

    assert len(showing) == len(CAMPAIGN.clauses) + len(CAMPAIGN.topics) + len(CAMPAIGN.addressees) + 1


@pytest.mark.parametrize("place", [p for p in places() if isinstance(p, AtClause | AtTopic | AtDemand)], ids=repr)
def test_readers_of_the_original_have_no_button_to_the_original(place: AtClause | AtTopic | AtDemand) -> None:
    screen = screen_at(ORIGINAL, place)

    assert Reader(CAMPAIGN, ORIGINAL).say("mark.original") in screen.text
    assert not {Reader(CAMPAIGN, ORIGINAL).say(f"button.{name}") for name in ("original", "translation")} & {
        button.label for button in buttons(screen)
    }


def test_a_reviewed_translation_names_its_reviewer() -> None:
    editions = {
        lang: replace(edition, reviewed_by="A. Reviewer" if lang == "fa" else "")
        for lang, edition in CAMPAIGN.editions.items()
    }
    reader = Reader(replace(CAMPAIGN, editions=editions), Lang("fa"))
    screen = declaration.show(reader, AtClause(ClauseId("4")))

    assert screen
    assert reader.say("mark.reviewed", reviewer="A. Reviewer") in screen.text
    assert reader.say("mark.unreviewed") not in screen.text


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_numbers_and_steps_run_in_the_direction_of_the_language(lang: Lang) -> None:
    """Telegram never mirrors a row of buttons, so the bot mirrors rows whose order has a meaning."""
    language = CAMPAIGN.languages[lang]
    numbers = [language.number(n) for n in (1, 2, 3, 4)]
    steps = [Reader(CAMPAIGN, lang).say(f"button.{name}") for name in ("previous", "contents", "next")]
    rows = [
        [button.label for button in row]
        for place in (Contents(), AtClause(ClauseId("4")))
        for row in screen_at(lang, place).rows
    ]

    for row in (numbers, steps):
        assert (row[::-1] if language.rtl else row) in rows


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_the_arrows_have_the_same_direction_on_every_device(lang: Lang) -> None:
    """Devices mirror ‹ and › in right-to-left text, but not the arrows → and ←."""
    for name in ("previous", "next"):
        label = Reader(CAMPAIGN, lang).say(f"button.{name}")
        assert not any(unicodedata.mirrored(letter) for letter in label)
        assert ("→" in label) == (CAMPAIGN.languages[lang].rtl == (name == "previous"))


def test_the_first_clause_has_no_previous_button_and_the_last_no_next_button() -> None:
    reader = Reader(CAMPAIGN, ORIGINAL)
    first, last = (screen_at(ORIGINAL, AtClause(CAMPAIGN.clauses[at].id)) for at in (0, -1))

    assert reader.say("button.previous") not in {button.label for button in buttons(first)}
    assert reader.say("button.next") not in {button.label for button in buttons(last)}


def test_the_next_button_leads_through_the_whole_declaration_in_order() -> None:
    screen, earlier = screen_at(Lang("ps"), AtClause(CAMPAIGN.clauses[0].id)), []
    next_label = Reader(CAMPAIGN, Lang("ps")).say("button.next")
    while next_label in {button.label for button in buttons(screen)}:
        earlier.append(screen)
        screen = _after(screen, Lang("ps"), "button.next")

    assert [*earlier, screen] == [screen_at(Lang("ps"), AtClause(clause.id)) for clause in CAMPAIGN.clauses]


@pytest.mark.parametrize(
    "place", [AtClause(ClauseId("15")), AtTopic(TopicId("peace")), AtDemand(AddresseeId("nobody"))], ids=repr
)
def test_a_place_that_the_campaign_does_not_have_has_no_screen(place: Place) -> None:
    assert declaration.show(Reader(CAMPAIGN, ORIGINAL), place) is None


def test_a_campaign_of_long_clauses_is_shown_in_several_messages() -> None:
    """The clauses of another campaign may be longer than one message."""
    long = " ".join(f"Sentence {n}." for n in range(1000))
    clause = replace(CAMPAIGN.clauses[4], texts=dict.fromkeys(CAMPAIGN.languages, long))
    screen = declaration.clause(Reader(replace(CAMPAIGN, clauses=(clause,)), Lang("fa")), clause)

    check_limits(screen)
    assert len(split_screen(screen)) == 4
