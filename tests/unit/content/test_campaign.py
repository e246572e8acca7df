"""Test the shipped campaign: the original letter by letter, and translations that agree with it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from content.loading.check import find_problems
from content.loading.phrases.phrase_rules import required_phrases
from content.model import Campaign, ClauseId, Lang
from content.paths import SHIPPED_CAMPAIGN
from content.plurals import phrase_forms
from tests.support.shipped_campaign import CAMPAIGN

SOURCE = Path(__file__).parents[4] / "shared" / "declaration" / "declaration.en.txt"
ENGLISH, DARI, PASHTO = Lang("en"), Lang("fa"), Lang("ps")
TRANSLATIONS = (DARI, PASHTO)

# The first 16 hex digits of each clause's SHA-256, taken from the adopted text.
DIGESTS = {
    "preamble": "724518832fac7d5a",
    "1": "8939b612ad6e2eea",
    "2": "6e04f0fdb8488f29",
    "3": "b23e6488069244ee",
    "4": "e1f165f029a7975e",
    "5": "028d28ba133cd526",
    "6": "af28d01eddbdd2ec",
    "7": "e28f2c5edc5b22f4",
    "8": "49c69a20e316e7e6",
    "9": "a3634427908e1591",
    "10": "5f498f757731d63c",
    "11": "eef3666c1c52f531",
    "closing": "bf23ffac5c78a567",
}

# The letters with which Dari and Pashto are written. Others (ي and ك in Dari, ۀ instead of هٔ) are typos.
LETTERS = {
    DARI: "ءآأئؤابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیًٔ",
    PASHTO: "ءآأئابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګلمنڼوهيیېۍ",
}
MARKS = " \n،؛؟:.…@()«»–·←→\u200c\u200e"


@cache
def campaign() -> Campaign:
    return CAMPAIGN


def test_the_shipped_campaign_has_no_problem() -> None:
    assert find_problems(SHIPPED_CAMPAIGN) == []


def test_english_equals_the_adopted_text_character_for_character() -> None:
    if not SOURCE.exists():
        pytest.skip(f"{SOURCE} is not here: the digests below hold the text")
    adopted = [part.strip().removeprefix("•").strip() for part in SOURCE.read_text("utf-8").split("\n\n")]
    ours = [part for clause in campaign().clauses for part in clause.texts[ENGLISH].split("\n\n")]

    assert [campaign().editions[ENGLISH].title, *ours] == adopted


def test_english_has_the_recorded_digests() -> None:
    digests = {clause.id: sha256(clause.texts[ENGLISH].encode()).hexdigest()[:16] for clause in campaign().clauses}

    assert digests == DIGESTS


def test_the_clauses_are_the_preamble_one_to_eleven_and_the_closing() -> None:
    assert [clause.id for clause in campaign().clauses] == ["preamble", *map(str, range(1, 12)), "closing"]
    assert campaign().numbered_clause_count == 11


def test_english_is_the_original_and_nothing_else_is_official() -> None:
    assert campaign().original == ENGLISH
    assert [edition.is_official for edition in campaign().editions.values()] == [True, False, False]
    assert not any(edition.reviewed_by for edition in campaign().editions.values())


@pytest.mark.parametrize("lang", [ENGLISH, *TRANSLATIONS])
def test_every_quote_is_cut_out_of_its_clause(lang: Lang) -> None:
    for statement in campaign().statements:
        assert statement.quotes[lang] in campaign().clause_by_id[statement.clause].texts[lang], statement.id


@pytest.mark.parametrize("lang", [ENGLISH, *TRANSLATIONS])
def test_no_quote_begins_or_ends_within_a_word(lang: Lang) -> None:
    for statement in campaign().statements:
        text, quote = campaign().clause_by_id[statement.clause].texts[lang], statement.quotes[lang]
        start = text.index(quote)
        around = text[max(start - 1, 0) : start], text[start + len(quote) : start + len(quote) + 1]
        assert not any(letter.isalnum() or letter == "\u200c" for letter in around), statement.id


def test_a_quote_has_the_same_number_of_sentences_in_every_language() -> None:
    for statement in campaign().statements:
        assert len({_sentences(quote) for quote in statement.quotes.values()}) == 1, statement.id


def test_every_clause_has_a_statement() -> None:
    for clause in campaign().clauses:
        assert campaign().statements_of(clause.id), clause.id


def test_every_topic_and_every_addressee_has_a_statement() -> None:
    for topic in campaign().topics:
        assert campaign().statements_on(topic.id), topic.id
    for addressee in campaign().addressees:
        assert campaign().statements_to(addressee.id), addressee.id


def test_topic_numbers_are_those_that_subscriptions_store() -> None:
    assert {topic.id: topic.number for topic in campaign().topics} == {
        "women": 1,
        "education": 2,
        "unity": 3,
        "resistance": 4,
        "justice": 5,
        "sanctions": 6,
        "recognition": 7,
        "doha": 8,
        "terrorism": 9,
        "un": 10,
        "support": 11,
    }


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_translation_has_the_original_s_paragraphs_and_sentences(lang: Lang) -> None:
    for clause in campaign().clauses:
        ours, theirs = clause.texts[lang].split("\n\n"), clause.texts[ENGLISH].split("\n\n")
        assert [_sentences(part) for part in ours] == [_sentences(part) for part in theirs], clause.id


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_translation_has_the_original_s_numbers_and_abbreviations(lang: Lang) -> None:
    for clause in campaign().clauses:
        numbers = sorted(campaign().languages[lang].number(n) for n in re.findall(r"\d+", clause.texts[ENGLISH]))
        assert sorted(re.findall(r"\d+", clause.texts[lang])) == numbers, clause.id
        assert re.findall("ICC|OIC", clause.texts[lang]) == re.findall("ICC|OIC", clause.texts[ENGLISH]), clause.id


@pytest.mark.parametrize(("lang", "vienna", "taliban"), [(DARI, "ویانا", "طالبان"), (PASHTO, "ویانا", "طالبان")])
def test_a_translation_has_the_names_of_the_original(lang: Lang, vienna: str, taliban: str) -> None:
    for clause in campaign().clauses:
        for name, translated in (("Vienna", vienna), ("Taliban", taliban)):
            assert (name in clause.texts[ENGLISH]) == (translated in clause.texts[lang]), clause.id


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_translation_is_written_with_the_letters_of_its_language(lang: Lang) -> None:
    known = set(LETTERS[lang] + MARKS + campaign().languages[lang].digits)
    for source, text in _texts(lang):
        odd = set(re.sub("ICC|OIC|PDF|QR|python -m bot doctor|Language|Auto-Delete|[✓✗•٪]", "", text)) - known
        assert not odd, (source, odd)


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_translation_has_no_misplaced_spaces_and_joiners(lang: Lang) -> None:
    for source, text in _texts(lang):
        assert not re.search(r"  | [،؛؟:.)]|\( |\s\u200c|\u200c\s|\u200c\u200c|^\s|\s$", text), source


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_the_slash_of_a_command_stays_at_its_start_in_right_to_left_text(lang: Lang) -> None:
    say = campaign().phrasebooks[lang].say

    assert say("panel.hint").endswith(" \u200e/mydata")
    assert "\u200e" not in campaign().phrasebooks[ENGLISH].say("panel.hint")


def test_the_free_will_and_the_elected_government_are_in_every_language() -> None:
    """The sentence on recognition is unclear in the original ("and until"), and no part of it may be lost."""
    words = {
        ENGLISH: ("until the establishment of an elected government", "free will of the peoples"),
        DARI: ("تا زمان ایجاد یک حکومت منتخب", "ارادهٔ آزاد مردمان"),
        PASHTO: ("منتخب حکومت تر جوړېدو پورې", "ولسونو د ازادې ارادې"),
    }
    for lang, parts in words.items():
        assert all(part in campaign().clause_by_id[ClauseId("10")].texts[lang] for part in parts)


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("en", ENGLISH),
        ("en-GB", ENGLISH),
        ("fa", DARI),
        ("fa-AF", DARI),
        ("fa_IR", DARI),
        ("prs", DARI),
        ("PS-AF", PASHTO),
        ("pbt", PASHTO),
        ("de", ENGLISH),
        ("", ENGLISH),
        ("-", ENGLISH),
        ("far", ENGLISH),
    ],
)
def test_a_device_s_language_tag_finds_the_language(tag: str, lang: Lang) -> None:
    assert campaign().language_for(tag) == lang


def test_a_clause_has_another_text_hash_in_each_language() -> None:
    clause = campaign().clauses[0]

    assert re.fullmatch("[0-9a-f]{4}", clause.text_hash(ENGLISH))
    assert len({clause.text_hash(lang) for lang in campaign().languages}) == 3


def test_the_code_uses_every_phrase_and_no_unknown_one() -> None:
    """Code has whole keys, or parts: `place_button("read")` uses button.read, `listing("topics")` topics.title."""
    root = SHIPPED_CAMPAIGN.parents[1]
    code = [path for package in ("bot", "content", "storage") for path in (root / package).rglob("*.py")]
    literals = {text for path in code for text in _literals(path.read_text("utf-8"))}
    groups = {key.partition(".")[0] for key in required_phrases() if "." in key}
    dotted = {text for text in literals if re.fullmatch(rf"({'|'.join(groups)})\.[a-z_]+", text)}
    by_part = {"topics": 0, "demands": 0, "language": 0}
    by_part |= dict.fromkeys(("card", "feedback_team", "offline", "signing_page"), 1)
    by_part |= dict.fromkeys(("admin_command", "admin_menu", "button", "command", "lint", "progress", "toast"), 1)
    prefixes = tuple(text for text in dotted if text.endswith("_"))  # starts of f-strings
    part_prefixes = tuple(text for text in literals if re.fullmatch("[a-z]+_", text))

    def is_used(key: str) -> bool:
        part = key.split(".")[by_part.get(key.split(".")[0], 0)]
        stem = re.sub("_(edit|time|button|caption|address)$", "", part)
        names = {key, part, stem}
        return bool(names & literals) or key.startswith(prefixes) or part.startswith(part_prefixes)

    unused = [key for key in required_phrases() if not is_used(key)]

    assert dotted - required_phrases().keys() - set(prefixes) == set()
    assert unused == []


def _literals(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.endswith(".yaml"):
            yield node.value


def _sentences(text: str) -> int:
    return len(re.findall(r"[.:](?:\s|$)", text))


def _texts(lang: Lang) -> list[tuple[str, str]]:
    """Return the texts of the campaign in `lang` with their source. A digit replaces commands and placeholders."""
    clauses = [
        (str(clause.id), text[lang]) for clause in campaign().clauses for text in (clause.titles, clause.texts)
    ]
    names = [(str(topic.id), topic.names[lang]) for topic in campaign().topics]
    names += [(str(addressee.id), addressee.names[lang]) for addressee in campaign().addressees]
    phrases = [
        (key, re.sub(r"/[a-z]+( \{\w+\})?|/\{command\}|clause-\{\w+\}|\{\w+\}", "۴", text))
        for key, phrase in campaign().phrasebooks[lang].phrases.items()
        for text in phrase_forms(phrase)
    ]
    return [*clauses, *names, *phrases, ("source", campaign().source[lang])]
