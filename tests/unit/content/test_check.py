"""Test `check`: it reports every kind of error with file, line and remedy, and no file makes it fail."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.loading.check import find_problems
from content.loading.load import load_matcher
from content.loading.phrases.phrase_rules import placeholders, required_phrases
from content.loading.problems import InvalidCampaign, Problem, Severity
from content.paths import SHIPPED_CAMPAIGN
from tests.support.shipped_campaign import CAMPAIGN
from tests.support.small_campaign import copy_with_few_words

CAMPAIGN_0_2 = Path(__file__).parents[2] / "support" / "campaign_0_2"
OPTIONAL = ("concepts", "questions", "patterns")
OUR_FILES = sorted(
    path.name for path in SHIPPED_CAMPAIGN.glob("[cdpst][ahoet]*.yaml") if not path.name.startswith(OPTIONAL)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign to break: as version 0.2 had it, with all phrases in its own files, but with few words."""
    copy = copy_with_few_words(tmp_path / "campaign")
    return Path(shutil.copytree(CAMPAIGN_0_2, copy, dirs_exist_ok=True))


@dataclass(frozen=True)
class Damage:
    """A replacement of `old` by `new` in `file`, and the problem that it causes.

    The problem is reported for the line in the damaged file that has `at`.
    """

    file: str
    old: str
    new: str
    at: str
    message: str
    remedy: str


DAMAGES = {
    "an e-mail address is none": Damage("campaign.yaml",
        "  - id: un\n", "  - id: un\n    contact: {email: mailto:un}\n", "mailto:un",
        "addressees.contact.email is invalid",
        "write one address such as office@example.org, without mailto:"),
    "a website is none": Damage("campaign.yaml",
        "  - id: un\n", "  - id: un\n    contact: {web: un.example}\n", "un.example",
        "addressees.contact.web is invalid",
        "write an address such as https://example.org/contact"),
    "an address is in an unknown language": Damage("campaign.yaml",
        "  - id: un\n", "  - id: un\n    contact: {address: {de: Genf}}\n", "Genf", "unknown language de",
        "add it to campaign.yaml, or remove it"),
    "letters are neither on nor off": Damage("campaign.yaml",
        "addressees:", "letters: perhaps\naddressees:", "perhaps", "letters is invalid", "write true or false"),
    "a name lacks a translation": Damage("topics.yaml",
        ", ps: ترهګري", "", "id: terrorism", "the translation into ps is missing", "add `ps:`"),
    "a quote has an unknown language": Damage("statements.yaml",
        '    ps: "له همدې امله', '    xx: "له همدې امله', '    xx: "', "unknown language xx",
        "add it to campaign.yaml, or remove it"),
    "the source lacks a translation": Damage("campaign.yaml",
        "  fa: دومین", "  de: دومین", "source:", "the translation into fa is missing", "add `fa:`"),
    "a quote is not in its clause": Damage("statements.yaml",
        "the risk of terrorism spreading", "the danger of terrorism spreading", "the danger of",
        "the en quote of terrorism-risk is not in clause 7", "copy it from declaration.en.yaml, letter by letter"),
    "a quote is not in its translated clause": Damage("statements.yaml",
        "چیزی جز توهم نیست", "چیزی جز توهّم نیست", "توهّم", "the fa quote of delusional-claim is not in clause 7",
        "copy it from declaration.fa.yaml, letter by letter"),
    "a topic is unknown": Damage("statements.yaml",
        "[sanctions, justice, women, un]", "[sanction, women]", "[sanction,", "unknown topic", "sanctions"),
    "an addressee is unknown": Damage("statements.yaml",
        "to: [icc]", "to: [icj]", "[icj]", "unknown addressee icj", "icc"),
    "a clause is unknown": Damage("statements.yaml",
        'clause: "11"', 'clause: "12"', 'clause: "12"', "unknown clause 12",
        "use the id of a clause in the original"),
    "an ask has no addressee": Damage("statements.yaml",
        "  kind: ask\n  to: [icc]", "  kind: ask", "kind: ask\n  topics", "is an ask without addressees",
        "add `to:`"),
    "a statement's kind is unknown": Damage("statements.yaml",
        "kind: ask\n  to: [icc]", "kind: wish\n  to: [icc]", "kind: wish", "kind is invalid", "'ask'"),
    "a statement's id appears twice": Damage("statements.yaml",
        "id: doha-agreement", "id: curricula", 'id: curricula\n  clause: "11"', "the id curricula appears twice",
        "its own id"),
    "a topic's number appears twice": Damage("topics.yaml",
        "number: 9,", "number: 8,", "id: terrorism", "the number 8 appears twice", "its own number"),
    "a topic's number is too large": Damage("topics.yaml",
        "number: 9,", "number: 65,", "65", "number is invalid", "write a number from 1 to 64"),
    "a topic's number is a word": Damage("topics.yaml",
        "number: 9,", "number: nine,", "nine", "number is invalid", "write an integer"),
    "an id has a space": Damage("topics.yaml",
        "id: terrorism", "id: the terror", "the terror", "id is invalid", "characters a-z, 0-9 and -"),
    "a name is too long for a button": Damage("topics.yaml",
        "en: Terrorism", "en: " + "Terror " * 8, "Terror ", "name.en is invalid", "shorten it to 50"),
    "a topic has no statement": Damage("topics.yaml",
        "- {number: 9,", "- {number: 12, id: peace, name: {en: a, fa: b, ps: c}}\n- {number: 9,", "id: peace",
        "no statement has the topic peace", "add a statement, or remove it"),
    "an addressee has no statement": Damage("campaign.yaml",
        "  - id: icc", "  - id: who\n    name: {en: a, fa: b, ps: c}\n  - id: icc", "id: who",
        "no statement asks anything of who", "add a statement, or remove it"),
    "digits are out of order": Damage("campaign.yaml",
        '"0123456789"', '"1234567890"', "1234567890", "languages.en.digits is invalid", "from 0 to 9"),
    "a direction is unknown": Damage("campaign.yaml",
        "direction: ltr", "direction: down", "down", "languages.en.direction is invalid", "'ltr'"),
    "a key is unknown": Damage("campaign.yaml",
        "id: vienna-2023", "id: vienna-2023\ncolour: red", "colour", "unknown key colour", "remove it"),
    "a translation is official": Damage("declaration.fa.yaml",
        "official: false", "official: true", "official: true", "only the original is official", "write false"),
    "the original is not official": Damage("declaration.en.yaml",
        "official: true", "official: false", "official:", "only the original is official", "write true"),
    "official is neither true nor false": Damage("declaration.en.yaml",
        "official: true", "official: maybe", "maybe", "official is invalid", "write true or false"),
    "the language is not the one in the file's name": Damage("declaration.ps.yaml",
        "language: ps", "language: fa", "language:", "the language is fa, but the file's name says ps", "write ps"),
    "a clause's title is too long": Damage("declaration.en.yaml",
        "title: Closing", "title: " + "x" * 51, "xxx", "clauses.title is invalid", "shorten it to 50"),
    "a clause's text is empty": Damage("declaration.fa.yaml",
        "title: بخش پایانی\n    text: |-\n", "title: بخش پایانی\n    text: ''\n    x: |-\n", "text: ''",
        "clauses.text", "some text"),
    "a translation has a clause that the original does not have": Damage("declaration.fa.yaml",
        "id: closing", "id: end", "id: end", "the original has no clause end", "remove it"),
    "the numbers have a gap": Damage("declaration.en.yaml",
        'id: "11"', 'id: "12"', 'id: "12"', "clause 12 is in the place of clause 11", "1, 2, 3"),
    "a phrase is unknown": Damage("phrases.ps.yaml",
        "button:\n", "button:\n  dance: x\n", "dance", "the bot has no phrase button.dance", "remove it"),
    "a phrase is empty": Damage("phrases.fa.yaml",
        "  read: خواندن اعلامیه\n", "  read:\n", "  read:", "is empty", "write its text"),
    "a phrase is a list": Damage("phrases.en.yaml",
        "read: Read the declaration", "read: [a, b]", "[a, b]", "button.read is a list", "one text"),
    "a phrase's key has a dot": Damage("phrases.en.yaml",
        "button:\n", "button.read: x\nbutton:\n", "button.read:", "button.read has a dot", "on the next line"),
    "a placeholder is misspelled": Damage("phrases.fa.yaml",
        "name: مادهٔ {number}", "name: مادهٔ {nummer}", "{nummer}", "clause.name has other placeholders",
        "use {number}"),
    "a placeholder is missing": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: Clause", "name: Clause", "clause.name has other", "use {number}"),
    "there is a superfluous placeholder": Damage("phrases.en.yaml",
        "read: Read the d", "read: Read {number} d", "{number} d", "button.read has other", "no placeholders"),
    "braces do not match": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number", "name: Clause", "braces in clause.name are invalid",
        "{name}"),
    "a placeholder reaches into an object": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number.real}", "real", "braces in clause.name are invalid", "{name}"),
    "a placeholder reaches into a list": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: 'Clause {number[0]}'", "[0]", "braces in clause.name are invalid", "{name}"),
    "a placeholder has a conversion": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number!r}", "!r", "braces in clause.name are invalid", "{name}"),
    "a placeholder fills the memory": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {number:>99999999}", ":>", "braces in clause.name are invalid",
        "{name}"),
    "a placeholder is inside another one": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: 'Clause {number:{number}}'", ":{", "braces in clause.name are invalid",
        "{name}"),
    "a placeholder has no name": Damage("phrases.en.yaml",
        "name: Clause {number}", "name: Clause {}", "{}", "braces in clause.name are invalid", "{name}"),
    "a short description is over Telegram's limit": Damage("phrases.en.yaml",
        "short_description: The", "short_description: " + "The " * 30, "The The", "UTF-16 units", "to 120"),
    "a description is over Telegram's limit": Damage("phrases.en.yaml",
        "This bot only shows the document and does not speak for anyone. It",
        "x" * 512,
        "description:", "UTF-16 units", "to 512"),
    "a toast is over Telegram's limit": Damage("phrases.en.yaml",
        "language: Language changed.", "language: " + "😀" * 101, "😀", "toast.language has 202 UTF-16", "to 200"),
    "a button's text is over the limit": Damage("phrases.en.yaml",
        "topics: Topics\n  demands", "topics: " + "T" * 65 + "\n  demands", "TTT", "button.topics has 65", "64"),
    "a discreet notice is too long for a locked phone": Damage("phrases.en.yaml",
        'notice: "There is something new to read."', 'notice: "' + "Something new " * 5 + '"', "Something new S",
        "broadcast.notice has 70 UTF-16", "to 60, so that a locked phone shows all of it"),
    "a discreet push has several lines": Damage("phrases.en.yaml",
        "discreet: You have a new message.", 'discreet: "You have a\\nnew message."', "nnew",
        "push.discreet has several lines", "one ordinary sentence"),
    "the button of a discreet notice is over the limit": Damage("phrases.en.yaml",
        'notice: "Open"', 'notice: "' + "O" * 65 + '"', "OOO", "button.notice has 65 UTF-16", "to 64"),
    "a command's description is over the limit": Damage("phrases.en.yaml",
        "start: Start here", "start: " + "S" * 257, "SSS", "command.start has 257", "to 256"),
    "a text is over the limit": Damage("phrases.en.yaml",
        "title: Help", "title: " + "H" * 4097, "HHH", "help.title has 4097", "to 4096"),
    "a key appears twice": Damage("phrases.en.yaml",
        "button:\n", "button:\n  read: x\n", "read: Read", "the key 'read' appears twice", "keep one of the two"),
    "there is a tab": Damage(
        "phrases.en.yaml", "  read: Read", "\tread: Read", "\t", "there is a tab", "indent with spaces"),
    "there is a tab in a text": Damage(
        "phrases.en.yaml", "Start here", "Start\there", "\t", "there is a tab", "indent with spaces"),
    "a line is not YAML": Damage(
        "phrases.en.yaml", "Start here", '"Start" here', "Start", "this is not valid YAML", "fix this line"),
    "an indent is missing": Damage("topics.yaml",
        "- {number: 9,", "{number: 9,", "number: 10,", "this is not valid YAML", "fix this line"),
    "there is a direction override": Damage("declaration.fa.yaml",
        "توبیخ و تحریم", "توبیخ \u202eو تحریم", "\u202e", "an invisible direction override", "remove it"),
    "there is an isolate": Damage("phrases.fa.yaml",
        "آغاز", "\u2067آغاز", "\u2067", "an invisible direction override", "remove it"),
    "there is a zero-width space": Damage("phrases.fa.yaml",
        "start: آغاز", "start: آ\u200bغاز", "\u200b", "U+200B", "remove it"),
    "the text is not in NFC": Damage("phrases.en.yaml",
        "Start here", "Start he\u0301re", "e\u0301", "not in Unicode's NFC form", "save the text as NFC"),
    "there is a control character": Damage(
        "phrases.en.yaml", "Start here", "Start \x07here", "\x07", "U+0007", "remove it"),
    "a control character is written as an escape": Damage("phrases.en.yaml",
        "Start here", '"Start \\0 here"', "\\0", "a control character (U+0000)", "remove it"),
    "there is an alias": Damage("phrases.en.yaml",
        "start: Start here\n  declaration: Read the declaration", "start: &a Start here\n  declaration: *a", "&a",
        "an alias", "write the text out"),
    "a text begins with an exclamation mark": Damage("phrases.en.yaml",
        "start: Start here", "start: !Start here", "!Start", "a tag (!Start)", "in quotes"),
    "a list is in the place of a key": Damage("phrases.en.yaml",
        "command:\n", "command:\n  ? [a, b]\n  : c\n", "? [a", "in the place of a key", "write `key: text`"),
    "there are two documents": Damage("topics.yaml",
        "- {number: 9,", "---\n- {number: 9,", "---", "this is not valid YAML", "fix this line"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_problem_is_reported_with_its_line_and_remedy(name: str, folder: Path) -> None:
    damage = DAMAGES[name]
    path = folder / damage.file
    text = path.read_text("utf-8")
    assert damage.old in text, "The shipped file has changed: adapt this test."
    damaged = text.replace(damage.old, damage.new, 1)
    path.write_bytes(damaged.encode())

    problems = find_problems(folder)
    expected = [problem for problem in problems if problem.file == damage.file and damage.message in problem.message]

    assert expected, [str(problem) for problem in problems]
    assert damage.remedy in expected[0].remedy
    assert expected[0].line == _line(damaged, damage.at)
    if expected[0].severity is Severity.ERROR:
        with pytest.raises(InvalidCampaign, match=r"has \d+ error"):
            load_matcher(folder)
    else:
        book = load_matcher(folder).campaign.phrasebooks
        assert damage.file in {f"phrases.{lang}.yaml" for lang in book}, "Only a phrase can be replaced."


def _line(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, "The shipped file has changed: adapt this test."
    path.write_text(text.replace(old, new, 1), "utf-8")


def report(folder: Path) -> list[str]:
    """Return the lines that `check` prints."""
    return [str(problem) for problem in find_problems(folder)]


def report_without_old_phrases(folder: Path) -> list[str]:
    """Return these lines without those about phrases of version 0.2 that the bot no longer says in this form."""
    return [line for line in report(folder) if not line.startswith("phrases.")]


NECESSARY_FILES = [file for file in OUR_FILES if file.startswith(("campaign", "declaration"))]


@pytest.mark.parametrize("file", NECESSARY_FILES)
def test_a_missing_file_is_reported(file: str, folder: Path) -> None:
    (folder / file).unlink()

    assert f"{file}:1: the file is missing: write it; content/vienna-2023 has an example" in report(folder)


@pytest.mark.parametrize("file", OUR_FILES)
@pytest.mark.parametrize("content", ["", "\n\n", "# a comment\n"])
def test_an_empty_file_is_reported(file: str, content: str, folder: Path) -> None:
    (folder / file).write_text(content)

    assert f"{file}:1: the file is empty: write it; content/vienna-2023 has an example" in report(folder)


@pytest.mark.parametrize("file", OUR_FILES)
def test_a_file_that_is_not_utf_8_is_reported_with_the_line(file: str, folder: Path) -> None:
    (folder / file).write_bytes(b"# one\n# \xff\n")

    assert f"{file}:2: the text is not UTF-8: save the file as UTF-8" in report(folder)


@pytest.mark.parametrize("file", OUR_FILES)
@pytest.mark.parametrize("content", ["[a, b]", "{a: b}", "text", "'5'", "[[a]]", "{a: [b]}", "[{a: b}]"])
def test_content_of_another_form_is_reported(file: str, content: str, folder: Path) -> None:
    (folder / file).write_text(content)

    assert [line for line in report(folder) if line.startswith(f"{file}:1: ")]


def test_clauses_in_another_order_are_reported(folder: Path) -> None:
    path = folder / "declaration.ps.yaml"
    text = path.read_text("utf-8").replace('id: "8"', 'id: "x"').replace('id: "9"', 'id: "8"').replace('"x"', '"9"')
    path.write_text(text, "utf-8")

    line, message = _line(text, 'id: "9"'), "clause 9 is in the place of clause 8"
    assert f"declaration.ps.yaml:{line}: {message}: keep the order of the original" in report(folder)


def test_a_clause_missing_in_a_translation_is_reported(folder: Path) -> None:
    change(folder, "declaration.ps.yaml", 'id: "8"', 'id: "9"')

    lines = report(folder)
    assert any("clause 8 is missing: translate it" in line for line in lines)
    assert any("the id 9 appears twice: give each entry its own id" in line for line in lines)


def test_an_addressee_of_a_statement_that_is_no_ask_is_reported(folder: Path) -> None:
    change(folder, "statements.yaml", "kind: ask\n  to: [icc]", "kind: position\n  to: [icc]")

    assert any("has addressees, but is no ask: remove `to:`, or correct `kind:`" in line for line in report(folder))


def test_errors_in_several_files_are_reported_in_one_pass_and_in_order(folder: Path) -> None:
    change(folder, "campaign.yaml", "  - id: icc", "  - id: court")
    change(folder, "declaration.fa.yaml", "official: false", "official: true")
    change(folder, "declaration.ps.yaml", "id: closing", "id: end")
    change(folder, "phrases.en.yaml", "Clause {number}", "Clause {nummer}")
    change(folder, "phrases.fa.yaml", "button:", "buttons:")
    change(folder, "statements.yaml", "topics: [support]", "topics: [suport]")
    change(folder, "topics.yaml", "number: 9", "number: 900")

    problems = find_problems(folder)

    assert problems == sorted(problems)
    assert {problem.file for problem in problems} >= {
        "campaign.yaml",
        "declaration.fa.yaml",
        "declaration.ps.yaml",
        "phrases.en.yaml",
        "phrases.fa.yaml",
        "statements.yaml",
        "topics.yaml",
    }


def test_other_files_are_checked_even_if_campaign_yaml_has_an_error(folder: Path) -> None:
    change(folder, "campaign.yaml", "id: vienna-2023", "")
    change(folder, "declaration.fa.yaml", "official: false", "official: perhaps")

    assert {problem.file for problem in find_problems(folder)} == {"campaign.yaml", "declaration.fa.yaml"}


@pytest.mark.parametrize("file", ["topics.yaml", "statements.yaml"])
def test_an_unreadable_file_is_one_problem_and_not_one_for_each_name_in_it(file: str, folder: Path) -> None:
    (folder / file).write_text("rows: [", "utf-8")

    [line] = report_without_old_phrases(folder)

    assert line.startswith(f"{file}:")
    assert "is not valid YAML" in line


def test_the_exception_names_the_folder_and_lists_every_problem(folder: Path) -> None:
    change(folder, "topics.yaml", "number: 9", "number: 900")
    change(folder, "phrases.en.yaml", "Clause {number}", "Clause")

    with pytest.raises(InvalidCampaign) as invalid:
        load_matcher(folder)

    assert str(folder) in str(invalid.value)
    assert all(str(problem) in str(invalid.value) for problem in invalid.value.problems)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(folder: Path) -> None:
    before = load_matcher(folder).campaign
    for path in folder.glob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert report_without_old_phrases(folder) == []
    assert load_matcher(folder).campaign == before


def _laughs() -> str:
    deeper = (f"{b}: &{b} [*{a}{f', *{a}' * 8}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    return "a: &a [x, x, x]\n" + "".join(deeper)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _writer(text: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(text.encode())

    return write


HOSTILE_FILES: dict[str, Callable[[Path], None]] = {
    "a list": _writer("- a\n- b\n"),
    "numbers": _writer("id: 1\nsource: 2\nlanguages: 3\naddressees: 4\n"),
    "no language": _writer("id: a\nsource: {}\nlanguages: {}\naddressees: []\n"),
    "a number as a language": _writer("id: a\nsource: {}\nlanguages: {1: {}}\naddressees: [1, [2]]\n"),
    "a map that holds itself": _writer("&a\nid: *a\nlanguages: *a\n"),
    "a list that holds itself": _writer("&a\n- *a\n"),
    "a billion laughs": _writer(_laughs()),
    "lists in lists without end": _writer("[" * 100_000),
    "lists in lists": _writer("[" * 900 + "]" * 900),
    "maps in maps": _writer("".join(" " * n + "a:\n" for n in range(500))),
    "ten megabytes": _writer("- " + "x" * 10_000_000),
    "a key without end": _writer("x" * 500_000),
    "other bytes": _writer("\x00\x01\x02"),
    "a noncharacter": _writer("id: \uffff\n"),
    "a python object": _writer("!!python/object/apply:os.system [true]\n"),
    "an alias to nothing": _writer("id: *nothing\n"),
    "a merge": _writer("<<: {id: a}\n"),
    "a folder": _replace_by_folder,
    "a link to itself": _link_to_itself,
    "a link to nothing": _link_to_nothing,
    "a pipe": _replace_by_pipe,
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
@pytest.mark.parametrize("file", ["campaign.yaml", "declaration.fa.yaml", "phrases.en.yaml", "statements.yaml"])
def test_check_survives_any_file(name: str, file: str, folder: Path) -> None:
    HOSTILE_FILES[name](folder / file)

    problems = [problem for problem in find_problems(folder) if problem.file == file]

    assert problems
    assert all(problem.line >= 1 and problem.message and problem.remedy for problem in problems)
    assert all(len(str(problem)) < 300 for problem in problems)


@pytest.mark.parametrize("place", ["/nowhere/at/all", "/dev/null", __file__])
def test_a_path_that_is_not_a_folder_is_reported(place: str) -> None:
    assert find_problems(Path(place)) == [
        Problem(place, 1, "there is no such folder", "name a folder that has a campaign.yaml")
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file=st.sampled_from(OUR_FILES),
    at=st.floats(0, 1),
    cut=st.integers(0, 40),
    inserted=st.text(max_size=6)
    | st.sampled_from(["{", "}", "[", ": ", "- ", "*a", "&a ", "!", "\n", '"', "{x}", "|"]),
)
def test_any_damage_is_reported_or_harmless(file: str, at: float, cut: int, inserted: str, folder: Path) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    start = int(at * len(text))
    path.write_bytes((text[:start] + inserted + text[start + cut :]).encode("utf-8", "surrogatepass"))

    if not find_problems(folder):
        load_matcher(folder)
    path.write_text(text, "utf-8")


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


def test_every_phrasebook_has_every_required_phrase() -> None:
    for book in CAMPAIGN.phrasebooks.values():
        for key, names in required_phrases().items():
            assert book.say(key, **dict.fromkeys(names, 4)).strip()
