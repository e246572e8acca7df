"""`python -m bot export` writes files that are the same each time, and says what is missing for the leaflets."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.cli.export import write_files
from bot.cli.main import main
from bot.export import leaflet_packages
from bot.export.web_page import web_page
from bot.signing.page.build import build_page
from tests.support.exported_files import DOCUMENTS
from tests.support.shipped_campaign import CAMPAIGN
from tests.support.signing import SIGNING_CAMPAIGN

EN = CAMPAIGN.original
LANGUAGES = sorted(CAMPAIGN.languages)


def test_it_writes_a_page_and_books_and_says_what_to_install_for_leaflets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaflet_packages, "are_installed", lambda: False)
    folder = tmp_path / "far away" / "files"
    lines = list(write_files(CAMPAIGN, folder))

    assert sorted(path.name for path in folder.iterdir()) == [
        *(f"text-{lang}.epub" for lang in LANGUAGES),
        "text.html",
    ]
    assert (folder / "text.html").read_bytes() == web_page(list(DOCUMENTS.values()))
    assert "requirements-export.lock" in lines[-1]


@pytest.mark.skipif(not leaflet_packages.are_installed(), reason=leaflet_packages.HOW_TO_INSTALL)
def test_each_file_is_printed_with_its_size(tmp_path: Path) -> None:
    english = replace(CAMPAIGN, languages={EN: CAMPAIGN.languages[EN]})
    printed = list(write_files(english, tmp_path))

    assert sorted(line.split(": ")[0] for line in printed) == sorted(map(str, tmp_path.iterdir()))
    assert {path.name for path in tmp_path.iterdir()} == {"text.html", "text-en.epub", "text-en.pdf"}
    assert (tmp_path / "text-en.pdf").read_bytes().startswith(b"%PDF-")


def test_a_campaign_with_a_key_gets_the_page_that_checks_signatures_and_its_key_in_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaflet_packages, "are_installed", lambda: False)
    list(write_files(SIGNING_CAMPAIGN, tmp_path))

    assert (tmp_path / "verify.html").read_text(encoding="utf-8") == build_page(SIGNING_CAMPAIGN)
    assert (tmp_path / "text.html").read_text(encoding="utf-8").count(SIGNING_CAMPAIGN.public_key) == len(LANGUAGES)
    for lang in LANGUAGES:
        with ZipFile(tmp_path / f"text-{lang}.epub") as book:
            assert SIGNING_CAMPAIGN.public_key in book.read("EPUB/text.xhtml").decode()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file := tmp_path / "file").touch()

    assert main(["export", str(file)]) == 1
    assert "name another folder" in capsys.readouterr().err
