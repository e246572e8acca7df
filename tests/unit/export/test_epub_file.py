"""An e-book repeats every clause letter by letter and is built as EPUB 3 demands."""

import io
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from bot.export.epub_file import epub_file
from tests.support.exported_files import DOCUMENTS, RIGHT_TO_LEFT, texts
from tests.support.parsed_markup import ParsedClauses
from tests.support.shipped_campaign import CAMPAIGN

EPUBCHECK = Path("/usr/bin/epubcheck")  # a JAR in Debian's package
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
every_language = pytest.mark.parametrize("lang", CAMPAIGN.languages)


def opened(lang: str) -> ZipFile:
    return ZipFile(io.BytesIO(epub_file(DOCUMENTS[lang])))


@every_language
def test_every_clause_equals_the_campaign_letter_by_letter(lang: str) -> None:
    parsed = ParsedClauses(opened(lang).read("EPUB/text.xhtml").decode())

    assert list(parsed.texts.values()) == texts(lang)
    assert list(parsed.headings.values()) == [part.heading for part in DOCUMENTS[lang].parts]


@every_language
def test_the_type_comes_first_and_uncompressed_and_nothing_says_when_it_was_made(lang: str) -> None:
    epub = opened(lang)
    first = epub.infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert epub.read(first) == b"application/epub+zip"
    assert {entry.date_time for entry in epub.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert epub_file(DOCUMENTS[lang]) == epub_file(DOCUMENTS[lang])


@every_language
def test_the_package_names_its_language_direction_and_all_its_files(lang: str) -> None:
    epub = opened(lang)
    package = ET.fromstring(epub.read("EPUB/book.opf"))
    spine, items = package.find(f"{OPF}spine"), package.findall(f"{OPF}manifest/{OPF}item")
    direction = "rtl" if lang in RIGHT_TO_LEFT else "ltr"

    assert spine is not None
    assert spine.get("page-progression-direction") == direction
    assert package.findtext(f".//{DC}language") == lang
    assert package.findtext(f".//{DC}title") == DOCUMENTS[lang].title
    assert {f"EPUB/{item.get('href')}" for item in items} == {
        name for name in epub.namelist() if name.startswith("EPUB/") and not name.endswith(".opf")
    }
    assert ET.fromstring(epub.read("EPUB/text.xhtml")).get("dir") == direction


@every_language
def test_the_navigation_leads_to_each_clause(lang: str) -> None:
    epub = opened(lang)
    links = [link.get("href") for link in ET.fromstring(epub.read("EPUB/nav.xhtml")).iter(f"{XHTML}a")]
    ids = [heading.get("id") for heading in ET.fromstring(epub.read("EPUB/text.xhtml")).iter(f"{XHTML}h2")]

    assert links == [f"text.xhtml#{heading}" for heading in ids]
    assert len(links) == len(CAMPAIGN.clauses)


@pytest.mark.torture  # a Java machine: ten seconds of CPU
@pytest.mark.skipif(not (EPUBCHECK.exists() and shutil.which("java")), reason="Debian's package epubcheck is missing")
@every_language
def test_epubcheck_finds_nothing(lang: str, tmp_path: Path) -> None:
    (book := tmp_path / "book.epub").write_bytes(epub_file(DOCUMENTS[lang]))
    command = ["java", "-jar", str(EPUBCHECK), "--failonwarnings", str(book)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
