"""`python -m bot new` writes a campaign and overwrites nothing. `check` accepts it, and fails on errors only."""

import io
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from content.loading.parse import parse_campaign_files

ARGUMENTS = ("--title", "Declaração de Lisboa", "--languages", "pt,en")


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def new(folder: Path, *arguments: str) -> int:
    return main(["new", str(folder), *arguments])


def campaign_id(folder: Path) -> str:
    files = parse_campaign_files(folder)
    assert files.campaign
    return files.campaign.content.id


def test_it_writes_the_files_and_names_the_next_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "far away" / "mine"

    assert new(folder, *ARGUMENTS) == 0
    out = capsys.readouterr().out
    assert len(files_in(folder)) == 6
    assert {"campaign.yaml", "declaration.pt.yaml", "declaration.en.yaml"} < files_in(folder)
    assert campaign_id(folder) == "declaracao-de-lisboa"
    check, play = (line.strip() for line in out.splitlines() if line.startswith("    "))
    assert check.endswith(f" -m bot check {shlex.quote(str(folder))}")
    assert play.startswith(f"CONTENT_DIR={shlex.quote(str(folder))} ")
    assert play.endswith(" -m bot play")


def test_check_accepts_it_with_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path, *ARGUMENTS)

    assert main(["check", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf"{re.escape(str(tmp_path))}: no errors, \d+ warnings", lines[-1])
    assert sum("warning: " in line for line in lines) == int(lines[-1].split()[-2])


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("topics.yaml", "- {number: x, id: schools, name: {pt: a, en: a}}\n"),
        ("phrases.en.yaml", "help:\n  title: ''\n"),
    ],
)
def test_check_fails_on_an_error_or_a_phrase_that_is_replaced(
    file: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new(tmp_path, *ARGUMENTS)
    (tmp_path / file).write_text(content)

    assert main(["check", str(tmp_path)]) == 1
    assert ": 1 error" in capsys.readouterr().out or file == "topics.yaml"


def test_a_text_is_split_into_the_language_that_was_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Declaração de Lisboa\n\nWe met.\n\nArticle 1\nBread.\n\nArticle 2\nRoses.\n", "utf-8")

    assert new(tmp_path / "mine", *ARGUMENTS, "--from-text", str(text), "--language", "en") == 0
    out = capsys.readouterr().out
    assert "Found 2 clauses and a preamble, divided by numbers." in out
    assert "Still to translate from declaration.en.yaml: declaration.pt.yaml." in out
    declaration = parse_campaign_files(tmp_path / "mine").declarations["en"].content
    assert [clause.text for clause in declaration.clauses] == ["We met.", "Bread.", "Roses."]
    assert main(["check", str(tmp_path / "mine")]) == 0


def test_a_text_is_read_from_the_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("۱- نان\n۲- گل".encode())))

    assert new(tmp_path, "--title", "اعلامیه", "--language", "fa", "--from-text", "-") == 0
    assert list(parse_campaign_files(tmp_path).declarations) == ["fa"]
    assert campaign_id(tmp_path) == "campaign"


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"--title": ""}, "Give the declaration a title"),
    "a title of invisible characters": ({"--title": "\u200b \t"}, "Give the declaration a title"),
    "a title that is too long": ({"--title": "Bread " * 40}, "shorten it to 200"),
    "no languages": ({"--languages": ""}, "Name the languages"),
    "an unknown language": ({"--languages": "german"}, "did you mean de (Deutsch)?"),
    "a text in another language": ({"--language": "fr"}, "none of --languages pt,en"),
    "an invalid id": ({"--id": "A B"}, "characters a-z, 0-9 and -"),
    "a missing file": ({"--from-text": "none.txt"}, "none.txt cannot be read (No such file or directory)"),
    "a folder instead of a file": ({"--from-text": "/"}, "/ cannot be read (Is a directory)"),
    "a program instead of a text": ({"--from-text": sys.executable}, "is not a plain text"),
    "an empty file": ({"--from-text": "/dev/null"}, "There is no text in /dev/null"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_wrong_options_are_refused_in_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed, reason = REFUSALS[name]
    options = {"--title": "Bread", "--languages": "pt,en", **changed}

    assert new(tmp_path / "mine", *(word for option in options.items() for word in option)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert reason in line
    assert not (tmp_path / "mine").exists()


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for place, reason in (
        (tmp_path, "is not empty"),
        (tmp_path / "notes.txt", "is a file"),
        (tmp_path / "link", "is a"),
    ):
        assert new(place, *ARGUMENTS) == 1
        assert reason in capsys.readouterr().err
    assert files_in(tmp_path) == {"notes.txt", "link"}
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert new(Path("/proc/mine"), *ARGUMENTS) == 1
    assert "The folder /proc/mine cannot be written" in capsys.readouterr().err


def test_the_help_names_the_command() -> None:
    shown = subprocess.run([sys.executable, "-m", "bot", "new", "--help"], capture_output=True, text=True, check=True)

    assert "--from-text FILE" in shown.stdout
