"""Test that words about the bot are recognized in several languages, and that no question is taken for them.

The texts in `requests.yaml` and the questions are learned. Those in `blind-requests.jsonl` are not.
"""

import json
import pickle
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.language_packs import request_words
from content.loading.learning.ngram_training import train
from content.loading.yaml_source import read_plain
from content.model import Lang
from content.paths import WORD_LISTS
from content.screens import declaration
from content.screens.reader import Reader
from content.search.bot_requests import BotRequest, RequestFinder
from content.search.words.folding import folded_words
from tests.support.shipped_campaign import MATCHER

QUERIES = Path(__file__).parents[2] / "queries"
FINDER = MATCHER.requests
LISTED: dict[str, dict[str, list[str]]] = read_plain(QUERIES / "requests.yaml")
# The questions of the search tests that are about the bot after all, or greetings that look like it.
ABOUT_THE_BOT = 16
OTHER_TEXTS = {
    "de": ["Das Wasser im See ist sauber.", "Wir fordern eine Schule in jedem Dorf.", "Wie wird das Wetter?"],
    "fr": ["L’eau du lac est propre.", "Nous demandons une école dans chaque village.", "Quel temps fait-il ?"],
    "ar": ["ماء البحيرة نظيف.", "نطالب بمدرسة في كل قرية.", "كيف الطقس اليوم؟"],
    "uk": ["Вода в озері чиста.", "Ми вимагаємо школу в кожному селі.", "Яка сьогодні погода?"],
}
WORDS = ("stop", "delete", "my", "data", "پاک", "کن", "د", "زما", "په", "language", "English", "4")


def command(text: str, lang: str | None = None) -> str | None:
    request = MATCHER.find_request(text, Lang(lang) if lang else None)
    return request.command if request else None


def test_nearly_all_listed_texts_open_their_screen() -> None:
    texts = [
        (name, lang, text) for name, by_lang in LISTED.items() for lang, all_ in by_lang.items() for text in all_
    ]
    wrong = [(name, text) for name, lang, text in texts if command(text, lang) != name]

    assert all(sum(map(len, by_lang.values())) >= 60 for by_lang in LISTED.values())
    assert len(wrong) <= len(texts) * 0.02, wrong


def test_most_texts_that_were_never_learned_open_their_screen() -> None:
    """On 2026-11-30 it was 87.0 % (88.7 before the words for a digest, 86.1 before the model learned from senses)."""
    lines = (QUERIES / "development-e-requests.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]

    assert sum(command(row["q"], row["lang"]) == row["command"] for row in rows) >= len(rows) * 0.85


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unsubscribe", "unsubscribe"),
        ("stop", "unsubscribe"),
        ("لغو اشتراک و پاک کردن", "unsubscribe"),
        ("laghwe eshterak", "unsubscribe"),
        ("plese stopp sendng me mesages", "unsubscribe"),
        ("delete my data", "forget"),
        ("deletedata please", "forget"),
        ("is it safe", "privacy"),
        ("آیا امن است", "privacy"),
        ("can the Taliban see me", "privacy"),
        ("help", "help"),
        ("kumak", "help"),
        ("who are you", "start"),
        ("what are your demands", "demands"),
        ("auf Deutsch", "language"),
    ],
)
def test_a_text_about_the_bot_opens_its_screen(text: str, expected: str) -> None:
    assert command(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "what do you want from the UN",
        "stop the war",
        "is it safe for women in Kabul",
        "should the Taliban be recognized",
        "the UN is silent",
        "the last clause",
        "third demand",
        "what does taliban mean in pashto",
        "police and government change the topic of my phone",
        "خواست دهم",
        "په پښتو کې د ښځو حق",
        "hello",
        "",
        "؟",
        "delete " * 50,
    ],
)
def test_a_text_about_anything_else_is_left_to_the_search(text: str) -> None:
    assert command(text) is None


def test_no_question_to_the_declaration_is_taken_for_a_request() -> None:
    questions: list[dict[str, Any]] = [
        json.loads(line)
        for path in QUERIES.glob("*.jsonl")
        if not path.stem.endswith("requests")
        for line in path.read_text("utf-8").splitlines()
    ]
    taken = [row["q"] for row in questions if row["expect"] and command(row["q"], row.get("lang"))]
    greetings = [row["q"] for row in questions if not row["expect"] and command(row["q"], row.get("lang"))]

    assert len(taken) <= len(questions) * 0.001, taken
    assert len(greetings) <= ABOUT_THE_BOT, greetings


@pytest.mark.parametrize("lang", MATCHER.campaign.languages)
def test_the_label_of_every_button_opens_its_screen_when_it_is_typed(lang: Lang) -> None:
    phrases = MATCHER.campaign.phrasebooks[lang].phrases
    seen: set[str] = set()
    for name, keys in request_words._LABELS.items():
        for label in (str(phrases[key]) for key in keys if "{" not in phrases.get(key, "{")):
            if label not in seen:  # the button for topics in the settings has the label of another one
                assert command(label, lang) == name, label
            seen.add(label)


@pytest.mark.parametrize("lang", MATCHER.campaign.languages)
def test_the_labels_of_the_first_screen_are_requests(lang: Lang) -> None:
    labels = [button.label for row in declaration.start(Reader(MATCHER.campaign, lang)).rows for button in row]

    expected = {"declaration", "topics", "demands", "subscribe", "latest", "privacy", "help", "language"}
    assert {command(label, lang) for label in labels} == expected
    assert len(labels) == len(expected)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("in English please", "en"),
        ("speak Dari", "fa"),
        ("به پشتو", "ps"),
        ("from Dari to English", "en"),
        ("stop", None),
    ],
)
def test_a_request_names_the_language_that_it_asks_for(text: str, wanted: str | None) -> None:
    request = FINDER.find(text)

    assert request is not None
    assert request.wanted == wanted


def test_a_label_of_several_languages_is_read_in_the_language_of_the_person() -> None:
    assert FINDER.find("unsubscribe", Lang("fa")) == BotRequest("unsubscribe", Lang("fa"))
    assert FINDER.find("unsubscribe", Lang("ps")) == BotRequest("unsubscribe", Lang("ps"))


@pytest.mark.parametrize("lang", ["de", "fr", "ar", "uk"])
def test_requests_are_recognized_in_every_language_of_the_locales(lang: str, tmp_path: Path) -> None:
    """Each fourth example is left out of the training, and is recognized all the same in most cases."""
    examples = read_plain(WORD_LISTS / "requests" / f"{lang}.yaml")["examples"]
    kept_apart = [(text, name) for name, texts in examples.items() for text in texts[::4]]
    listed = [(text, name) for name, texts in examples.items() for text in texts]
    learned = [(folded_words(text), name) for text, name in listed if (text, name) not in kept_apart]
    model = train(learned, [(folded_words(text), None) for text in OTHER_TEXTS[lang]])
    finder = RequestFinder({Lang(lang): {}}, model=model)

    requests = [(finder.find(text), name) for text, name in kept_apart]

    assert sum(request is not None and request.command == name for request, name in requests) >= len(requests) * 0.5


def test_most_requests_that_were_kept_apart_open_their_screen_and_no_other_text_does() -> None:
    """Nobody looked at these texts while the examples were written. 93 % were right at first (29 Nov 2026)."""
    rows = [json.loads(line) for line in (QUERIES / "blind-requests.jsonl").read_text("utf-8").splitlines()]
    requests = [(row["command"], command(row["q"], row["lang"])) for row in rows]
    asked = [(wanted, opened) for wanted, opened in requests if wanted]

    assert sum(wanted == opened for wanted, opened in asked) >= len(asked) * 0.92
    assert sum(opened is not None for wanted, opened in requests if not wanted) <= 3


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_can_be_examined(text: str) -> None:
    request = FINDER.find(text)

    assert request is None or request.command in LISTED


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("contact", "en"),
        ("feedbak", "en"),
        ("How can I contact you?", "fa"),
        ("write to you", "en"),
        ("بازخورد", "fa"),
        ("تماس با شما", "fa"),
        ("تاسو ته لیکل", "ps"),
        ("نیوکه", "ps"),
    ],
)
def test_words_for_feedback_ask_for_it_only_where_it_is_on(text: str, lang: str) -> None:
    with_feedback = MATCHER.with_commands(frozenset({"feedback"}))

    request = with_feedback.find_request(text, Lang(lang))
    assert request is not None
    assert request.command == "feedback"
    assert command(text, lang) != "feedback"


def test_no_listed_text_and_no_question_asks_for_feedback_where_it_is_on() -> None:
    with_feedback = MATCHER.with_commands(frozenset({"feedback"})).requests
    listed = [text for by_lang in LISTED.values() for texts in by_lang.values() for text in texts]
    questions = [
        json.loads(line)["q"] for path in QUERIES.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    taken = {
        text
        for text in (*listed, *questions)
        if (request := with_feedback.find(text)) and request.command == "feedback"
    }

    assert taken == set()


def test_a_finder_without_words_finds_nothing() -> None:
    assert RequestFinder().find("stop") is None


def test_a_finder_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(FINDER)).find("delete my data") == FINDER.find("delete my data")


def test_a_question_is_examined_faster_than_it_is_searched_for() -> None:
    texts = [json.loads(line)["q"] for line in (QUERIES / "tuning.jsonl").read_text("utf-8").splitlines()]
    examined, searched = _median_time(FINDER.find, texts), _median_time(MATCHER.find, texts)

    assert examined < searched


def _median_time(call: Callable[[str], object], texts: list[str]) -> float:
    """Return the median time of a call, in nanoseconds."""
    times = []
    for text in texts * 3:
        begun = time.perf_counter_ns()
        call(text)
        times.append(time.perf_counter_ns() - begun)
    return statistics.median(times)
