"""Test example questions: what the model learns from them, and how errors in their files are reported."""

import pickle
import random
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.check import find_problems
from content.loading.learning.ngram_training import train
from content.loading.load import load_matcher
from content.model import ClauseId
from content.paths import SHIPPED_CAMPAIGN
from content.search.matcher import Matcher
from content.search.search_result import ResultKind
from content.search.texts.ngram_model import NgramModel
from content.search.words.folding import folded_words
from tests.support.small_campaign import copy_with_few_words
from tests.support.text_campaign import text_matcher

TEXTS = {
    "1": ("Trees", "We want more trees."),
    "2": ("Rents", "Rents shall not rise."),
    "3": ("Buses", "Buses shall be free."),
}
QUESTIONS = {
    "1": ["where is shade in summer", "it is too hot in summer without shade", "cool streets in summer"],
    "2": ["my flat is expensive", "expensive flats", "cannot afford the flat", "afford an expensive flat"],
    "none": ["who won the match", "football match result", "cheap flights", "recipe for soup", "flights to rome"],
}


@cache
def learned() -> Matcher:
    return text_matcher("xx", TEXTS, QUESTIONS)


def example(text: str, answer: str | None) -> tuple[list[str], ClauseId | None]:
    return folded_words(text), ClauseId(answer) if answer else None


@pytest.mark.parametrize(("text", "clause"), [("shade in summers", "1"), ("can I afford a flat", "2")])
def test_a_question_like_the_examples_finds_their_clause(text: str, clause: str) -> None:
    assert learned().find(text).clauses[0] == clause
    assert text_matcher("xx", TEXTS).find(text).kind is ResultKind.NONE


def test_a_question_like_those_without_an_answer_finds_nothing() -> None:
    assert learned().find("result of the football match").kind is ResultKind.NONE


@pytest.mark.parametrize("text", ["cheap flights", "who won the match"])
def test_an_example_without_an_answer_is_obeyed(text: str) -> None:
    assert learned().find(text).kind is ResultKind.NONE


def test_probabilities_are_those_of_all_answers() -> None:
    probabilities = learned().texts.model.probabilities(folded_words("expensive shade"))

    assert probabilities.keys() == {"1", "2", "3", None}
    assert sum(probabilities.values()) == pytest.approx(1)


def test_the_same_examples_give_the_same_model() -> None:
    examples = [example(question, "1" if number % 2 else None) for number, question in enumerate(QUESTIONS["none"])]

    assert train(examples) == train(examples)


def test_examples_with_one_answer_teach_nothing() -> None:
    assert train([example("a question", "1"), example("another one", "1")]) == NgramModel()
    assert train([]).probabilities(["word"]) == {}


def test_words_that_no_example_has_have_no_probabilities() -> None:
    assert learned().texts.model.probabilities(["ξψω"]) == {}


def test_an_example_helps_with_other_words_that_have_the_same_sense() -> None:
    senses = {"tree": "plant", "pine": "plant", "car": "traffic", "tram": "traffic"}

    def read_senses(words: Sequence[str]) -> list[str]:
        return [senses[word] for word in words if word in senses]

    examples = [example(f"{word} {end}", clause) for word, clause in (("tree", "1"), ("car", "2")) for end in "xy"]
    model = train(examples, read_senses=read_senses)

    assert train(examples).probabilities(["pine"]) == {}
    for word, clause in (("pine", "1"), ("tram", "2")):
        probabilities = model.probabilities([word], read_senses([word]))
        assert max(probabilities, key=probabilities.__getitem__) == clause


@given(st.text(max_size=300))
def test_any_text_has_probabilities_up_to_one(text: str) -> None:
    probabilities = learned().texts.model.probabilities(folded_words(text))

    assert all(0 <= probability <= 1.0001 for probability in probabilities.values())


def test_a_model_of_three_thousand_questions_is_small_and_quickly_trained() -> None:
    words = [line.split("/")[0] for line in (SHIPPED_CAMPAIGN.parent / "words/frequent.en.txt").read_text().split()]
    chance = random.Random(1)
    examples = [example(" ".join(chance.choices(words[:4000], k=6)), chance.choice("123456789")) for _ in range(3000)]
    start = time.process_time()
    model = train(examples)

    assert time.process_time() - start < 3  # 0.3 s when nothing else runs
    assert len(pickle.dumps(model)) < 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign without questions, for questions of the test's own."""
    copy = copy_with_few_words(tmp_path / "campaign")
    (copy / "questions.en.yaml").unlink()
    return copy


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('"4": [a question]\n"44": [another one]\n', 2, "44 is neither a clause nor a statement"),
        ("none: no list\n", 1, "none is invalid: write a list here"),
        ('"4": [who is it]\n"5":\n  - what\n  - "Who is it?"\n', 4, "'Who is it?' is under both 4 and 5"),
        ("- a list\n", 1, "the file is invalid: write `key: text` lines here"),
    ],
)
def test_errors_are_reported_with_their_lines(folder: Path, text: str, line: int, message: str) -> None:
    (folder / "questions.en.yaml").write_text(text, "utf-8")

    problems = [str(problem) for problem in find_problems(folder)]

    assert [problem for problem in problems if problem.startswith(f"questions.en.yaml:{line}: {message}")], problems


def test_a_question_twice_under_one_clause_is_no_error(folder: Path) -> None:
    (folder / "questions.en.yaml").write_text('"4": [who is it]\ngender-apartheid: [who is it]\n', "utf-8")

    assert not find_problems(folder)


def test_a_campaign_needs_no_questions_and_learns_those_it_has(folder: Path) -> None:
    assert load_matcher(folder).texts.model == NgramModel()

    (folder / "questions.en.yaml").write_text("sanctions: [zzyzx grumblefoo]\nnone: [qwerty]\n", "utf-8")

    assert load_matcher(folder).find("zzyzx grumblefoo").clauses[0] == "9"
