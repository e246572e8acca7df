"""`check` warns of what somebody should look at. The bot starts all the same."""

import shutil
from pathlib import Path

import pytest

from content.loading.campaign_warnings import find_all_problems
from content.loading.creation.campaign_files import ClauseText, NewCampaign, campaign_files
from content.loading.problems import Problem, Severity
from content.paths import SHIPPED_CAMPAIGN

CLAUSES = [
    ClauseText("1", "Bread for children", "We want bread for children."),
    ClauseText("2", "Roses", "And roses."),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign in English with nothing to warn of."""
    for name, content in campaign_files(NewCampaign("new", "Bread and Roses", ["en"], CLAUSES, "en")).items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


def warnings(folder: Path) -> list[Problem]:
    problems = find_all_problems(folder)

    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    return problems


def test_the_shipped_campaign_has_no_warnings() -> None:
    assert find_all_problems(SHIPPED_CAMPAIGN) == []


def test_a_campaign_of_its_own_words_has_no_warnings(folder: Path) -> None:
    assert warnings(folder) == []


def test_a_campaign_with_errors_gets_only_errors(folder: Path) -> None:
    (folder / "topics.yaml").write_text("- {number: x, id: a, name: {en: A}}\n")

    assert {problem.severity for problem in find_all_problems(folder)} == {Severity.ERROR}


def test_a_phrase_that_names_the_shipped_campaign_is_reported(folder: Path) -> None:
    (folder / "phrases.en.yaml").write_text(
        "start:\n  text: The Vienna texts, e.g. {example}.\nhelp:\n  title: Help us\n"
    )
    (warning,) = warnings(folder)

    assert (warning.file, warning.line) == ("phrases.en.yaml", 2)
    assert "start.text names another campaign (vienna)" in warning.message
    assert "name your own" in warning.remedy


def test_a_name_that_the_declaration_has_as_well_is_no_warning(folder: Path) -> None:
    path = folder / "declaration.en.yaml"
    path.write_text(path.read_text().replace("And roses.", "And roses in Vienna."))
    (folder / "phrases.en.yaml").write_text("start:\n  text: The Vienna texts, e.g. {example}.\n")

    assert warnings(folder) == []


def test_phrases_of_the_shipped_campaign_are_reported_in_every_language(folder: Path) -> None:
    for name in ("campaign.yaml", "declaration.en.yaml"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("languages: [en]", "languages: [en, fa]"))
    declaration = (folder / "declaration.en.yaml").read_text().replace("language: en", "language: fa")
    (folder / "declaration.fa.yaml").write_text(declaration.replace("We want", "Do we want").replace("And r", "R"))
    shutil.copy(SHIPPED_CAMPAIGN / "phrases.fa.yaml", folder)
    messages = [warning.message for warning in warnings(folder) if warning.file == "phrases.fa.yaml"]

    assert "the phrase description names another campaign (دومین, ویانا)" in messages
    assert "the phrase help.text is that of the shipped campaign" in messages


def test_languages_without_a_complete_locale_are_counted(folder: Path) -> None:
    text = (folder / "campaign.yaml").read_text()
    (folder / "campaign.yaml").write_text(text.replace("languages: [en]", "languages: [en, de, pt]"))
    for lang in ("de", "pt"):
        declaration = (folder / "declaration.en.yaml").read_text().replace("language: en", f"language: {lang}")
        changed = declaration.replace("We want", f"{lang} we want").replace("And r", f"{lang} r")
        (folder / f"declaration.{lang}.yaml").write_text(changed)
    (folder / "phrases.pt.yaml").write_text("topics:\n  title: Temas\n")
    messages = [warning.message for warning in warnings(folder)]

    assert len(messages) == 2
    assert "to people who read Deutsch (de)" in messages[0]
    assert "no locale" not in messages[0]
    assert messages[1].endswith("to people who read Português (pt); there is no locale for it")
    in_english, total = (int(word) for word in messages[1].split() if word.isdecimal())
    assert in_english == total - 1


def test_a_clause_that_its_title_does_not_find_is_reported(folder: Path) -> None:
    path = folder / "declaration.en.yaml"
    path.write_text(path.read_text().replace("title: Roses", "title: Clause 1"))
    (warning,) = warnings(folder)

    assert warning.message == "people who search for 'Clause 1' do not find clause 2"
    assert warning.line == path.read_text().split("\n").index("    title: Clause 1") + 1


def test_a_translation_that_is_still_the_original_is_reported(folder: Path) -> None:
    text = (folder / "campaign.yaml").read_text()
    (folder / "campaign.yaml").write_text(text.replace("languages: [en]", "languages: [en, fa]"))
    declaration = (folder / "declaration.en.yaml").read_text().replace("language: en", "language: fa")
    (folder / "declaration.fa.yaml").write_text(declaration.replace("And roses.", "و گل."))
    (warning,) = warnings(folder)

    assert (warning.file, warning.message) == ("declaration.fa.yaml", "clause 1 has the text of declaration.en.yaml")
