"""A new campaign needs no edit: `check` finds no error in it, and the bot loads it, in any language."""

import re
from pathlib import Path

import pytest
import yaml

from content.loading.campaign_warnings import find_all_problems
from content.loading.creation.campaign_files import NewCampaign, campaign_files
from content.loading.creation.clause_splitting import split_text
from content.loading.creation.language_codes import read_language_codes
from content.loading.creation.pasted_declaration import clause_texts
from content.loading.creation.sample_texts import SAMPLE_CLAUSES, SampleTexts
from content.loading.load import load_matcher
from content.loading.phrases.locales import shipped_locales
from content.loading.problems import NewCampaignRefused, Severity
from content.model import ClauseId, Lang

WITHOUT_LOCALE = ["pt", "ckb", "no", "pt-br"]
TITLE = 'Declaration: "Bread" & Roses #1 – اعلامیه'

# Things that no sample text names, and that nobody asks a bot for.
THINGS = """walnut pebble trombone giraffe penguin lipstick hammock waffle pancakes panda kangaroo umbrella pyjamas
glacier volcano zebra marathon origami saxophone raccoon lobster pumpkin spaghetti lasagne croissant broccoli tennis
badminton bicycle scooter tractor helicopter submarine telescope microscope dinosaur mammoth jellyfish hedgehog
squirrel parrot flamingo pelican orchid tulip daffodil bonsai cactus mahogany violin harp ukulele trumpet ballet
karaoke chess dentist"""

every_language = pytest.mark.parametrize("lang", [*shipped_locales(), *WITHOUT_LOCALE])


def write(folder: Path, campaign: NewCampaign) -> Path:
    for name, content in campaign_files(campaign).items():
        (folder / name).write_text(content, "utf-8")
    return folder


@every_language
def test_it_has_no_errors_and_warns_of_the_sample_and_the_locale_only(lang: str, tmp_path: Path) -> None:
    problems = find_all_problems(write(tmp_path, NewCampaign("new", TITLE, [lang])))

    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert [
        p for p in problems if "is a sample text" not in p.message and "in English to people" not in p.message
    ] == []
    assert sum("is a sample text" in problem.message for problem in problems) == 1 + len(SAMPLE_CLAUSES)


@every_language
def test_a_word_of_a_title_finds_its_clause(lang: str, tmp_path: Path) -> None:
    matcher = load_matcher(write(tmp_path, NewCampaign("new", TITLE, [lang])))

    for key, clause in SAMPLE_CLAUSES.items():
        topic = SampleTexts.in_language(lang).clauses[key].topic
        assert matcher.find(topic, Lang(lang)).clauses[:1] == (ClauseId(clause),)


def test_the_names_of_other_things_open_no_screen_of_the_bot(tmp_path: Path) -> None:
    """A campaign without example questions has few texts from which to learn what is no request."""
    matcher = load_matcher(write(tmp_path, NewCampaign("new", TITLE, list(shipped_locales()))))

    assert [thing for thing in THINGS.split() if matcher.find_request(thing, Lang("en"))] == []


def test_several_languages_share_one_campaign(tmp_path: Path) -> None:
    languages = [*shipped_locales(), "ckb"]
    campaign = load_matcher(write(tmp_path, NewCampaign("new", TITLE, languages))).campaign

    assert list(campaign.languages) == languages
    assert campaign.languages[Lang("ckb")].rtl
    assert campaign.editions[Lang("de")].title == TITLE
    assert campaign.clauses[0].titles[Lang("de")] == "Präambel"
    assert campaign.clauses[0].titles[Lang("ckb")] == "Preamble"
    assert {topic.names[Lang("fr")] for topic in campaign.topics} == {"Écoles", "Eau"}
    assert len(campaign.statements_to(campaign.addressees[0].id)) == 1


def test_each_file_says_what_it_is_for() -> None:
    files = campaign_files(NewCampaign("new", TITLE, ["de", "en"]))

    assert {"campaign.yaml", "declaration.de.yaml", "declaration.en.yaml", "topics.yaml"} < files.keys()
    for name, content in files.items():
        assert re.match(r"# [A-Z].{30}", content), name
        assert max(map(len, re.findall("^#.*", content, re.MULTILINE))) <= 120, name
        assert "$" not in content, name


def test_the_examples_in_comments_are_valid(tmp_path: Path) -> None:
    clauses = clause_texts(split_text("1. A school in every village.\n2. Water.", TITLE), "en")
    folder = write(tmp_path, NewCampaign("new", TITLE, ["en"], clauses, "en"))
    concepts = folder / "concepts.yaml"
    lines = concepts.read_text("utf-8").partition("last line.\n")[2].removesuffix("[]\n").splitlines()
    concepts.write_text("\n".join(line.removeprefix("# ") for line in lines), "utf-8")

    assert yaml.safe_load(concepts.read_text("utf-8"))[0]["id"] == "schools"
    assert [problem for problem in find_all_problems(folder) if problem.severity is Severity.ERROR] == []


def test_a_pasted_text_is_copied_for_the_translators(tmp_path: Path) -> None:
    clauses = clause_texts(split_text("Nous.\n\n1. Du pain.\n2. Des roses: rouges.", TITLE), "fr")
    folder = write(tmp_path, NewCampaign("new", TITLE, ["de", "fr"], clauses, "fr"))
    problems = find_all_problems(folder)

    assert load_matcher(folder).campaign.clauses[2].texts == {"de": "Des roses: rouges.", "fr": "Des roses: rouges."}
    assert [problem.message for problem in problems if "has the text of" in problem.message] == [
        f"clause {clause} has the text of declaration.de.yaml" for clause in ("preamble", "1", "2")
    ]
    assert "Translate it: this is still the text in Français" in (folder / "declaration.de.yaml").read_text("utf-8")


@pytest.mark.parametrize("lang", shipped_locales())
def test_every_locale_has_all_sample_texts_and_exact_quotes(lang: str) -> None:
    sample, english = SampleTexts.in_language(lang), SampleTexts.in_language("en")

    assert all(clause.quote in clause.text and clause.quote for clause in sample.clauses.values())
    assert lang == "en" or not {clause.text for clause in sample.clauses.values()} & {
        clause.text for clause in english.clauses.values()
    }


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("de,en", ["de", "en"]),
        (" PT_BR , en", ["pt-br", "en"]),
        ("ckb tr;es", ["ckb", "tr", "es"]),
        ("de,de", ["de"]),
    ],
)
def test_language_codes_are_read_as_people_type_them(typed: str, codes: list[str]) -> None:
    assert read_language_codes(typed) == codes


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [("german", "did you mean de"), ("Deutsch", "did you mean de"), ("portugese", "did you mean pt"), ("Dari", "fa"),
     ("eng", "did you mean en"), ("فارسی", "fa"), ("fr-toolong", "did you mean fr"), ("12", "write codes such as"),
     ("", "--languages pt,en")],
)  # fmt: skip
def test_an_unknown_code_is_refused_with_the_nearest_one(typed: str, suggestion: str) -> None:
    with pytest.raises(NewCampaignRefused, match=suggestion):
        read_language_codes(typed)
