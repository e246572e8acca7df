"""`check`: every kind of mistake is told with its file, its line and what to do; nothing makes it fall over."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.loading.check import find_problems
from content.loading.load import SHIPPED_CAMPAIGN, load_campaign
from content.loading.phrase_rules import needed, placeholders
from content.loading.problems import InvalidCampaign, Problem

OUR_FILES = sorted(path.name for path in SHIPPED_CAMPAIGN.glob("[cdpst][ahoet]*.yaml") if "concepts" not in path.name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped campaign, to break."""
    return Path(shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "campaign"))


@dataclass(frozen=True)
class Slip:
    """`old` in `file` replaced by `new`; it is told at the line where `at` stands (in the broken file)."""

    file: str
    old: str
    new: str
    at: str
    what: str
    remedy: str


SLIPS = {
    "a name without a translation": Slip("topics.yaml",
        ", ps: ترهګري", "", "id: terrorism", "no translation into ps", "add `ps:`"),
    "a quote without a translation": Slip("statements.yaml",
        '    ps: "له همدې امله', '    xx: "له همدې امله', '    xx: "', "unknown language xx",
        "name it in campaign.yaml or remove it"),
    "a source without a translation": Slip("campaign.yaml",
        "  fa: دومین", "  de: دومین", "source:", "no translation into fa", "add `fa:`"),
    "a quote not in its clause": Slip("statements.yaml",
        "the risk of terrorism spreading", "the danger of terrorism spreading", "the danger of",
        "the en quote of terrorism-risk is not in clause 7", "copy it from declaration.en.yaml, letter by letter"),
    "a quote of a translation not in its clause": Slip("statements.yaml",
        "چیزی جز توهم نیست", "چیزی جز توهّم نیست", "توهّم", "the fa quote of delusional-claim is not in clause 7",
        "copy it from declaration.fa.yaml, letter by letter"),
    "an unknown topic": Slip("statements.yaml",
        "[sanctions, justice, women, un]", "[sanction, women]", "[sanction,", "unknown topic", "sanctions"),
    "an unknown addressee": Slip("statements.yaml",
        "to: [icc]", "to: [icj]", "[icj]", "unknown addressee icj", "icc"),
    "an unknown clause": Slip("statements.yaml",
        'clause: "11"', 'clause: "12"', 'clause: "12"', "unknown clause 12", "name one of the original"),
    "an ask of nobody": Slip("statements.yaml",
        "  kind: ask\n  to: [icc]", "  kind: ask", "kind: ask\n  topics", "an ask has addressees", "mend `to:`"),
    "a kind that there is not": Slip("statements.yaml",
        "kind: ask\n  to: [icc]", "kind: wish\n  to: [icc]", "kind: wish", "kind is not right", "'ask'"),
    "a statement twice": Slip("statements.yaml",
        "id: doha-agreement", "id: curricula", 'id: curricula\n  clause: "11"', "curricula is here twice", "its own"),
    "a topic number twice": Slip("topics.yaml",
        "number: 9,", "number: 8,", "id: terrorism", "number 8 is here twice", "of its own"),
    "a topic number out of bounds": Slip("topics.yaml",
        "number: 9,", "number: 65,", "65", "number is not right", "write a number from 1 to 64"),
    "a topic number that is none": Slip("topics.yaml",
        "number: 9,", "number: nine,", "nine", "number is not right", "write a whole number"),
    "an id with a space": Slip("topics.yaml",
        "id: terrorism", "id: the terror", "the terror", "id is not right", "letters a-z, 0-9 and -"),
    "a name too long for a button": Slip("topics.yaml",
        "en: Terrorism", "en: " + "Terror " * 8, "Terror ", "name.en is not right", "shorten it to 50"),
    "a topic without statements": Slip("topics.yaml",
        "- {number: 9,", "- {number: 12, id: peace, name: {en: a, fa: b, ps: c}}\n- {number: 9,", "id: peace",
        "no statement is on peace", "add a statement, or remove it"),
    "an addressee of whom nothing is asked": Slip("campaign.yaml",
        "  - id: icc", "  - id: who\n    name: {en: a, fa: b, ps: c}\n  - id: icc", "id: who",
        "nothing is asked of who", "add a statement, or remove it"),
    "digits out of order": Slip("campaign.yaml",
        '"0123456789"', '"1234567890"', "1234567890", "languages.en.digits is not right", "from 0 to 9"),
    "a direction that there is not": Slip("campaign.yaml",
        "direction: ltr", "direction: down", "down", "languages.en.direction is not right", "'ltr'"),
    "a field that there is not": Slip("campaign.yaml",
        "id: vienna-2023", "id: vienna-2023\ncolour: red", "colour", "nothing is called colour", "remove it"),
    "a field too few": Slip("declaration.fa.yaml",
        "official: false\n", "", "language: fa", "official is missing", "add `"),
    "an official translation": Slip("declaration.fa.yaml",
        "official: false", "official: true", "official: true", "only the original is official", "only en is true"),
    "an original that is not official": Slip("declaration.en.yaml",
        "official: true", "official: false", "official:", "only the original is official", "only en"),
    "official neither true nor false": Slip("declaration.en.yaml",
        "official: true", "official: maybe", "maybe", "official is not right", "write true or false"),
    "another language than the file's name": Slip("declaration.ps.yaml",
        "language: ps", "language: fa", "language:", "the language is fa", "write ps"),
    "a clause's title too long": Slip("declaration.en.yaml",
        "title: Closing", "title: " + "x" * 51, "xxx", "clauses.title is not right", "shorten it to 50"),
    "a clause's text empty": Slip("declaration.fa.yaml",
        "title: پایان\n    text: |-\n", "title: پایان\n    text: ''\n    x: |-\n", "text: ''", "clauses.text",
        "some text"),
    "a clause the original does not have": Slip("declaration.fa.yaml",
        "id: closing", "id: end", "id: end", "the original has no clause end", "remove it"),
    "a gap in the numbers": Slip("declaration.en.yaml",
        'id: "11"', 'id: "12"', 'id: "12"', "clause 12 stands where 11 is due", "1, 2, 3"),
    "a phrase missing": Slip("phrases.fa.yaml",
        "  read: خواندن اعلامیه\n", "", "button:", "button.read is missing", "write"),
    "a phrase missing in the original": Slip("phrases.en.yaml",
        "  read: Read the declaration\n", "", "button:", "button.read is missing", "write it"),
    "a phrase that is not said": Slip("phrases.ps.yaml",
        "button:\n", "button:\n  dance: x\n", "dance", "no phrase is called button.dance", "remove it"),
    "a phrase empty": Slip("phrases.fa.yaml",
        "  read: خواندن اعلامیه\n", "  read:\n", "  read:", "is empty", "write it"),
    "a phrase that is a list": Slip("phrases.en.yaml",
        "read: Read the declaration", "read: [a, b]", "[a, b]", "button.read is a list", "one text"),
    "a phrase's name with a dot": Slip("phrases.en.yaml",
        "button:\n", "button.read: x\nbutton:\n", "button.read:", "button.read has a dot", "below the first"),
    "another placeholder": Slip("phrases.fa.yaml",
        "name: مادهٔ {number}", "name: مادهٔ {nummer}", "{nummer}", "clause.name has other placeholders",
        "use {number}"),
    "a placeholder too few": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: Clause", "name: Clause", "clause.name has other", "use {number}"),
    "a placeholder too many": Slip("phrases.en.yaml",
        "read: Read the d", "read: Read {number} d", "{number} d", "button.read has other", "no placeholders"),
    "braces that do not match": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number", "name: Clause", "braces of clause.name", "{name}"),
    "a placeholder that reaches into an object": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number.real}", "real", "braces of clause.name", "{name}"),
    "a placeholder that reaches into a list": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: 'Clause {number[0]}'", "[0]", "braces of clause.name", "{name}"),
    "a placeholder that converts": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number!r}", "!r", "braces of clause.name", "{name}"),
    "a placeholder that fills the memory": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number:>99999999}", ":>", "braces of clause.name", "{name}"),
    "a placeholder within a placeholder": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: 'Clause {number:{number}}'", ":{", "braces of clause.name", "{name}"),
    "a placeholder without a name": Slip("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {}", "{}", "braces of clause.name", "{name}"),
    "a short description over Telegram's limit": Slip("phrases.en.yaml",
        "short_description: The", "short_description: " + "The " * 30, "The The", "UTF-16 units", "to 120"),
    "a description over Telegram's limit": Slip("phrases.en.yaml",
        "This bot speaks for nobody: it shows the document. It",
        "x" * 512,
        "description:", "UTF-16 units", "to 512"),
    "a toast over Telegram's limit": Slip("phrases.en.yaml",
        "language: Language chosen.", "language: " + "😀" * 101, "😀", "toast.language has 202 UTF-16", "to 200"),
    "a button over the limit": Slip("phrases.en.yaml",
        "topics: Topics\n  demands", "topics: " + "T" * 65 + "\n  demands", "TTT", "button.topics has 65", "64"),
    "a discreet notice that a locked phone does not show whole": Slip("phrases.en.yaml",
        'notice: "There is something new to read."', 'notice: "' + "Something new " * 5 + '"', "Something new S",
        "broadcast.notice has 70 UTF-16", "to 60, which is what a locked phone shows"),
    "a discreet push of several lines": Slip("phrases.en.yaml",
        "discreet: There is news.", 'discreet: "There is\\nnews."', "nnews", "push.discreet has several lines",
        "one ordinary sentence"),
    "a discreet notice's button over the limit": Slip("phrases.en.yaml",
        'notice: "Open"', 'notice: "' + "O" * 65 + '"', "OOO", "button.notice has 65 UTF-16", "to 64"),
    "a command's description over the limit": Slip("phrases.en.yaml",
        "start: Begin here", "start: " + "B" * 257, "BBB", "command.start has 257", "to 256"),
    "a text over the limit": Slip("phrases.en.yaml",
        "title: Help", "title: " + "H" * 4097, "HHH", "help.title has 4097", "to 4096"),
    "a key twice": Slip("phrases.en.yaml",
        "button:\n", "button:\n  read: x\n", "read: Read", "'read' is here twice", "keep one of the two"),
    "a tab": Slip("phrases.en.yaml", "  read: Read", "\tread: Read", "\t", "a tab", "indent with spaces"),
    "a tab in a text": Slip("phrases.en.yaml", "Begin here", "Begin\there", "\t", "a tab", "indent with spaces"),
    "no YAML": Slip("phrases.en.yaml", "Begin here", '"Begin" here', "Begin", "is not YAML", "mend this line"),
    "an indent too few": Slip("topics.yaml",
        "- {number: 9,", "{number: 9,", "number: 10,", "is not YAML", "mend this line"),
    "an invisible direction override": Slip("declaration.fa.yaml",
        "توبیخ و تحریم", "توبیخ \u202eو تحریم", "\u202e", "an invisible direction override", "remove it"),
    "an isolate": Slip("phrases.fa.yaml",
        "آغاز", "\u2067آغاز", "\u2067", "an invisible direction override", "remove it"),
    "a zero-width space": Slip("phrases.fa.yaml",
        "start: آغاز", "start: آ\u200bغاز", "\u200b", "U+200B", "remove it"),
    "letters not in NFC": Slip("phrases.en.yaml",
        "Begin here", "Begin he\u0301re", "e\u0301", "not in Unicode's NFC form", "save the text as NFC"),
    "a control character": Slip("phrases.en.yaml", "Begin here", "Begin \x07here", "\x07", "U+0007", "remove it"),
    "a control character written as an escape": Slip("phrases.en.yaml",
        "Begin here", '"Begin \\0 here"', "\\0", "a control character (U+0000)", "remove it"),
    "an alias": Slip("phrases.en.yaml",
        "start: Begin here\n  declaration: Read the declaration", "start: &a Begin here\n  declaration: *a", "&a",
        "an alias", "write the text out"),
    "a text that begins with an exclamation mark": Slip("phrases.en.yaml",
        "start: Begin here", "start: !Begin here", "!Begin", "a tag (!Begin)", "in quotes"),
    "a list in place of a name": Slip("phrases.en.yaml",
        "command:\n", "command:\n  ? [a, b]\n  : c\n", "? [a", "in place of a name", "write `name: text`"),
    "two documents": Slip("topics.yaml",
        "- {number: 9,", "---\n- {number: 9,", "---", "is not YAML", "mend this line"),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_line_and_remedy(name: str, folder: Path) -> None:
    slip = SLIPS[name]
    path = folder / slip.file
    text = path.read_text("utf-8")
    assert slip.old in text, "the shipped file has changed: mend this test"
    broken = text.replace(slip.old, slip.new, 1)
    path.write_bytes(broken.encode())

    told = [one for one in find_problems(folder) if one.file == slip.file and slip.what in one.what]

    assert told, [str(one) for one in find_problems(folder)]
    assert slip.remedy in told[0].remedy
    assert told[0].line == _line(broken, slip.at)
    with pytest.raises(InvalidCampaign, match="mistake"):
        load_campaign(folder)


def _line(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, "the shipped file has changed: mend this test"
    path.write_text(text.replace(old, new, 1), "utf-8")


def told(folder: Path) -> list[str]:
    return [str(one) for one in find_problems(folder)]


@pytest.mark.parametrize("file", OUR_FILES)
def test_a_missing_file_is_told(file: str, folder: Path) -> None:
    (folder / file).unlink()

    assert f"{file}:1: the file is missing: write it, as the other languages have it" in told(folder)


@pytest.mark.parametrize("file", OUR_FILES)
@pytest.mark.parametrize("nothing", ["", "\n\n", "# a comment\n"])
def test_an_empty_file_is_told(file: str, nothing: str, folder: Path) -> None:
    (folder / file).write_text(nothing)

    assert f"{file}:1: the file is empty: write it, as the other languages have it" in told(folder)


@pytest.mark.parametrize("file", OUR_FILES)
def test_a_file_that_is_not_utf_8_is_told_with_the_line(file: str, folder: Path) -> None:
    (folder / file).write_bytes(b"# one\n# \xff\n")

    assert f"{file}:2: is not UTF-8: save the file as UTF-8" in told(folder)


@pytest.mark.parametrize("file", OUR_FILES)
@pytest.mark.parametrize("shape", ["[a, b]", "{a: b}", "text", "'5'", "[[a]]", "{a: [b]}", "[{a: b}]"])
def test_another_shape_than_is_wanted_is_told(file: str, shape: str, folder: Path) -> None:
    (folder / file).write_text(shape)

    assert [line for line in told(folder) if line.startswith(f"{file}:1: ")]


def test_clauses_in_another_order_are_told(folder: Path) -> None:
    path = folder / "declaration.ps.yaml"
    text = path.read_text("utf-8").replace('id: "8"', 'id: "x"').replace('id: "9"', 'id: "8"').replace('"x"', '"9"')
    path.write_text(text, "utf-8")

    line = _line(text, 'id: "9"')
    where, what = f"declaration.ps.yaml:{line}", "clause 9 stands where the original has 8"
    assert f"{where}: {what}: keep the original's order" in told(folder)


def test_a_clause_left_out_of_a_translation_is_told(folder: Path) -> None:
    change(folder, "declaration.ps.yaml", 'id: "8"', 'id: "9"')

    found = told(folder)
    assert any("clause 8 is missing: translate it" in line for line in found)
    assert any("9 is here twice: give it one of its own" in line for line in found)


def test_many_mistakes_in_several_files_are_told_in_one_pass_and_in_order(folder: Path) -> None:
    change(folder, "campaign.yaml", "  - id: icc", "  - id: court")
    change(folder, "declaration.fa.yaml", "official: false", "official: true")
    change(folder, "declaration.ps.yaml", "id: closing", "id: end")
    change(folder, "phrases.en.yaml", "Clause {number}", "Clause {nummer}")
    change(folder, "phrases.fa.yaml", "button:", "buttons:")
    change(folder, "statements.yaml", "topics: [support]", "topics: [suport]")
    (folder / "topics.yaml").unlink()

    found = find_problems(folder)

    assert found == sorted(found)
    files = {one.file for one in found}
    assert files >= {
        "campaign.yaml",
        "declaration.fa.yaml",
        "declaration.ps.yaml",
        "phrases.en.yaml",
        "phrases.fa.yaml",
        "statements.yaml",
        "topics.yaml",
    }


def test_while_campaign_yaml_is_wrong_the_other_files_are_still_looked_at(folder: Path) -> None:
    change(folder, "campaign.yaml", "id: vienna-2023", "")
    change(folder, "declaration.fa.yaml", "official: false", "official: perhaps")

    assert {one.file for one in find_problems(folder)} == {"campaign.yaml", "declaration.fa.yaml"}


@pytest.mark.parametrize("file", ["topics.yaml", "statements.yaml"])
def test_a_file_that_cannot_be_read_is_one_mistake_and_not_each_name_that_it_would_have_told(
    file: str, folder: Path
) -> None:
    (folder / file).write_text("rows: [", "utf-8")

    [mistake] = told(folder)

    assert mistake.startswith(f"{file}:")
    assert "is not YAML" in mistake


def test_the_refusal_names_the_folder_and_lists_every_mistake(folder: Path) -> None:
    change(folder, "topics.yaml", "number: 9", "number: 900")
    change(folder, "phrases.en.yaml", "Clause {number}", "Clause")

    with pytest.raises(InvalidCampaign) as refused:
        load_campaign(folder)

    assert str(folder) in str(refused.value)
    assert all(str(one) in str(refused.value) for one in refused.value.problems)


def test_a_mark_at_the_beginning_and_windows_line_ends_do_no_harm(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert told(folder) == []
    assert load_campaign(folder) == load_campaign()


def _laughs() -> str:
    deeper = (f"{b}: &{b} [*{a}{f', *{a}' * 8}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    return "a: &a [x, x, x]\n" + "".join(deeper)


def _folder_for_a_file(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _dead_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _written(text: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(text.encode())

    return write


NASTY: dict[str, Callable[[Path], None]] = {
    "a list": _written("- a\n- b\n"),
    "numbers": _written("id: 1\nsource: 2\nlanguages: 3\naddressees: 4\n"),
    "no language": _written("id: a\nsource: {}\nlanguages: {}\naddressees: []\n"),
    "a number as a language": _written("id: a\nsource: {}\nlanguages: {1: {}}\naddressees: [1, [2]]\n"),
    "a map that holds itself": _written("&a\nid: *a\nlanguages: *a\n"),
    "a list that holds itself": _written("&a\n- *a\n"),
    "a billion laughs": _written(_laughs()),
    "lists in lists without end": _written("[" * 100_000),
    "lists in lists": _written("[" * 900 + "]" * 900),
    "maps in maps": _written("".join(" " * n + "a:\n" for n in range(500))),
    "ten megabytes": _written("- " + "x" * 10_000_000),
    "a key without end": _written("x" * 500_000),
    "other bytes": _written("\x00\x01\x02"),
    "a noncharacter": _written("id: \uffff\n"),
    "a python object": _written("!!python/object/apply:os.system [true]\n"),
    "an alias to nothing": _written("id: *nothing\n"),
    "a merge": _written("<<: {id: a}\n"),
    "a folder": _folder_for_a_file,
    "a link to itself": _circle,
    "a link to nothing": _dead_link,
    "a pipe": _pipe,
}


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("file", ["campaign.yaml", "declaration.fa.yaml", "phrases.en.yaml", "statements.yaml"])
def test_nothing_makes_check_fall_over(name: str, file: str, folder: Path) -> None:
    NASTY[name](folder / file)

    found = [one for one in find_problems(folder) if one.file == file]

    assert found
    assert all(one.line >= 1 and one.what and one.remedy and len(str(one)) < 300 for one in found)


@pytest.mark.parametrize("place", ["/nowhere/at/all", "/dev/null", __file__])
def test_a_folder_that_is_none_is_told(place: str) -> None:
    assert find_problems(Path(place)) == [
        Problem(place, 1, "there is no such folder", "name one with a campaign.yaml in it")
    ]


@pytest.fixture
def terse(folder: Path) -> Path:
    """The same with one word to find: checking thousands takes most of a second, a hundred times over."""
    for path in folder.glob("concepts*.yaml"):
        path.unlink()
    (folder / "concepts.yaml").write_text(
        '- {id: woman, points: {"4": 5}, words: {en: woman, fa: زن, ps: ښځه}}\n', "utf-8"
    )
    (folder / "patterns.yaml").write_text("[]\n", "utf-8")
    return folder


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file=st.sampled_from(OUR_FILES),
    at=st.floats(0, 1),
    cut=st.integers(0, 40),
    put=st.text(max_size=6) | st.sampled_from(["{", "}", "[", ": ", "- ", "*a", "&a ", "!", "\n", '"', "{x}", "|"]),
)
def test_whatever_is_cut_and_put_in_it_is_told_or_harmless(
    file: str, at: float, cut: int, put: str, terse: Path
) -> None:
    text = (SHIPPED_CAMPAIGN / file).read_text("utf-8")
    start = int(at * len(text))
    (terse / file).write_bytes((text[:start] + put + text[start + cut :]).encode("utf-8", "surrogatepass"))

    if not find_problems(terse):
        load_campaign(terse)
    shutil.copy(SHIPPED_CAMPAIGN / file, terse / file)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", set()),
        ("{a} and {b}, {a}", {"a", "b"}),
        ("{{a}}", set()),
        ("{", None),
        ("}", None),
        ("{a b}", None),
        ("{0}", None),
        ("{a.b}", None),
        ("{a!s}", None),
        ("{a:2}", None),
    ],
)
def test_placeholders_are_plain_names(text: str, names: set[str] | None) -> None:
    assert placeholders(text) == names


def test_every_needed_phrase_can_be_said_by_every_phrasebook() -> None:
    for book in load_campaign().phrasebooks.values():
        for key, names in needed().items():
            assert book.say(key, **dict.fromkeys(names, 4)).strip()
