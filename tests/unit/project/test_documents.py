"""The documents name only what exists: tests, files, links and packages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "playground/README.md",
        ROOT / "tests/queries/README.md",
    ]
)
TEST_SOURCES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
CODE = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if ".venv" not in path.parts]

every_document = pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if path.exists()], ids=lambda path: str(path.relative_to(ROOT))
)


@every_document
def test_every_test_it_names_exists(document: Path) -> None:
    names = set(re.findall(r"`(?:[\w/]+/)?(test_\w+(?:\.py)?)`", document.read_text(encoding="utf-8")))
    known = "".join(TEST_SOURCES.values())

    assert {name for name in names if name not in TEST_SOURCES and f"def {name}(" not in known} == set()


def test_each_line_of_the_table_of_stolen_things_names_a_test() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    table = page.partition("| stolen | can alone |")[2].partition("\n\n")[0].splitlines()[2:]

    assert len(table) > 15
    assert [line for line in table if not re.search(r"`test_\w+(\.py)?`", line.rsplit("|", 2)[1])] == []


@every_document
def test_every_file_of_code_it_names_exists(document: Path) -> None:
    """A document may leave out the folders above, as in `authoring/preview.py`."""
    names = set(re.findall(r"`([\w./-]+/[\w-]+\.py)`", document.read_text(encoding="utf-8")))

    assert {name for name in names if not any(f"/{path}".endswith(f"/{name}") for path in CODE)} == set()


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) < 900


def test_every_decision_has_the_usual_form_and_is_listed() -> None:
    records = sorted((ROOT / "docs/decisions").glob("0*.md"))
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")

    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], path.name
        assert f"({path.name})" in index


def test_the_architecture_names_every_package_of_the_bot() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}

    assert {name for name in packages if name not in page} == set()
