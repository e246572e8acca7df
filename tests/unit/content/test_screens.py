"""Every screen of every place in every language: it fits, is verbatim, and says what kind of text it shows."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain

import pytest

from content.loading.load import load_campaign
from content.model import AddresseeId, Campaign, Clause, ClauseId, Lang, TopicId
from content.screens import declaration
from content.screens.declaration import Reader
from content.screens.navigation import (
    AtClause,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    LanguageChosen,
    Languages,
    Place,
    Start,
    Topics,
    from_data,
    from_link,
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

CAMPAIGN = load_campaign()
LABEL_LIMIT = 64
ORIGINAL = CAMPAIGN.original
TRANSLATIONS = [lang for lang in CAMPAIGN.languages if lang != ORIGINAL]


def places(campaign: Campaign = CAMPAIGN) -> Iterator[Place]:
    """Every place there is, those of quotes and clauses in the original as well."""
    yield from (Start(), Contents(), Topics(), Demands(), Languages())
    yield from (LanguageChosen(lang) for lang in campaign.languages)
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


def fits(screen: Screen) -> None:
    """What Telegram asks of every message."""
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
                assert from_data(data)
            case CopyButton(_, text):
                assert 1 <= units(text) <= 256
            case ShareButton(_, query):
                assert query == "" or from_link(query)
            case UrlButton(_, url):
                assert url.startswith("https://t.me/")


def foreign_digits(text: str) -> list[str]:
    """ASCII digits but for those of commands and links, which have no others."""
    return re.findall(r"[0-9]", re.sub(r"/[a-z]+ \d+|clause-\d+", "", text))


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_a_screen_fits_into_telegram(lang: Lang) -> None:
    for place in places():
        fits(screen_at(lang, place))


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_button_of_a_screen_leads_to_a_screen_in_the_same_language(lang: Lang) -> None:
    for place in places():
        for button in buttons(screen_at(lang, place)):
            if isinstance(button, CallbackButton):
                found = from_data(button.data)
                assert found
                assert found[1] == lang
                assert declaration.show(Reader(CAMPAIGN, lang), found[0]), button


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
    """All lines of the campaign's files in one language: as they are, and those with placeholders as patterns."""
    edition, book = CAMPAIGN.editions[lang], CAMPAIGN.phrasebooks[lang]
    texts = [text[lang] for clause in CAMPAIGN.clauses for text in (clause.titles, clause.texts)]
    quotes = [statement.quotes[lang] for statement in CAMPAIGN.statements]
    names = [one.names[lang] for one in CAMPAIGN.topics] + [one.names[lang] for one in CAMPAIGN.addressees]
    phrases = list(chain.from_iterable(phrase.split("\n") for phrase in book.phrases.values()))
    known = chain.from_iterable(text.split("\n") for text in [edition.title, edition.date, *texts, *quotes, *names])
    return frozenset([*known, *phrases]), tuple(_filled(lang, line) for line in phrases if "{" in line)


def _filled(lang: Lang, line: str) -> re.Pattern[str]:
    """What a phrase can look like once it is filled: titles where a title is due, elsewhere numbers."""
    titles = "|".join(re.escape(clause.titles[lang]) for clause in CAMPAIGN.clauses)
    words = {"title": f"({titles})", "declaration": re.escape(CAMPAIGN.editions[lang].title)}
    parts = re.split(r"\{(\w+)\}", line)
    return re.compile(
        "".join(words.get(part, r"\d+") if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_line_of_a_screen_is_a_line_of_the_campaign_s_files(lang: Lang) -> None:
    """No paraphrase, nothing composed: titles, quotes, whole clauses and the campaign's phrases, nothing else."""
    for place in places():
        shown = {lang, ORIGINAL} if getattr(place, "in_original", False) else {lang}
        for line in filter(None, screen_at(lang, place).text.split("\n")):
            assert any(line in _lines(one)[0] or any(p.fullmatch(line) for p in _lines(one)[1]) for one in shown), (
                line
            )


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
@pytest.mark.parametrize("clause", CAMPAIGN.clauses, ids=lambda clause: clause.id)
def test_a_clause_is_shown_whole_and_verbatim(lang: Lang, clause: Clause) -> None:
    texts = [span.text.strip() for span in screen_at(lang, AtClause(clause.id)).spans]

    assert clause.texts[lang] in texts


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_topics_and_demands_show_all_their_quotes_and_no_others(lang: Lang) -> None:
    wanted: dict[Place, list[str]] = {
        AtTopic(topic.id): [s.quotes[lang] for s in CAMPAIGN.statements if topic.id in s.topics]
        for topic in CAMPAIGN.topics
    }
    wanted |= {
        AtDemand(addressee.id): [s.quotes[lang] for s in CAMPAIGN.statements if addressee.id in s.to]
        for addressee in CAMPAIGN.addressees
    }
    for place, quotes in wanted.items():
        assert [span.text for span in screen_at(lang, place).spans if span.style is Style.QUOTE] == quotes


def _shows_declaration(screen: Screen, lang: Lang) -> bool:
    texts = [clause.texts[lang] for clause in CAMPAIGN.clauses]
    return any(text in screen.text for text in [*texts, *(s.quotes[lang] for s in CAMPAIGN.statements)])


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_translation_says_that_it_is_one_with_the_original_a_tap_away_and_back(lang: Lang) -> None:
    for place in places():
        screen = screen_at(lang, place)
        if not _shows_declaration(screen, lang):
            continue
        assert isinstance(place, AtClause | AtTopic | AtDemand)
        assert Reader(CAMPAIGN, lang).say("mark.unreviewed") in screen.text

        original = _after(screen, lang, "button.original")

        assert _shows_declaration(original, ORIGINAL)
        assert not _shows_declaration(original, lang)
        assert original.text.startswith(screen_at(ORIGINAL, place).text.rsplit("\n\n", 1)[0])
        assert Reader(CAMPAIGN, lang).say("mark.unreviewed") not in original.text
        assert _after(original, lang, "button.translation") == screen


def _after(screen: Screen, lang: Lang, label: str) -> Screen:
    """The screen behind the one button of that label."""
    label = Reader(CAMPAIGN, lang).say(label)
    (button,) = [one for one in buttons(screen) if one.label == label]
    assert isinstance(button, CallbackButton)
    found = from_data(button.data)
    assert found
    return screen_at(lang, found[0])


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_most_of_the_declaration_is_looked_at_above(lang: Lang) -> None:
    """The test above passes over screens without the declaration's text: it must not pass over too many."""
    showing = [place for place in places() if _shows_declaration(screen_at(lang, place), lang)]

    assert len(showing) == len(CAMPAIGN.clauses) + len(CAMPAIGN.topics) + len(CAMPAIGN.addressees)


@pytest.mark.parametrize("place", [p for p in places() if isinstance(p, AtClause | AtTopic | AtDemand)], ids=repr)
def test_who_reads_the_original_is_offered_no_other_original(place: AtClause | AtTopic | AtDemand) -> None:
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
    """Telegram never mirrors a row of buttons, so rows whose order means something are mirrored here."""
    language = CAMPAIGN.languages[lang]
    numbers = [language.number(n) for n in (1, 2, 3, 4)]
    steps = [Reader(CAMPAIGN, lang).say(f"button.{name}") for name in ("previous", "contents", "next")]
    rows = [
        [button.label for button in row]
        for place in (Contents(), AtClause(ClauseId("4")))
        for row in screen_at(lang, place).rows
    ]

    for wanted in (numbers, steps):
        assert (wanted[::-1] if language.rtl else wanted) in rows


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_the_arrows_point_the_same_way_whatever_direction_a_device_writes_in(lang: Lang) -> None:
    """‹ and › are turned round by devices in a line that runs leftwards; the arrows → and ← are not."""
    for name in ("previous", "next"):
        label = Reader(CAMPAIGN, lang).say(f"button.{name}")
        assert not any(unicodedata.mirrored(letter) for letter in label)
        assert ("→" in label) == (CAMPAIGN.languages[lang].rtl == (name == "previous"))


def test_the_first_clause_has_no_way_back_and_the_last_none_on() -> None:
    reader = Reader(CAMPAIGN, ORIGINAL)
    first, last = (screen_at(ORIGINAL, AtClause(CAMPAIGN.clauses[at].id)) for at in (0, -1))

    assert reader.say("button.previous") not in {button.label for button in buttons(first)}
    assert reader.say("button.next") not in {button.label for button in buttons(last)}


def test_walking_on_from_the_first_clause_reads_the_whole_declaration_in_order() -> None:
    screen, walked = screen_at(Lang("ps"), AtClause(CAMPAIGN.clauses[0].id)), []
    onward = Reader(CAMPAIGN, Lang("ps")).say("button.next")
    while onward in {button.label for button in buttons(screen)}:
        walked.append(screen)
        screen = _after(screen, Lang("ps"), "button.next")

    assert [*walked, screen] == [screen_at(Lang("ps"), AtClause(clause.id)) for clause in CAMPAIGN.clauses]


@pytest.mark.parametrize(
    "place", [AtClause(ClauseId("15")), AtTopic(TopicId("peace")), AtDemand(AddresseeId("nobody"))], ids=repr
)
def test_a_place_that_the_campaign_does_not_have_is_no_screen(place: Place) -> None:
    assert declaration.show(Reader(CAMPAIGN, ORIGINAL), place) is None


def test_a_campaign_of_long_clauses_is_shown_in_several_messages() -> None:
    """Another campaign is another folder: what fits in Vienna need not fit there."""
    long = " ".join(f"Sentence {n}." for n in range(1000))
    clause = replace(CAMPAIGN.clauses[4], texts=dict.fromkeys(CAMPAIGN.languages, long))
    screen = declaration.clause(Reader(replace(CAMPAIGN, clauses=(clause,)), Lang("fa")), clause)

    fits(screen)
    assert len(split_screen(screen)) == 4
